"""What needs somebody, from what is on the board: the weightiest first, each with the mode to go to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure, known

if TYPE_CHECKING:
    from toolkit.tui.facts.activity import Activity
    from toolkit.tui.facts.isolation import Isolation
    from toolkit.tui.facts.migrations import Revisions
    from toolkit.tui.facts.runs import Journal
    from toolkit.tui.facts.schema import AdviceView

Weight = Literal["E", "W", "i"]
LONG_TRANSACTION_SECONDS: Final = 60.0
_ORDER: Final[dict[Weight, int]] = {"E": 0, "W": 1, "i": 2}
_WEIGHTS: Final[dict[str, Weight]] = {"error": "E", "warning": "W", "info": "i"}


@dataclass(frozen=True, slots=True)
class Concern:
    """One line to act on."""

    weight: Weight
    text: str
    mode: str
    """Where more is said."""
    key: str | None = None
    """What to select there."""


def concerns(board: Board) -> tuple[Concern, ...]:
    """All of it. Facts that were not read yet are no concern, and facts that could not be read are one."""
    found = [
        *_failures(board),
        *_migrations(board.revisions),
        *_last_run(board.journal),
        *_isolation(board.isolation),
        *_activity(board.activity),
        *_advice(board.advice),
    ]
    return tuple(sorted(found, key=lambda one: _ORDER[one.weight]))


def _failures(board: Board) -> Iterator[Concern]:
    read = {"migrations": board.revisions, "schema": board.schema, "import": board.source}
    for mode, facts in read.items():
        if isinstance(facts, Failure) and facts != board.identity:
            weight: Weight = "i" if mode == "import" else "E"
            yield Concern(weight, f"{mode}: {facts.sentence}", mode)


def _migrations(revisions: Revisions | Failure | None) -> Iterator[Concern]:
    if known(revisions):
        for unknown in revisions.unknown:
            yield Concern("E", f"revision {unknown} is in the database but in no file", "migrations")
        if len(revisions.heads) > 1:
            yield Concern("W", f"{len(revisions.heads)} heads, which a merge would join", "migrations")
        if revisions.pending:
            words = "revision is" if len(revisions.pending) == 1 else "revisions are"
            first = revisions.pending[0]
            yield Concern("W", f"{len(revisions.pending)} {words} pending", "migrations", first)
        for line in revisions.lines:
            if line.edited:
                yield Concern("W", line.edited, "migrations", line.revision)


def _last_run(journal: Journal | Failure | None) -> Iterator[Concern]:
    if known(journal) and journal.runs:
        newest = journal.runs[0]
        if newest.outcome not in ("done", "running"):
            told = f"last run: {newest.direction} {newest.target} {newest.outcome}, {newest.began}"
            yield Concern("E", told, "migrations")


def _isolation(isolation: Isolation | Failure | None) -> Iterator[Concern]:
    if known(isolation):
        totals = dict(isolation.totals)
        if totals.get("LEAK"):
            yield Concern("E", f"isolation: {totals['LEAK']} LEAK", "isolation")
        if totals.get("UNKNOWN"):
            yield Concern("W", f"isolation: {totals['UNKNOWN']} UNKNOWN", "isolation")


def _activity(activity: Activity | Failure | None) -> Iterator[Concern]:
    if known(activity):
        if activity.waiting:
            words = "session waits" if activity.waiting == 1 else "sessions wait"
            yield Concern("W", f"{activity.waiting} {words} for a lock", "activity")
        for line in activity.sessions:
            if line.transaction_seconds >= LONG_TRANSACTION_SECONDS and not line.runs:
                told = f"session {line.pid} is idle in a transaction, open {line.transaction_seconds:.0f} s"
                yield Concern("W", told, "activity", str(line.pid))


def _advice(advice: AdviceView | Failure | None) -> Iterator[Concern]:
    if known(advice):
        for line in advice.lines:
            if line.severity != "info":
                weight = _WEIGHTS[line.severity]
                yield Concern(weight, f"{line.subject}: {line.sentence}", "schema", line.subject)
