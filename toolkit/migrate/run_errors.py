"""How a run can end badly, with the state it left behind.

Every class that follows statements having run says what is applied now, as read back from the database after
the failure; `None` there means that the database could not be asked. Codes: x50 to x69.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from toolkit.errors import (
    ExitCode,
    RefusedError,
    RunFailedError,
    StoppedError,
    TimedOutError,
    UnreachableError,
)


class Outcome(Enum):
    """What became of a revision."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    IN_DOUBT = "in doubt"


def _state(heads: tuple[str, ...] | None) -> str:
    if heads is None:
        return "Where the database stands now could not be read"
    return f"The database is at {', '.join(heads) or 'base'}"


@dataclass(eq=False)
class NotWritableError(RefusedError):
    """The database may not be written to."""

    code = "E650"

    database: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.database} is not written to: {self.reason}."

    @property
    def hint(self) -> str:
        return "A profile opens a database for writing with read_only = false."


@dataclass(eq=False)
class MigrationFailedError(RunFailedError):
    """A revision failed."""

    code = "E450"

    revision: str
    direction: str
    path: str | None
    line: int | None
    reason: str
    sqlstate: str | None
    statement: str | None
    applied: tuple[str, ...]
    heads: tuple[str, ...] | None
    partial: bool
    invalid: tuple[str, ...] = ()
    """Indexes of the statement that are there, but whose build did not finish."""

    @property
    def sentence(self) -> str:
        place = f" ({self.path}:{self.line})" if self.path and self.line else ""
        kept = "part of it is committed" if self.partial else "nothing of it is left"
        if self.invalid:
            kept += f", and {', '.join(self.invalid)} is left invalid"
        what = f"Revision {self.revision} failed to {self.direction}{place}: {self.reason}"
        return f"{what}. {_state(self.heads)}; {kept}."

    @property
    def hint(self) -> str:
        if self.partial:
            return (
                f"Mend what failed in {self.revision}, then run `neonkit {self.direction}` again: with a "
                "journal it goes on behind what is committed (--from-start if you undid that by hand)."
            )
        return f"Mend the revision, then run `neonkit {self.direction}` again."


@dataclass(eq=False)
class EnvironmentFailedError(RunFailedError):
    """env.py failed outside of any revision."""

    code = "E451"

    path: str
    line: int | None
    reason: str
    sqlstate: str | None
    statement: str | None
    applied: tuple[str, ...]
    heads: tuple[str, ...] | None

    @property
    def sentence(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place} failed: {self.reason}. {_state(self.heads)}."

    @property
    def hint(self) -> str | None:
        return None if self.statement is None else f"The statement was: {self.statement[:200]}."


@dataclass(eq=False)
class NothingAppliedError(RunFailedError):
    """Revisions ran and the database does not have them: their transaction was never committed."""

    code = "E452"

    revisions: tuple[str, ...]
    path: str
    line: int | None
    statement: str | None
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        ran = ", ".join(self.revisions)
        if self.statement is None:
            return f"{ran} ran without an error, and nothing of it was committed. {_state(self.heads)}."
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return (
            f"{ran} ran without an error, and nothing of it was committed: before context.configure(), "
            f"{place} opened a transaction with {self.statement[:60]!r}. {_state(self.heads)}."
        )

    @property
    def hint(self) -> str:
        return (
            f"In {self.path}, call connection.commit() after that statement, "
            "or move it behind context.configure() into `with context.begin_transaction():`."
        )


@dataclass(eq=False)
class EnvironmentRanNothingError(RunFailedError):
    """env.py ended well and never ran the migrations."""

    code = "E453"

    path: str

    @property
    def sentence(self) -> str:
        return f"{self.path} ended without calling context.run_migrations(), so nothing was run."

    @property
    def hint(self) -> str:
        return "Compare it with the env.py that `alembic init` writes."


@dataclass(eq=False)
class VersionMismatchError(RunFailedError):
    """The version table does not say what the run promised."""

    code = "E454"

    table: str
    promised: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        promised = ", ".join(self.promised) or "base"
        return f"The run promised {promised}, and {self.table} says {', '.join(self.heads) or 'base'}."

    @property
    def hint(self) -> str:
        return (
            "Somebody else changed it, or env.py commits in parts. Compare `neonkit current` with the schema."
        )


