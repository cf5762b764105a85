"""A run as it stands, folded from what it said. Pure: the same events give the same view.

Invariants: the bar never goes back and is full only when the run has ended well; a step that was rolled back
does not stay `ok`; what nobody knows is `?`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from toolkit.events import (
    Blocked,
    Blocker,
    Event,
    Progress,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
    Waiting,
)
from toolkit.tui.facts.runs import RunPlan, RunStep

StepState = Literal["", "RUN", "WAIT", "ok", "FAIL", "STOP", "undone", "?"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    well: bool
    sentence: str
    hint: str = ""
    stopped: bool = False
    """Somebody asked it to stop."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step and what became of it."""

    step: RunStep
    state: StepState = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run at one moment."""

    steps: tuple[StepView, ...]
    done: int
    """The most steps that were ever done at once."""
    total: int | None
    """None where nobody knows how many there are."""
    tries: int
    current: int | None
    """The step that runs or waits."""
    doing: str
    blocked: Blocked | None
    blockers: tuple[Blocker, ...]
    """Who was in the way last, until something went through: also while the run backs off."""
    waiting: Waiting | None
    since: float | None
    """When the wait of `blocked` or `waiting` was heard of."""
    progress: Progress | None
    ended: Ended | None

    @property
    def percent(self) -> int | None:
        """How much is done; 100 at the end alone, None while nobody knows."""
        if self.ended is not None and self.ended.well:
            return 100
        if not self.total:
            return None
        return min(99, 100 * self.done // self.total)


@dataclass(slots=True)
class _Fold:
    steps: list[RunStep]
    known: bool
    index: dict[str, list[int]] = field(default_factory=dict)
    """The numbers of the steps of each revision."""
    texts: list[str] = field(default_factory=list)
    """Their SQL on one line."""
    states: list[StepState] = field(default_factory=list)
    seconds: list[float | None] = field(default_factory=list)
    current: int | None = None
    done: int = 0
    tries: int = 1
    doing: str = ""
    blocked: Blocked | None = None
    blockers: tuple[Blocker, ...] = ()
    waiting: Waiting | None = None
    since: float | None = None
    progress: Progress | None = None


def fold(
    plan: RunPlan, events: Sequence[Event], heard_at: Sequence[float] = (), ended: Ended | None = None
) -> RunView:
    """The run of `plan` after `events`."""
    now = _Fold([], known=bool(plan.steps))
    for step in plan.steps:
        _add(now, step)
    for number, event in enumerate(events):
        _hear(now, event, heard_at[number] if number < len(heard_at) else None)
    if ended is not None:
        _end(now, ended)
    return RunView(
        steps=tuple(map(StepView, now.steps, now.states, now.seconds)),
        done=now.done,
        total=len(now.steps) if now.known else None,
        tries=now.tries,
        current=now.current,
        doing=now.doing,
        blocked=now.blocked,
        blockers=now.blockers,
        waiting=now.waiting,
        since=now.since,
        progress=now.progress,
        ended=ended,
    )


def _hear(now: _Fold, event: Event, at: float | None) -> None:
    match event:
        case Blocked() | Waiting():
            now.blocked = event if isinstance(event, Blocked) else None
            now.waiting = event if isinstance(event, Waiting) else None
            now.blockers = event.blockers if isinstance(event, Blocked) else now.blockers
            now.since, now.progress = at, None
            _set(now, now.current, "WAIT")
        case Progress():
            _goes_on(now)
            now.progress = event
        case RevisionStarted():
            _goes_on(now)
            _begin(now, event)
        case StatementFinished():
            _goes_on(now)
            _statement(now, event)
        case RevisionFinished():
            _goes_on(now)
            numbers = _of(now, event.revision)
            for number in numbers:
                now.states[number] = "ok"
            if not now.steps[numbers[0]].sql:
                now.seconds[numbers[0]] = event.seconds
            now.current, now.doing = None, ""
    now.done = max(now.done, now.states.count("ok"))


def _goes_on(now: _Fold) -> None:
    now.blocked = now.waiting = now.since = now.progress = None
    _set(now, now.current, "RUN")


def _set(now: _Fold, number: int | None, state: StepState) -> None:
    if number is not None:
        now.states[number] = state


def _add(now: _Fold, step: RunStep) -> None:
    now.index.setdefault(step.revision, []).append(len(now.steps))
    now.steps.append(step)
    now.texts.append(_line(step.sql))
    now.states.append("")
    now.seconds.append(None)


def _of(now: _Fold, revision: str) -> list[int]:
    if revision not in now.index:  # a run whose steps nobody foresaw, or a revision without statements
        _add(now, RunStep(revision, revision, revision))
    return now.index[revision]


def _line(sql: str) -> str:
    return " ".join(sql.split())


def _begin(now: _Fold, event: RevisionStarted) -> None:
    numbers = _of(now, event.revision)
    if any(now.states[number] for number in numbers):
        now.tries += 1
        _take_back(now, numbers)
    now.doing = event.message or event.revision
    now.current = next((number for number in numbers if now.states[number] != "ok"), numbers[0])
    _set(now, now.current, "RUN")


def _take_back(now: _Fold, numbers: list[int]) -> None:
    """The revision begins again: what its transaction had done was rolled back."""
    for number in numbers:
        if now.steps[number].transaction != "own" or now.states[number] != "ok":
            now.states[number], now.seconds[number] = "", None


def _statement(now: _Fold, event: StatementFinished) -> None:
    now.blockers = ()
    numbers = _of(now, event.revision)
    text = _line(event.sql)
    alike = [number for number in numbers if now.texts[number] == text]
    number = next((one for one in alike if now.states[one] != "ok"), alike[-1] if alike else None)
    if number is None:
        now.doing = text
        return
    now.states[number] = "ok"
    now.seconds[number] = (now.seconds[number] or 0.0) + event.seconds
    rest = [one for one in numbers if one > number and now.states[one] != "ok"]
    for passed in (one for one in numbers if one < number and now.states[one] == "RUN"):
        now.states[passed] = "ok"
    now.current = rest[0] if rest else None
    now.doing = now.steps[rest[0]].label if rest else ""
    _set(now, now.current, "RUN")


def _end(now: _Fold, ended: Ended) -> None:
    failed, now.blockers = now.current, ()
    now.blocked = now.waiting = now.since = now.progress = None
    now.current, now.doing = None, ""
    if ended.well:
        now.states = ["ok"] * len(now.states)
        now.done = len(now.states)
        return
    if failed is None:
        failed = next((n for n, state in enumerate(now.states) if state in ("RUN", "WAIT")), None)
    if failed is None:
        _doubt(now)
        return
    now.states[failed] = "STOP" if ended.stopped else "FAIL"
    transaction = now.steps[failed].transaction
    for number, step in enumerate(now.steps):
        if now.states[number] == "ok" and step.transaction == transaction != "own":
            now.states[number] = "undone" if transaction != "?" else "?"


def _doubt(now: _Fold) -> None:
    """It failed between two steps: whether the last transaction was kept is not for events to say."""
    last = next((step for step, state in zip(now.steps, now.states, strict=True) if state == "ok"), None)
    if last is not None:
        now.states = ["?" if state == "ok" else state for state in now.states]
