"""Trying a run again after it gave way: what was planned the first time, less what is done.

A target such as `+2` means another thing once a revision of the run is committed, so the steps are those
of the first try. Invariant: a try goes on only from a state that an earlier one of the same run has reached.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from toolkit.cancel import CancelledError, TerminatedError
from toolkit.database.retry import Backoff
from toolkit.errors import NeonkitError
from toolkit.events import Blocker, Emit, Event
from toolkit.migrate.companion import Companion
from toolkit.migrate.guard.errors import GaveWayError
from toolkit.migrate.recording import Stage, Step
from toolkit.migrate.run_errors import (
    MigrationFailedError,
    MigrationTimedOutError,
    RunStoppedError,
    RunTerminatedError,
    VersionMismatchError,
)

BACKOFF: Final = Backoff(first=0.5, cap=8.0)
"""Pauses between tries: whoever queued behind the run gets through meanwhile."""

WORTH_IT: Final = frozenset({"55P03", "40P01"})
"""lock_not_available and deadlock_detected: the same again may succeed."""


@dataclass(slots=True)
class _Planned:
    steps: tuple[Any, ...]
    reached: list[tuple[str, ...]] = field(default_factory=list)
    """The version table's content before the first step, and after each one that ended."""


def worth_another(error: MigrationTimedOutError | MigrationFailedError) -> bool:
    """Whether the run may begin again where it stands: it gave way to a lock, and left nothing half done."""
    partial = isinstance(error, MigrationFailedError) and error.partial
    return error.sqlstate in WORTH_IT and not partial


def given_up(
    error: MigrationTimedOutError | MigrationFailedError, tries: int, blockers: Sequence[Blocker]
) -> NeonkitError:
    """The end of the last try: that the run gave way, if nothing of it is in the database."""
    if tries < 2 or (isinstance(error, MigrationFailedError) and error.applied):
        return error
    return GaveWayError(
        error.revision,
        tries,
        error.reason,
        str(error.sqlstate),
        error.statement,
        error.heads,
        tuple(blockers),
    )


def stopped_between(
    asked: CancelledError, gave_way: MigrationTimedOutError | MigrationFailedError
) -> NeonkitError:
    """The end of a run that was asked to stop between two tries: it stands where the try before left it."""
    kind = RunTerminatedError if isinstance(asked, TerminatedError) else RunStoppedError
    applied = gave_way.applied if isinstance(gave_way, MigrationFailedError) else ()
    return kind(asked.reason, applied, gave_way.heads, partial=False)


def in_turn(emit: Emit) -> Emit:
    """The listener, called by one thread at a time."""
    lock = threading.Lock()

    def hear(event: Event) -> None:
        with lock:
            emit(event)

    return hear


class Plans(Companion):
    """The steps of each stage of one run, in the order in which env.py configures them."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._stages: list[Stage] = []

    def next_try(self) -> None:
        """A new try begins."""
        self._stages = []

    def steps(self, heads: Iterable[str], fresh: Iterable[Any]) -> Iterable[Any]:
        """The steps for the stage that begins now: `fresh` in the first try, else what is left of that."""
        number, at = len(self._stages), tuple(sorted(heads))
        if number >= len(self._planned):
            return fresh
        planned = self._planned[number]
        for done, reached in reversed(list(enumerate(planned.reached))):
            if reached == at:
                return planned.steps[done:]
        raise VersionMismatchError("the version table", planned.reached[-1], at)

    def stage_begins(self, stage: Stage, heads: tuple[str, ...], steps: Iterable[Any]) -> None:
        """Keep them, if this is the first try."""
        if len(self._stages) >= len(self._planned):
            self._planned.append(_Planned(tuple(steps), [heads]))
        self._stages.append(stage)

    def revision_ended(self, step: Step) -> None:
        """Keep where the version table is now."""
        for planned, stage in zip(self._planned, self._stages, strict=False):
            if stage is step.stage and stage.promised not in planned.reached:
                planned.reached.append(stage.promised)
