"""Move sequences past the numbers that rows brought along: forward only, and safe beside other sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.target.wire import Wire

_STEPS: Final = 100_000
"""Up to this many numbers are drawn one by one, which needs no lock."""


@dataclass(frozen=True, slots=True)
class MovedSequence:
    """A sequence that gives numbers above `past` from now on."""

    sequence: str
    past: int


def move_sequences(wire: Wire, table: TablePlan, rows: Iterable[Row]) -> tuple[MovedSequence, ...]:
    """Move each sequence behind a mapped column past the highest number of the written rows."""
    live = [row for row in rows if row.live]
    moved = []
    for name, column in table.columns.items():
        if column.target.sequence is None:
            continue
        numbers = [int(cell) for row in live if isinstance(cell := row.cells[name], str)]
        if numbers and _moved(wire, column.target.sequence, max(numbers)):
            moved.append(MovedSequence(column.target.sequence, max(numbers)))
    return tuple(moved)


def _moved(wire: Wire, sequence: str, past: int) -> bool:
    last, step = _state(wire, sequence)
    if step <= 0 or last >= past:
        return False
    needed = -(-(past - last) // step)
    if needed <= _STEPS:
        wire.rows("SELECT count(nextval(%s::regclass)) FROM generate_series(1, %s)", [sequence, needed])
        return True
    # ALTER SEQUENCE keeps other sessions from drawing numbers until the end of the transaction, so that the
    # number read after it still holds when it is set.
    wire.run(f"ALTER SEQUENCE {sequence} INCREMENT BY {step}")
    last, _ = _state(wire, sequence)
    if last < past:
        wire.rows("SELECT setval(%s::regclass, %s)", [sequence, past])
    return last < past


def _state(wire: Wire, sequence: str) -> tuple[int, int]:
    """The last number given out (one step before the first one if there was none), and the step."""
    used = f"SELECT last_value, is_called FROM {sequence}"  # noqa: S608 - the server's own quoting
    last, called = wire.rows(used)[0]
    (step,) = wire.rows("SELECT seqincrement FROM pg_sequence WHERE seqrelid = %s::regclass", [sequence])[0]
    return (last if called else last - step), step
