"""What isolation answers with: a verdict per table and verb, and what stands behind it.

Invariant: an answer that was not checked is `UNKNOWN`, and so is one whose check could not have failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from toolkit.findings import Report


class Verdict(Enum):
    """How sure it is that no user reaches another user's rows."""

    PROVEN = "PROVEN"
    """The database itself makes it impossible, whoever asks."""
    HELD = "HELD"
    """Attempts on real rows found nothing; the evidence names the sample."""
    CONDITIONAL = "CONDITIONAL"
    """Safe only while a named condition holds."""
    LEAK = "LEAK"
    """A row of another owner was read, changed, made or removed, or nothing stands in the way of it."""
    UNKNOWN = "UNKNOWN"
    """Not checked, or not in a way that could have found a leak."""


class Verb(Enum):
    """What a user might do to another user's row."""

    READ = "read"
    INSERT = "insert"
    """Make a row that belongs to another user."""
    UPDATE = "update"
    """Change another user's row, take it over, or give one away."""
    DELETE = "delete"
    REFERENCES = "references"
    """Point an own row at another user's row."""


BADNESS: Final = MappingProxyType(
    {
        Verdict.PROVEN: 0,
        Verdict.HELD: 1,
        Verdict.CONDITIONAL: 2,
        Verdict.UNKNOWN: 3,
        Verdict.LEAK: 4,
    }
)
"""How bad a verdict is: of several answers to one question the worst counts."""


class Layer(Enum):
    """Where evidence comes from."""

    GRAPH = "graph"
    """Whose rows these are, and what keys keep."""
    DATA = "data"
    """Stored rows."""
    POLICY = "policy"
    """Roles, rights, policies and definitions, by what they say."""
    PROBE = "probe"
    """What two users tried."""
    STATEMENTS = "statements"
    """What the program sent."""


@dataclass(frozen=True, slots=True)
class LayerAnswer:
    """What one layer has to say about one cell."""

    layer: Layer
    verdict: Verdict | None
    """None: it has no say here, or was not asked."""
    says: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer. `evidence` holds facts with figures, JSON-able."""

    table: str
    verb: Verb
    verdict: Verdict
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "table"
    """Or `view`, `materialized view`, `foreign table`, `partition`, `function`."""
    layers: tuple[LayerAnswer, ...] = ()
    """What stands behind it, every layer once."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who was judged: the role the application acts as, and the role that looked."""

    role: str | None
    """None when nobody said and nothing shows which role the application uses."""
    found: str
    """How the role was found: `given`, `named by the policies`, or why there is none."""
    exempt: bool
    """Whether the role ignores every policy: a superuser, or with BYPASSRLS."""
    exempt_ways: tuple[str, ...]
    """Exempt roles that the role may become by SET ROLE."""
    observer: str
    """The role of the connection."""
    observer_exempt: bool
    identity_setting: str
    powers: tuple[str, ...] = ()
    """What else the role could do to get past the policies, each as what it must not do."""


@dataclass(frozen=True, slots=True)
class IsolationReport:
    """The verdict table of one database at one moment, and what else was found."""

    database: str
    subject: Subject
    cells: tuple[Cell, ...]
    audit: Report
    """Findings on policies, roles and stored rows, and what nobody looked at."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Tables that belong to no single user, by declaration, with the reason."""

    @property
    def headline(self) -> str:
        """The first thing to know: whether the policies bind anybody."""
        subject = self.subject
        if subject.role is None:
            return f"The application's role is not known ({subject.found}): nothing can be proved."
        if subject.exempt:
            return f"Role {subject.role} ignores every policy: no table is isolated by the database."
        if subject.exempt_ways:
            return f"Role {subject.role} obeys policies, but may become {', '.join(subject.exempt_ways)}."
        return f"Role {subject.role} obeys policies."

    @property
    def totals(self) -> dict[Verdict, int]:
        """How many cells have each verdict; every verdict is there."""
        return {verdict: sum(cell.verdict is verdict for cell in self.cells) for verdict in Verdict}

    @property
    def leaks(self) -> tuple[Cell, ...]:
        """The cells that are broken."""
        return tuple(cell for cell in self.cells if cell.verdict is Verdict.LEAK)

    def cell(self, table: str, verb: Verb) -> Cell:
        """One cell. Raises KeyError."""
        for cell in self.cells:
            if (cell.table, cell.verb) == (table, verb):
                return cell
        raise KeyError((table, verb.value))
