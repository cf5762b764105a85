"""The largest relations as bars."""

from __future__ import annotations

from rich.text import Text

from toolkit.reports.table import printable, table, width
from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.overview import Limits
from toolkit.tui.screens.overview.health import failure_text
from toolkit.tui.widgets.words import bar, count, cut, size

SHOWN = 12
WIDTH = 9
LEAST_BAR = 5


def sizes(board: Board, *, columns: int) -> Text:
    """The size of the database, and its largest relations with bars, in lines of so many columns."""
    schema = board.schema
    if schema is None:
        return Text("reading the catalog ...")
    if isinstance(schema, Failure):
        return Text(failure_text(schema, board))
    ranked = sorted(schema.tables, key=lambda line: (-(line.size_bytes or 0), line.name))
    if not ranked:
        return Text("no tables")
    lines = [(line.name, line.size_bytes or 0, count(line.rows)) for line in ranked[:SHOWN]]
    if rest := ranked[SHOWN:]:
        lines.append((f"{len(rest)} others", sum(line.size_bytes or 0 for line in rest), ""))
    text = Text(_table(lines, columns))
    text.highlight_regex(f"{bar(1, 1, 1)}+", "dim")
    if isinstance(board.limits, Limits):
        return Text(f"database {size(board.limits.size_bytes)}  [2]\n").append_text(text)
    return text


def _table(lines: list[tuple[str, int, str]], columns: int) -> str:
    """Name and size always; rows, and what is left for a bar, where there is room."""
    figures = [
        (cut(printable(name), columns - WIDTH - 2), size(of).rjust(WIDTH), rows.rjust(WIDTH))
        for name, of, rows in lines
    ]
    left = columns - max(width(name) for name, _, _ in figures) - WIDTH - 4
    whole = left >= WIDTH + 2 + LEAST_BAR
    left -= (WIDTH + 2) * whole
    largest = max(of for _, of, _ in lines)
    rows = [
        (name, told, *([number] if whole else []), bar(of, largest, left) if left >= LEAST_BAR else "")
        for (name, told, number), (_, of, _) in zip(figures, lines, strict=True)
    ]
    return table(("table", "size".rjust(WIDTH), *(["rows".rjust(WIDTH)] if whole else []), ""), rows)
