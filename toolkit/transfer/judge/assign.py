"""Draw the new keys: numbers of the column's own sequence, for the rows that stand and no others.

The sequence gives them, so other sessions may draw beside. A number that a stored row has already, because
the sequence lags behind, is left and the next one drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import psycopg2

from toolkit.transfer.judge.ask import batches, quoted_name
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.errors import SequenceExhaustedError
from toolkit.transfer.judge.pending import NewKey, Woven
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.target.wire import Wire

_EXHAUSTED: Final = "2200H"


def draw_keys(plan: Plan, book: Book, wire: Wire) -> None:
    """Give every row that stands its key, and put it into every cell that refers to it.

    Raises `SequenceExhaustedError`.
    """
    drawn: dict[str, str] = {}
    taken: dict[tuple[str, str], set[str]] = {}
    for table in plan.tables.values():
        place = (table.target.schema, table.target.name)
        for row in book.rows[table.name]:
            cell = row.cells.get(str(table.key))
            if isinstance(cell, str) and not isinstance(cell, NewKey):
                taken.setdefault(place, set()).add(cell)
    for table in plan.tables.values():
        if table.assign == "serial":
            place = (table.target.schema, table.target.name)
            tokens = _tokens(table, book)
            numbers = _numbers(wire, table, len(tokens), taken.setdefault(place, set()))
            drawn |= dict(zip(tokens, numbers, strict=False))
    if drawn:
        for table in plan.tables.values():
            _put_in(table, book, drawn)


def _tokens(table: TablePlan, book: Book) -> list[str]:
    """The new keys of rows that stand, each once, in the order of the source."""
    cells = (row.cells.get(str(table.key)) for row in book.rows[table.name] if row.live)
    return list(dict.fromkeys(cell for cell in cells if isinstance(cell, NewKey)))


def _numbers(wire: Wire, table: TablePlan, count: int, taken: set[str]) -> Iterator[str]:
    left = count
    while left:
        drawn = _draw(wire, str(table.columns[str(table.key)].target.sequence), left)
        used = _stored(wire, table, drawn) | taken
        free = [number for number in drawn if number not in used]
        left -= len(free)
        yield from free


def _draw(wire: Wire, sequence: str, count: int) -> list[str]:
    sql = "SELECT nextval(%s::regclass)::text FROM generate_series(1, %s)"
    try:
        return [number for (number,) in wire.rows(sql, [sequence, count])]
    except psycopg2.Error as error:
        if error.pgcode != _EXHAUSTED:
            raise
        reason = (error.diag.message_primary or "").rstrip(".")
        raise SequenceExhaustedError(sequence, count, reason) from None


def _stored(wire: Wire, table: TablePlan, numbers: Sequence[str]) -> set[str]:
    column = table.columns[str(table.key)].target
    target = table.target.sql.replace("%", "%%")
    sql = (
        f"SELECT v FROM unnest(%s::text[]) AS v WHERE EXISTS "  # noqa: S608 - names are quoted
        f"(SELECT FROM {target} AS t WHERE t.{quoted_name(column.name)} = v::{column.type.sql})"
    )
    return {number for batch in batches(numbers) for (number,) in wire.rows(sql, [list(batch)])}


def _put_in(table: TablePlan, book: Book, drawn: dict[str, str]) -> None:
    names = [
        name
        for name, column in table.columns.items()
        if name == table.key or column.rule.path is not None or column.rule.parent or column.rule.by
    ]
    for row in book.rows[table.name]:
        for name in names:
            cell = row.cells.get(name)
            if isinstance(cell, NewKey | Woven):
                row.cells[name] = _final(cell, drawn)


def _final(cell: NewKey | Woven, drawn: dict[str, str]) -> Cell:
    if isinstance(cell, NewKey):
        return drawn.get(cell, cell)
    parts = [drawn.get(part, part) if isinstance(part, NewKey) else part for part in cell.parts]
    return Woven.of(parts, cell.build)
