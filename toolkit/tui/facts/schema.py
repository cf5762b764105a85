"""The catalog, its advice and its drift, as the screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Tab = Literal["columns", "constraints", "indexes", "policies", "grants", "ddl", "advice", "models", "graph"]
"""What can be looked at of an object."""

TABS: Final[tuple[Tab, ...]] = get_args(Tab)

EVERYTHING: Final = ""
"""The key of the database itself, the root of the tree."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """One relation in the size list."""

    name: str
    kind: str
    rows: int | None
    size_bytes: int | None
    row_security: str


@dataclass(frozen=True, slots=True)
class ObjectLine:
    """One object that can be looked for by name."""

    key: str
    """Kind and name, as `neonkit schema show` takes it."""
    kind: str
    schema: str | None
    """None for what is in no schema."""
    name: str
    """Without the schema."""
    size_bytes: int | None = None
    rows: int | None = None
    partition: bool = False
    of_extension: bool = False

    @property
    def full_name(self) -> str:
        """With the schema, as a person writes it."""
        return self.name if self.schema is None else f"{self.schema}.{self.name}"

    @property
    def has_rows(self) -> bool:
        """Whether it is a relation whose rows can be read."""
        return self.kind in ("table", "view", "materialized view", "foreign table")


@dataclass(frozen=True, slots=True)
class Schema:
    """What there is by name and size, by schema, kind and name."""

    database: str
    schemas: tuple[tuple[str, str], ...]
    """Name and key of each schema that holds something."""
    objects: tuple[ObjectLine, ...]
    counts: tuple[str, ...]
    """How many of each kind: `5 tables`."""
    tables: tuple[TableLine, ...]
    measured: bool
    """Whether sizes are measured on disk; else they are what the catalog last noted."""


@dataclass(frozen=True, slots=True)
class SchemaSection:
    """A titled table of texts: columns, constraints, policies ..."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[str, ...] = ()
    """The headings of columns of figures."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A foreign key between an object and a table near it."""

    key: str
    """The other table."""
    outgoing: bool
    """Whether the object refers to the other table, and not the other to it."""
    columns: tuple[str, ...]
    words: str
    """`optional`, `one to one` ..."""


@dataclass(frozen=True, slots=True)
class ObjectView:
    """One tab of one object."""

    key: str
    tab: Tab
    sections: tuple[SchemaSection, ...] = ()
    sql: str | None = None
    remark: str | None = None
    neighbours: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One thing that could be better."""

    rule: str
    severity: str
    """`error`, `warning` or `info`."""
    subject: str
    sentence: str
    facts: tuple[str, ...]
    """Evidence, a figure in a line."""
    fix: str | None
    """In words."""
    sql: tuple[str, ...]
    """What closes it, statement by statement; empty where only a person can."""


@dataclass(frozen=True, slots=True)
class AdviceView:
    """What the rules have to say about one object and what stands on it."""

    key: str
    lines: tuple[AdviceLine, ...]
    remarks: tuple[str, ...]
    """What they could not tell, and what they looked at."""


@dataclass(frozen=True, slots=True)
class WrittenFix:
    """A revision that was written."""

    sentence: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One attribute of one object that models, migrations and database do not agree on."""

    key: str
    path: tuple[str, ...]
    """The names that lead to the object, outermost first."""
    attribute: str
    models: str
    migrations: str
    pending: str
    """At the heads; equal to `migrations` where nothing is pending."""
    database: str
    cause: str
    fix: str


@dataclass(frozen=True, slots=True)
class Drift:
    """Models, migrations and database, held against each other."""

    lines: tuple[DriftLine, ...]
    remarks: tuple[str, ...]
    verdict: str
