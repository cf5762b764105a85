"""The verdict table, what stands behind each verdict, the users, and a protection that was compiled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote
from typing import Final

SHARED: Final = "shared"
"""What stands in the cells of a table that belongs to no single user, by declaration."""
_WORST_FIRST: Final = ("LEAK", "UNKNOWN", "CONDITIONAL", "HELD", "PROVEN", SHARED)


def severity(verdict: str) -> int:
    """How bad a verdict is; 0 is the worst."""
    return _WORST_FIRST.index(verdict)


@dataclass(frozen=True, slots=True)
class Leak:
    """A leak that can be shown again."""

    id: str
    role: str
    identity: str
    """What the identity setting said, in words."""
    statement: str
    """What was sent as the application's role."""
    key: str
    """The row of another user that came back or changed."""
    responsible: str
    closing: tuple[str, ...]
    """The smallest change that closes it, as SQL."""
    replay: str
    """The whole script that shows it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One action with one identity, and what came of it."""

    title: str
    verdict: str
    reason: str
    who: str
    """Who acted against whom, with row counts; empty if nobody did."""
    leak: Leak | None


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One cell of the isolation table."""

    table: str
    verb: str
    verdict: str
    reason: str
    kind: str = "table"
    keys: tuple[str, ...] = ()
    """Rows of others that were reached."""
    layers: tuple[tuple[str, str, str], ...] = ()
    """Layer of evidence, its verdict or `-`, and what it says."""
    tried: tuple[Tried, ...] = ()
    """Leaks first."""
    findings: tuple[str, ...] = ()
    """What the audit found on the relation."""
    plan: str | None = None
    """Where nothing was executed: the SQL that shows the plan behind the verdict."""
    unplanned: str | None = None
    """Where nothing was executed: why there is no plan to show."""

    @property
    def leak(self) -> Leak | None:
        """The leak to be shown first."""
        return next((each.leak for each in self.tried if each.leak is not None), None)


@dataclass(frozen=True, slots=True)
class Isolation:
    """The verdicts of one moment."""

    first: str
    """The first thing to say: which role is judged, and whether it bypasses policies."""
    cells: tuple[VerdictLine, ...]
    totals: tuple[tuple[str, int], ...]
    findings: tuple[str, ...]
    refusal: str | None = None
    """Why nothing at all can be called proven; None if something can."""
    standing: tuple[tuple[bool, str], ...] = ()
    """The checks of ways past the policies: whether each is passed, and in which words."""
    role: str | None = None
    found: str = ""
    """How the role is known."""
    observer: str = ""
    identity: str = ""
    users: tuple[str, ...] = ()
    """Who was chosen to act and to be acted against; empty: the core chose."""
    explained: str | None = None
    """Why nothing was executed; None if two users tried."""
    twin: str = "neonkit isolation audit"
    tables: frozenset[str] = frozenset()
    """Tables of which these verdicts are; empty: of all."""

    @property
    def leaks(self) -> tuple[VerdictLine, ...]:
        """The cells that are broken."""
        return tuple(cell for cell in self.cells if cell.verdict == "LEAK")

    def rows(self) -> tuple[tuple[str, tuple[VerdictLine, ...]], ...]:
        """The cells by table, the table with the worst verdicts first."""
        by_table: dict[str, list[VerdictLine]] = {}
        for cell in self.cells:
            by_table.setdefault(cell.table, []).append(cell)
        found = [(name, tuple(cells)) for name, cells in by_table.items()]
        return tuple(sorted(found, key=lambda row: (sorted(severity(c.verdict) for c in row[1]), row[0])))

    def cell(self, table: str | None, verb: str | None) -> VerdictLine | None:
        """One cell, if it is there."""
        return next((c for c in self.cells if (c.table, c.verb) == (table, verb)), None)

    def renewed(self, some: Isolation) -> Isolation:
        """These verdicts, with those of some tables in place of the older ones."""
        cells = (*(cell for cell in self.cells if cell.table not in some.tables), *some.cells)
        words = [cell.verdict for cell in cells]
        return replace(
            self,
            cells=cells,
            totals=tuple((verdict, words.count(verdict)) for verdict, _ in self.totals),
            users=some.users,
            explained=some.explained,
            twin=some.twin,
        )


def audit_command(users: tuple[str, ...], tables: frozenset[str], *, explain: bool) -> str:
    """The command line that judges the same."""
    words = ["neonkit isolation audit"]
    words += [f"--user {quote(user)}" for user in users]
    words += [f"--table {quote(table)}" for table in sorted(tables)]
    return " ".join([*words, "--explain-only"] if explain else words)


@dataclass(frozen=True, slots=True)
class User:
    """One user with stored rows."""

    key: str
    rows: int
    tables: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ProtectionText:
    """What is missing to keep users apart, ready to be shown and written."""

    role: str
    lines: tuple[str, ...]
    """The steps by stage, and what is left to a person."""
    changes: tuple[str, ...]
    """Verdicts without and with it; empty where nothing was tried."""
    script: str
    """All of it as SQL."""
    revisions: tuple[str, ...]
    """The message of each revision it would be written as."""
    still_leaking: tuple[str, ...]
    untried: str | None
    """Why nobody tried it."""
