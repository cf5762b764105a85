"""The terms of one run: what the person who starts it may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from toolkit.cancel import Nudge

LOCK_TIMEOUT: Final = 2.0
"""Seconds a statement may wait for a lock; whoever comes behind it waits as long."""
LIGHT_TIMEOUT: Final = 60.0
"""The same for statements whose lock keeps no reader or writer waiting."""
TRIES: Final = 8
OLD: Final = 60.0
"""Seconds after which a transaction counts as old: no run queues behind one."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run treats locks, blockers, the journal and what an earlier run left."""

    lock_timeout: float = LOCK_TIMEOUT
    """Seconds; 0 sets none."""
    light_timeout: float = LIGHT_TIMEOUT
    tries: int = TRIES
    """How often the run gives way to locks before it ends."""
    old: float = OLD
    """Seconds; 0 lets a run queue behind any transaction."""
    blockers: Literal["wait", "cancel", "terminate"] = "wait"
    """What is done with sessions that hold up the run. Anything but `wait` is a person's word."""
    watch: bool = True
    """Whether a second session looks at locks and progress while the run lasts."""
    journal: bool = True
    in_doubt: Literal["refuse", "ran", "rerun"] = "refuse"
    from_start: bool = False
    """Whether what an earlier run has committed of a revision is forgotten: it was undone by hand."""
    plan: str | None = None
    """The plan that is carried out."""
    restore_point: str | None = None
    """The name of what was made to go back to; the journal and the result tell it."""
    nudge: Nudge | None = field(default=None, compare=False)
    """By which whoever watches ends a pause between two tries."""


USUAL: Final = Terms()
UNWATCHED: Final = Terms(watch=False, journal=False, lock_timeout=0.0, tries=1, old=0.0)
"""For a scratch database that nobody else uses."""
