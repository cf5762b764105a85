"""A target table as an import sees it: values read from the catalog, nothing that asks the server."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.sql.quoting import qualified


@dataclass(frozen=True, slots=True)
class TargetType:
    """A column's type."""

    sql: str
    """As the server writes it: `character varying(10)`."""
    name: str
    """The base type's own name: `varchar`."""
    modifier: int = -1
    """The base type's modifier, -1 for none; what it means depends on the type."""
    is_enum: bool = False
    is_domain: bool = False
    labels: tuple[str, ...] = ()
    """The members of an enum, or of the enum an array holds."""
    element: TargetType | None = None
    """The element type of an array."""


@dataclass(frozen=True, slots=True)
class TargetColumn:
    """One column."""

    name: str
    type: TargetType
    not_null: bool
    has_default: bool
    """Whether the server fills it when it is left out: default, identity, or a domain's default."""
    generated: bool
    sequence: str | None
    """The sequence behind a serial or identity column, quoted and qualified."""
    expression: str | None = None
    """What a generated column is made of, as the server writes it."""

    @property
    def needed(self) -> bool:
        """Whether a row without a value for it cannot be written."""
        return self.not_null and not self.has_default and not self.generated


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """A primary key or plain unique index (no expression, no predicate)."""

    name: str
    columns: tuple[str, ...]
    primary: bool
    nulls_distinct: bool


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key."""

    name: str
    columns: tuple[str, ...]
    schema: str
    table: str
    referred: tuple[str, ...]
    deferrable: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint, with its expression as the server writes it."""

    name: str
    columns: tuple[str, ...]
    expression: str


@dataclass(frozen=True, slots=True)
class ServerRule:
    """A rule that only the server can compare by: a unique index over expressions or with a predicate, or an
    exclusion constraint."""

    name: str
    elements: tuple[str, ...]
    """The compared expressions, as the server writes them."""
    operators: tuple[str, ...]
    """By which operator, qualified, each of them clashes."""
    predicate: str | None
    """Only rows for which it is true are compared."""
    nulls_distinct: bool
    unique: bool
    """False: an exclusion constraint."""
    columns: tuple[str, ...]
    """The plain columns among the elements."""


@dataclass(frozen=True, slots=True)
class TargetTable:
    """One table."""

    schema: str
    name: str
    columns: dict[str, TargetColumn]
    uniques: tuple[UniqueRule, ...]
    foreign_keys: tuple[ForeignKey, ...]
    checks: tuple[Check, ...]
    row_security: bool
    """Whether row-level security filters this table for the connected role."""
    server_rules: tuple[ServerRule, ...] = ()

    @property
    def sql(self) -> str:
        """The name as it stands in a statement."""
        return qualified(self.schema, self.name)

    @property
    def label(self) -> str:
        """The name for people."""
        return f"{self.schema}.{self.name}"

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key; empty when there is none."""
        return next((rule.columns for rule in self.uniques if rule.primary), ())
