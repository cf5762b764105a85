"""Events: what long work tells while it runs.

The set is closed: the command line, the JSON stream and the terminal UI are three listeners to the same
values. An event carries no secret, no widget and no markup. Results are returned, not emitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A named part of the work begins."""

    step: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepFinished:
    """The part ended. `outcome` is `done`, `unchanged` (there was nothing to do) or `failed`."""

    step: str
    outcome: Literal["done", "unchanged", "failed"] = "done"
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is. `total` is None while it is not known."""

    step: str
    done: int
    total: int | None
    unit: str
    rate: float | None = None
    """Units a second so far; None where nobody measured it."""
    left: float | None = None
    """Seconds until the step is done, if it goes on at this rate."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The work stands still and this is why: network, start-up of a compute, a lock, back-off."""

    cause: str
    seconds: float
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Blocker:
    """A session that another one waits for. What the role may not see is None."""

    pid: int
    role: str | None
    application: str | None
    state: str | None
    seconds: float | None
    """The age of its transaction."""
    statement: str | None
    """The one it runs, or ran last; on one line, cut, passwords masked."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A statement waits for locks of others. Told when the wait is seen, and again when it changes."""

    statement: str
    seconds: float
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know that is no failure."""

    level: Literal["info", "warning"]
    sentence: str


@dataclass(frozen=True, slots=True)
class RevisionStarted:
    """A revision begins to run."""

    revision: str
    direction: Literal["upgrade", "downgrade", "stamp"]
    message: str


@dataclass(frozen=True, slots=True)
class RevisionFinished:
    """A revision ran to its end and the version table says so."""

    revision: str
    direction: Literal["upgrade", "downgrade", "stamp"]
    seconds: float


@dataclass(frozen=True, slots=True)
class StatementFinished:
    """One SQL statement of a revision ended well."""

    revision: str
    sql: str
    seconds: float
    rows: int | None


Event = (
    StepStarted
    | StepFinished
    | Progress
    | Waiting
    | Blocked
    | Notice
    | RevisionStarted
    | RevisionFinished
    | StatementFinished
)

Emit = Callable[[Event], None]


def unheard(event: Event) -> None:
    """The listener of callers that do not listen."""
    del event