@dataclass(eq=False)
class IdTooLongError(RunFailedError):
    """The version table's column does not hold the id of a revision, which was therefore not begun."""

    code = "E460"

    revision: str
    table: str
    holds: int
    heads: tuple[str, ...] | None = None

    @property
    def sentence(self) -> str:
        return (
            f"The id {self.revision} has {len(self.revision)} characters, and version_num of {self.table} "
            f"holds {self.holds}: nothing of it was run. {_state(self.heads)}."
        )

    @property
    def hint(self) -> str:
        return (
            "Give the revision a shorter id, or widen the column in a revision before it: "
            f"`ALTER TABLE {self.table} ALTER COLUMN version_num TYPE varchar(255)`."
        )


@dataclass(eq=False)
class IndexLeftInvalidError(RunFailedError):
    """Revisions ended well, and an index that they said to build is invalid."""

    code = "E459"

    indexes: tuple[str, ...]
    applied: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        which = ", ".join(self.indexes)
        return (
            f"{', '.join(self.applied)} ran, and left invalid what they said to build: {which}. "
            f"No query uses it. {_state(self.heads)}."
        )

    @property
    def hint(self) -> str:
        return (
            "IF NOT EXISTS passes over the leftover of an earlier build. "
            f"Run REINDEX INDEX CONCURRENTLY {self.indexes[0]}; or drop it and build it again."
        )


@dataclass(eq=False)
class WentElsewhereError(RunFailedError):
    """A connection did not go to the chosen database, so the run was stopped before it could commit."""

    code = "E455"

    path: str
    line: int | None
    how: str

    @property
    def sentence(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return (
            f"{place} went past neonkit to a database ({self.how}), so the run was stopped before it wrote."
        )

    @property
    def hint(self) -> str:
        return (
            "Let the file connect through create_engine() with a URL; neonkit leads that to the right place."
        )


@dataclass(eq=False)
class DatabaseAheadError(RunFailedError):
    """The database is at revisions that have no file here."""

    code = "E456"

    revisions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"The database is at {', '.join(self.revisions)}, and no file here carries that revision."

    @property
    def hint(self) -> str:
        return "Get the newest files. If the revision is gone for good: `neonkit stamp --purge REVISION`."


@dataclass(eq=False)
class OfflineImpossibleError(RunFailedError):
    """A revision needs a live connection, so its SQL cannot be written without one."""

    code = "E457"

    revision: str
    path: str | None
    line: int | None
    reason: str

    @property
    def sentence(self) -> str:
        place = f" ({self.path}:{self.line})" if self.path and self.line else ""
        return f"Revision {self.revision}{place} cannot be written as SQL: {self.reason}."

    @property
    def hint(self) -> str:
        return "It looks at the database while it runs. Run it for real, on a copy first."


@dataclass(eq=False)
class MigrationTimedOutError(TimedOutError):
    """A statement waited too long for a lock, or ran too long; nothing was changed."""

    code = "E350"

    revision: str
    reason: str
    sqlstate: str
    statement: str | None
    heads: tuple[str, ...] | None

    @property
    def sentence(self) -> str:
        return (
            f"Revision {self.revision} gave way: {self.reason}. {_state(self.heads)}; nothing of it is left."
        )

    @property
    def hint(self) -> str:
        return "Run it again when the table is less busy."


@dataclass(eq=False)
class LostInRunError(UnreachableError):
    """The connection was lost while revisions ran."""

    code = "E250"

    revision: str | None
    reason: str
    applied: tuple[str, ...]
    heads: tuple[str, ...] | None
    outcome: Outcome = Outcome.IN_DOUBT
    """What became of the revision, as read back from the version table and the journal."""
    partial: bool = False

    @property
    def sentence(self) -> str:
        where = f"in revision {self.revision}" if self.revision else "before any revision"
        told = f"The connection was lost {where}: {self.reason}. {_state(self.heads)}"
        if self.revision is None:
            return f"{told}."
        kept = "; part of it is committed" if self.partial else ""
        return f"{told}; {self.revision} is {self.outcome.value}{kept}."

    @property
    def hint(self) -> str:
        if self.outcome is Outcome.IN_DOUBT:
            return "Look with `neonkit current` and `neonkit repair`, then run the same command again."
        return "Run the same command again to go on."


@dataclass(eq=False)
class RunStoppedError(StoppedError):
    """The user asked to stop while revisions ran."""

    code = "E850"

    reason: str
    applied: tuple[str, ...]
    heads: tuple[str, ...] | None
    partial: bool

    @property
    def sentence(self) -> str:
        kept = "; part of the last revision is committed" if self.partial else ""
        return f"Stopped: {self.reason}. {_state(self.heads)}{kept}."

    @property
    def hint(self) -> str:
        return "Run the same command again to go on."


@dataclass(eq=False)
class RunTerminatedError(RunStoppedError):
    """The system asked the process to end while revisions ran."""

    code = "E851"
    exit_code = ExitCode.TERMINATED
