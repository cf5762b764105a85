"""Drift as text: database, migrations and models side by side. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rich.text import Text

from toolkit.reports.table import printable, width
from toolkit.tui.facts.schema import EVERYTHING, Drift, DriftLine
from toolkit.tui.screens.schema.sections import pieces

_SIDES: Final = ("database", "migrations", "models")
_GAP: Final = 2


def drift_text(drift: Drift, key: str, path: tuple[str, ...], columns: int) -> Text:
    """The differences of an object and of what stands on it, with who moved and what to do."""
    lines = about(drift, key, path)
    text = Text()
    if key == EVERYTHING:
        text.append(f"{drift.verdict}\n\n")
    if lines:
        text.append_text(_row(_SIDES, columns, ("bold",) * 3))
        text.append("\n")
    for line in lines:
        for piece in pieces(printable(f"{line.key}   {line.attribute}"), columns):
            text.append(f"{piece}\n", style="bold")
        text.append_text(_side_by_side(line, columns))
        for piece in pieces(f"{line.cause}. {line.fix}", columns):
            text.append(f"{piece}\n", style="dim")
        text.append("\n")
    for said in _remarks(drift, lines, key):
        for piece in pieces(printable(said), columns):
            text.append(f"{piece}\n", style="dim")
    text.rstrip()
    return text


def about(drift: Drift, key: str, path: tuple[str, ...]) -> tuple[DriftLine, ...]:
    """The differences of one object and of what stands on it; of the database all."""
    if key == EVERYTHING:
        return drift.lines
    return tuple(line for line in drift.lines if line.key == key or line.path[: len(path)] == path)


def _side_by_side(line: DriftLine, columns: int) -> Text:
    migrations = line.migrations
    if line.pending != migrations:
        migrations = f"{migrations}; pending: {line.pending}"
    sides = (line.database, migrations, line.models)
    odd = [value for value, number in Counter(sides).items() if number == 1]
    # The side that stands alone is bold; where all differ, none is.
    styles = tuple("bold" if len(odd) == 1 and side == odd[0] else "" for side in sides)
    return _row(sides, columns, styles)


def _row(cells: Sequence[str], columns: int, styles: Sequence[str]) -> Text:
    room = max(1, (columns - _GAP * (len(cells) - 1)) // len(cells))
    parts = [pieces(printable(cell), room) for cell in cells]
    text = Text()
    for row in zip_longest(*parts, fillvalue=""):
        for number, (cell, style) in enumerate(zip(row, styles, strict=True)):
            last = number == len(cells) - 1
            text.append(cell, style=style)
            text.append("" if last else " " * (room - width(cell) + _GAP))
        text.append("\n")
    return text


def _remarks(drift: Drift, lines: Sequence[DriftLine], key: str) -> Sequence[str]:
    if key == EVERYTHING:
        return drift.remarks
    return () if lines else (f"database, migrations and models agree on {key}; in all: {drift.verdict}",)
