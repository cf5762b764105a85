"""The largest relations as bars."""

from __future__ import annotations

from toolkit.reports.table import table
from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.overview import Limits
from toolkit.tui.widgets.words import bar, count, size

SHOWN = 12
WIDTH = 9
LEAST_BAR = 5


def sizes(board: Board, *, columns: int) -> str:
    """The size of the database, and its largest relations with bars, in lines of so many columns."""
    schema = board.schema
    if schema is None:
        return "reading the catalog ..."
    if isinstance(schema, Failure):
        return schema.text
    ranked = sorted(schema.tables, key=lambda line: (-(line.size_bytes or 0), line.name))
    if not ranked:
        return "no tables"
    lines = [(line.name, line.size_bytes or 0, count(line.rows)) for line in ranked[:SHOWN]]
    if rest := ranked[SHOWN:]:
        lines.append((f"{len(rest)} others", sum(line.size_bytes or 0 for line in rest), ""))
    text = _table(lines, columns)
    if isinstance(board.limits, Limits):
        return f"database {size(board.limits.size_bytes)}\n{text}"
    return text


def _table(lines: list[tuple[str, int, str]], columns: int) -> str:
    """Name and size always; rows, and what is left for a bar, where there is room."""
    figures = [(name, size(of).rjust(WIDTH), rows.rjust(WIDTH)) for name, of, rows in lines]
    left = columns - max(len(name) for name, _, _ in lines) - WIDTH - 4
    whole = left >= WIDTH + 2 + LEAST_BAR
    left -= (WIDTH + 2) * whole
    largest = max(of for _, of, _ in lines)
    rows = [
        (name, told, *([number] if whole else []), bar(of, largest, left) if left >= LEAST_BAR else "")
        for (name, told, number), (_, of, _) in zip(figures, lines, strict=True)
    ]
    return table(("table", "size".rjust(WIDTH), *(["rows".rjust(WIDTH)] if whole else []), ""), rows)
