"""The largest relations as bars."""

from __future__ import annotations

from toolkit.reports.table import table
from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.overview import Limits
from toolkit.tui.widgets.words import bar, count, size

SHOWN = 12


def sizes(board: Board, *, bar_width: int) -> str:
    """The size of the database, and its largest relations with bars."""
    schema = board.schema
    if schema is None:
        return "reading the catalog ..."
    if isinstance(schema, Failure):
        return schema.text
    ranked = sorted(schema.tables, key=lambda line: (-(line.size_bytes or 0), line.name))
    if not ranked:
        return "no tables"
    shown, rest = ranked[:SHOWN], ranked[SHOWN:]
    largest = max(line.size_bytes or 0 for line in shown)
    rows = [
        (
            line.name,
            size(line.size_bytes).rjust(9),
            count(line.rows).rjust(9),
            bar(line.size_bytes or 0, largest, bar_width),
        )
        for line in shown
    ]
    if rest:
        others = sum(line.size_bytes or 0 for line in rest)
        rows.append((f"{len(rest)} others", size(others).rjust(9), "", bar(others, largest, bar_width)))
    text = table(("table", "size".rjust(9), "rows".rjust(9), ""), rows)
    if isinstance(board.limits, Limits):
        return f"database {size(board.limits.size_bytes)}\n{text}"
    return text
