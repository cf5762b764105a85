"""Sessions and lock trees in a width: columns that fall away, phrases that go on below. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from toolkit.reports.table import printable, width
from toolkit.tui.facts.activity import TreeLine
from toolkit.tui.widgets.labelled import wrapped
from toolkit.tui.widgets.words import cut

FALL_AWAY: Final = ("transaction", "role", "application", "for")
"""What a narrow list leaves out, in this order; the pane beside it tells all of one session."""
WIDEST: Final = 18
LEAST_STATEMENT: Final = 24
_SHORT: Final = {"idle in transaction": "idle in tx", "idle in transaction (aborted)": "idle in tx, failed"}

Cells = tuple[str, ...]


def fitted(
    headings: Sequence[str], rows: Sequence[Cells], columns: int
) -> tuple[tuple[str, ...], list[Cells]]:
    """Headings and rows of so many columns; the last cell, the statement, has what the others leave."""
    shown = [tuple(_SHORT.get(cell, printable(cell)) for cell in row) for row in rows]
    kept = list(range(len(headings)))
    widths = {
        place: min(WIDEST, max([width(headings[place]), *(width(row[place]) for row in shown)]))
        for place in kept[:-1]
    }
    left = _left(widths, columns)
    for name in FALL_AWAY:
        if left < LEAST_STATEMENT and name in headings:
            place = list(headings).index(name)
            kept.remove(place)
            del widths[place]
            left = _left(widths, columns)
    room = {**widths, len(headings) - 1: max(left, 1)}
    return (
        tuple(headings[place] for place in kept),
        [tuple(cut(row[place], room[place]) for place in kept) for row in shown],
    )


def _left(widths: dict[int, int], columns: int) -> int:
    """What is left for the last cell: each has a column of space at both sides."""
    return columns - sum(widths.values()) - 2 * (len(widths) + 1)


def tree_text(line: TreeLine, columns: int) -> Text:
    """One session of a lock tree: as many phrases in a line as fit, the rest below, indented."""
    text, below = Text(line.lead), f"{line.below}  "
    taken = width(line.lead)
    for number, word in enumerate(map(printable, line.words)):
        gap = 2 if number else 0
        if number and taken + gap + width(word) > columns:
            text.append(f"\n{below}")
            taken, gap = width(below), 0
        pieces = wrapped(Text(word), max(columns - taken - gap, 16))
        for place, piece in enumerate(pieces):
            text.append(f"\n{below}" if place else " " * gap)
            text.append(piece.plain, style="bold" if number == 0 else "")
        taken = (width(below) if len(pieces) > 1 else taken + gap) + width(pieces[-1].plain)
    return text
