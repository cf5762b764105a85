"""Runs of revisions: what one is to do, who waits in it, what the journal tells of those before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RunStep:
    """One step that a run is to take: a statement of a plan, or a revision whose statements are not known."""

    revision: str
    short: str
    label: str
    sql: str = ""
    """Empty for a whole revision."""
    transaction: str = "?"
    """Its number; `own` where it commits by itself; `?` where nobody knows."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run is to do."""

    title: str
    """`upgrade`, `downgrade`."""
    twin: str
    steps: tuple[RunStep, ...]
    plan: str = ""
    """The id of the plan that is carried out."""
    restore_point: str = ""
    """The name of what was made to go back to."""
    again: str = ""
    """What takes the run up again when it ended early, in words."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits for whom while our run waits, by one sample."""

    our_pid: int | None
    tree: tuple[str, ...]
    """Root blocker first; our own session is marked."""
    behind: int
    """Sessions that queue behind us."""
    blockers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What interrupted runs left behind."""

    lines: tuple[str, ...]
    mending: tuple[tuple[str, str], ...]
    """Subject and SQL of what can be mended."""
    names_to_lose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalRun:
    """One run by the journal."""

    id: str
    began: str
    direction: Literal["upgrade", "downgrade", "stamp"]
    target: str
    outcome: str
    who: str
    took: str
    detail: tuple[str, ...]
    """Its revisions and their statements, as lines."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The last runs, newest first; `missing` says why there are none."""

    runs: tuple[JournalRun, ...]
    missing: str = ""
