"""What a run did, as values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Direction = Literal["upgrade", "downgrade", "stamp"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that ended well. `seconds` is the time until the driver answered."""

    sql: str
    seconds: float
    rows: int | None
    autocommit: bool
    """Whether it was committed by itself, outside a transaction."""


@dataclass(frozen=True, slots=True)
class RanRevision:
    """One revision that ran to its end, in `database` (the place of the target, for several)."""

    revision: str
    message: str
    path: Path | None
    seconds: float
    statements: tuple[Statement, ...]
    database: str

    @property
    def autocommit(self) -> bool:
        """Whether some of its statements were committed by themselves."""
        return any(statement.autocommit for statement in self.statements)


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What happened to one version table: the revisions it held before and holds now, as read back.

    `schema_before` and `schema_after` are fingerprints of the whole database's schema: equal for equal
    schemas on servers of one major version. None where nothing ran, or where it could not be read.
    """

    database: str
    table: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    schema_before: str | None = None
    schema_after: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run that ended well, and was found in the database as promised."""

    direction: Direction
    target: str
    changes: tuple[VersionChange, ...]
    revisions: tuple[RanRevision, ...]
    seconds: float
    notices: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    """Lines that env.py and the revisions printed."""
    restore_point: str | None = None
    """The name of what was made to go back to."""

    @property
    def before(self) -> tuple[str, ...]:
        """The revisions of the first version table before the run."""
        return self.changes[0].before if self.changes else ()

    @property
    def after(self) -> tuple[str, ...]:
        """The revisions of the first version table now."""
        return self.changes[0].after if self.changes else ()

    @property
    def applied(self) -> tuple[str, ...]:
        """The ids of the revisions that ran, in order."""
        return tuple(one.revision for one in self.revisions)

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return any(set(change.before) != set(change.after) for change in self.changes)
