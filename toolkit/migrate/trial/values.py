"""What a trial answers with: every statement of a run, as it was sent, with what it took and did."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal

from toolkit.schema import Snapshot
from toolkit.schema.objects import Qualified
from toolkit.sql.classify import Classified, RelationName
from toolkit.sql.locks.modes import LockMode
from toolkit.sql.locks.verdict import Verdicts


class Ground(StrEnum):
    """What the copy was made of."""

    SCHEMA = "the live schema, made again from its catalog, without rows"
    HISTORY = "the project's revisions, run from base"
    EMPTY = "an empty database"
    NAMED = "a database that was named"


@dataclass(frozen=True, slots=True)
class SeenLock:
    """A lock that a statement took, or made stronger, on a relation that was there before its transaction."""

    relation: Qualified
    relation_kind: str
    """`pg_class.relkind`."""
    table: Qualified
    """The relation itself; of an index, its table."""
    mode: LockMode
    held: float | None = None
    """Seconds from when it was taken until the transaction's end; None where that was not watched."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a statement did, by the server's own counters."""

    rewritten: tuple[Qualified, ...] = ()
    """Tables that were there and have a new file."""
    built: tuple[Qualified, ...] = ()
    """Indexes that are new, or have a new file, on tables that were there."""
    rows_read: int | None = None
    rows_changed: int | None = None


@dataclass(frozen=True, slots=True)
class TriedStatement:
    """One statement that ended well."""

    number: int
    """In its revision, from 1."""
    sql: str
    """With the values of its binds; passwords masked."""
    times: int
    """How many sets of values it ran with; `sql` shows the first."""
    line: int | None
    """The innermost line of the revision's file that was running; None for Alembic's own statements."""
    transaction: int | None
    """Which transaction of the run it was part of, from 1; None if it was committed by itself."""
    seconds: float
    rows: int | None
    bookkeeping: bool
    """Whether it wrote Alembic's version table."""
    classified: Classified | None
    """None where PostgreSQL's grammar does not read it."""
    verdicts: Verdicts | None
    names: tuple[tuple[RelationName, Qualified], ...] = ()
    """The relations it names that were there, as they are written and as they are."""
    locks: tuple[SeenLock, ...] | None = ()
    """None where nobody could watch: it committed by itself."""
    work: Work = Work()

    @property
    def autocommit(self) -> bool:
        """Whether it was committed by itself."""
        return self.transaction is None


@dataclass(frozen=True, slots=True)
class TriedRevision:
    """One revision that was run."""

    revision: str
    message: str
    path: Path | None
    statements: tuple[TriedStatement, ...]
    seconds: float | None
    """None if it did not come to its end."""
    direction: Literal["upgrade", "downgrade"] = "upgrade"
    failed_sql: str | None = None
    """The statement that failed, if one did."""
    failed_line: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A recorded run of some revisions."""

    ground: Ground
    revisions: tuple[TriedRevision, ...]
    """Those that ran, in order; the last one may have failed."""
    failure: str | None = None
    """The sentence of what ended the run before its end."""
    notes: tuple[str, ...] = ()
    """In what the copy differs from the live database, and the like."""
    output: tuple[str, ...] = ()
    after: Snapshot | None = field(default=None, repr=False, compare=False)
    """The copy's schema at the end; None where it was not asked for."""

    def find(self, revision: str) -> TriedRevision | None:
        """What was recorded of one revision, if it came to its end; of several runs, all of them."""
        found = [one for one in self.revisions if one.revision == revision]
        if not found or any(one.seconds is None for one in found):
            return None
        statements = [statement for one in found for statement in one.statements]
        numbered = tuple(replace(one, number=number) for number, one in enumerate(statements, 1))
        return replace(found[0], statements=numbered, seconds=sum(one.seconds or 0.0 for one in found))
