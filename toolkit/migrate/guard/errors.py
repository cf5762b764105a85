"""How a guarded run ends when others are in its way. Codes: E304 to E309, E665."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import TimedOutError
from toolkit.events import Blocker


@dataclass(frozen=True, slots=True)
class OldTransaction:
    """A statement, and the old transaction it would have queued behind."""

    statement: str
    blocker: Blocker


def named(blocker: Blocker) -> str:
    """A session in words."""
    age = "of unknown age" if blocker.seconds is None else f"{blocker.seconds:.0f} s old"
    said = f", whose last statement is: {blocker.statement}" if blocker.statement else ""
    return f"pid {blocker.pid} ({blocker.role or 'unknown user'}, {blocker.state or '?'}, {age}{said})"


@dataclass(eq=False)
class BehindOldTransactionError(TimedOutError):
    """A statement would have queued behind an old transaction, and everybody else behind it."""

    code = "E304"

    revision: str
    statement: str
    blocker: Blocker
    heads: tuple[str, ...] | None

    @property
    def sentence(self) -> str:
        at = "unknown" if self.heads is None else ", ".join(self.heads) or "base"
        return (
            f"Revision {self.revision} gave way rather than queue behind an old transaction: "
            f"{named(self.blocker)}. The database is at {at}; nothing of the revision is left."
        )

    @property
    def hint(self) -> str:
        return (
            "End that transaction, or have it done: --cancel-blockers, --terminate-blockers; then run the "
            "same command again."
        )


@dataclass(eq=False)
class GaveWayError(TimedOutError):
    """Others held the locks at every try."""

    code = "E305"

    revision: str
    tries: int
    reason: str
    sqlstate: str
    statement: str | None
    heads: tuple[str, ...] | None
    blockers: tuple[Blocker, ...]

    @property
    def sentence(self) -> str:
        at = "unknown" if self.heads is None else ", ".join(self.heads) or "base"
        who = "; ".join(map(named, self.blockers)) or "sessions that were gone when looked for"
        return (
            f"Revision {self.revision} gave way {self.tries} times ({self.reason}), last to {who}. "
            f"The database is at {at}; nothing of the revision is left."
        )

    @property
    def hint(self) -> str:
        return (
            "Run the same command again when the table is less busy; or with --cancel-blockers or "
            "--terminate-blockers; or with a longer --lock-timeout."
        )
