"""What needs somebody, from what is on the board, and what was looked at and is well.

Each line has the mode to go to and the keys that lead there; the weightiest stand first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure, known
from toolkit.tui.widgets.tabs import MODES

if TYPE_CHECKING:
    from toolkit.tui.facts.activity import Activity
    from toolkit.tui.facts.isolation import Isolation
    from toolkit.tui.facts.migrations import Revisions
    from toolkit.tui.facts.runs import Journal
    from toolkit.tui.facts.schema import AdviceView

Weight = Literal["E", "W", "i", "?", "ok"]
"""Error, warning, a note, not known, and well."""
LONG_TRANSACTION_SECONDS: Final = 60.0
_NUMBERS: Final = {name: str(number) for number, (name, _) in enumerate(MODES, 1)}
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
    then: str = ""
    """The key to press there."""

    @property
    def keys(self) -> str:
        """The keys that lead there."""
        return " ".join(filter(None, (_NUMBERS[self.mode], self.then)))


def concerns(board: Board) -> tuple[Concern, ...]:
    """All of it. Facts that were not read yet are no concern, and facts that could not be read are one."""
    found = [
        *_failures(board),
        *_migrations(board.revisions),
        *_last_run(board.journal),
        *_drift(board),
        *_isolation(board.isolation),
        *_activity(board.activity),
        *_advice(board.advice),
    ]
    return tuple(sorted(found, key=lambda one: _ORDER[one.weight]))


def _drift(board: Board) -> Iterator[Concern]:
    number = differences(board)
    if number:
        words = "difference" if number == 1 else "differences"
        told = f"drift: {number} {words} between models, migrations and database"
        yield Concern("W", told, "schema", then="m")


def differences(board: Board) -> int | None:
    """How far models, migrations and database have drifted apart; None where that is not known."""
    if known(board.drift):
        return len(board.drift.lines)
    return board.glance.differences if known(board.glance) else None


def _failures(board: Board) -> Iterator[Concern]:
    read = {"migrations": board.revisions, "schema": board.schema}
    for mode, facts in read.items():
        if isinstance(facts, Failure) and facts != board.identity:
            yield Concern("E", f"{mode}: {facts.sentence}", mode)


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
            yield Concern("E", f"isolation: {totals['LEAK']} LEAK", "isolation", then="n")
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
                yield Concern(weight, f"{line.subject}: {line.sentence}", "schema", line.subject, "a")


def quiet(board: Board) -> tuple[Concern, ...]:
    """What was looked at and needs nobody, and what was not looked at, each with the way there.

    What is still being read is neither.
    """
    return (*_quiet_migrations(board), *_quiet_schema(board), *_quiet_isolation(board), *_quiet_locks(board))


def _quiet_migrations(board: Board) -> Iterator[Concern]:
    if known(board.revisions) and not tuple(_migrations(board.revisions)):
        yield Concern("ok", "migrations: at head", "migrations")
    if known(board.journal) and board.journal.runs and not tuple(_last_run(board.journal)):
        newest = board.journal.runs[0]
        told = f"last run: {newest.direction} {newest.target} {newest.outcome}"
        yield Concern("ok", told, "migrations", then="J")


def _quiet_schema(board: Board) -> Iterator[Concern]:
    if differences(board) == 0:
        yield Concern("ok", "drift: models, migrations and database agree", "schema", then="m")
    elif board.glance is not None and differences(board) is None:
        said = board.glance.sentence if isinstance(board.glance, Failure) else board.glance.says
        yield Concern("?", f"drift: {said}", "schema", then="m")
    if known(board.advice) and not tuple(_advice(board.advice)):
        notes = len(board.advice.lines)
        told = f"{notes} {'note' if notes == 1 else 'notes'}, nothing pressing" if notes else "none"
        yield Concern("ok", f"advice: {told}", "schema", then="a")
    elif isinstance(board.advice, Failure):
        yield Concern("?", f"advice: {board.advice.sentence}", "schema", then="a")
    elif board.advice is None and known(board.schema):
        yield Concern("?", "advice: not asked for, the catalog is large", "schema", then="a")


def _quiet_isolation(board: Board) -> Iterator[Concern]:
    if isinstance(board.isolation, Failure):
        yield Concern("?", f"isolation: {board.isolation.sentence}", "isolation", then="p")
    elif board.isolation is None:
        if known(board.schema):
            yield Concern("?", "isolation: nobody has tried yet", "isolation", then="p")
    elif not tuple(_isolation(board.isolation)):
        told = ", ".join(f"{number} {verdict}" for verdict, number in board.isolation.totals if number)
        yield Concern("ok", f"isolation: {told or 'no tables of users'}", "isolation")


def _quiet_locks(board: Board) -> Iterator[Concern]:
    if known(board.activity) and not tuple(_activity(board.activity)):
        yield Concern("ok", "locks: nobody waits", "activity")
