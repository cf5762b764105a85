"""The second pass over tables that refer to each other in a circle.

The plan says which columns close a circle and may be NULL. They are written as NULL, and updated when every
table is filled: the parents are there then. In between, foreign keys hold at every statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg2

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.errors import RowsSwallowedError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Cell, Fill, Row
from toolkit.transfer.loading.refusal import refused_by_server, reject_refused
from toolkit.transfer.target.wire import Wire

_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Withheld:
    """The cells of one table that are written in the second pass."""

    table: TablePlan
    columns: tuple[str, ...]
    cells: dict[Row, tuple[Cell, ...]]
    """By row: its cells in `columns`."""

    def withhold(self, rows: Iterable[Row]) -> None:
        """Take the cells out of those of the rows that have some.

        A new row has NULL there then; a stored one leaves its column alone.
        """
        for row in rows:
            cells = self.cells.get(row, ())
            instead = Fill.DEFAULT if row.exists else None
            row.cells |= {
                name: instead
                for name, cell in zip(self.columns, cells, strict=False)
                if isinstance(cell, str)
            }

    def put_back(self, rows: Iterable[Row]) -> None:
        """Give the cells back to those of the rows that had some."""
        for row in rows:
            row.cells |= dict(zip(self.columns, self.cells.get(row, ()), strict=False))


@contextmanager
def withheld(plan: Plan, book: Book) -> Iterator[tuple[Withheld, ...]]:
    """Keep the cells that close circles back while the block writes the tables.

    The block calls `fill_later` when all tables are written. At its end the rows have their cells again.
    """
    kept = []
    for name, columns in plan.fill.second_pass.items():
        cells = {
            row: tuple(row.cells[column] for column in columns)
            for row in book.rows[name]
            if row.live and any(isinstance(row.cells[column], str) for column in columns)
        }
        kept.append(Withheld(plan.tables[name], columns, cells))
        kept[-1].withhold(cells)
    try:
        yield tuple(kept)
    finally:
        for part in kept:
            part.put_back(part.cells)


@contextmanager
def whole_again(kept: Sequence[Withheld], rows: Mapping[str, Sequence[Row]]) -> Iterator[None]:
    """Within the block, these rows have their cells: to be compared with what is stored."""
    for part in kept:
        part.put_back(rows.get(part.table.name, ()))
    try:
        yield
    finally:
        for part in kept:
            part.withhold(rows.get(part.table.name, ()))


def fill_later(wire: Wire, book: Book, kept: Sequence[Withheld]) -> int:
    """Update the rows whose cells were kept back; return how many.

    A reference that the server refuses rejects its row in the book. Raises `LoadRefusedByServerError` for
    other refusals and `RowsSwallowedError` when fewer rows were updated than there are.
    """
    updated = 0
    for part in kept:
        part.put_back(part.cells)
        rows = [row for row in part.cells if row.live or (row.settled and not row.rejected)]
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            try:
                with wire.savepoint():
                    count = wire.run(_update(part), _parameters(part, batch))
            except psycopg2.Error as error:
                if not reject_refused(error, part.table, batch, book):
                    raise refused_by_server(error, part.table.target.label) from None
                return updated
            if count != len(batch):
                raise RowsSwallowedError(part.table.target.label, len(batch), count)
            updated += count
    return updated


def _update(part: Withheld) -> str:
    target = part.table.target
    names = (*target.primary_key, *part.columns)
    arrays = ", ".join("%s::text[]" for _ in names)
    listed = ", ".join(f"v{place}" for place in range(len(names)))
    typed = [
        (_quoted(name), f"s.v{place}::{target.columns[name].type.sql}") for place, name in enumerate(names)
    ]
    keys = len(target.primary_key)
    match = " AND ".join(f"t.{name} = {value}" for name, value in typed[:keys])
    # A column that the server filled by itself has no text here, and stays as it is.
    given = ", ".join(f"{name} = coalesce({value}, t.{name})" for name, value in typed[keys:])
    table = target.sql.replace("%", "%%")
    return f"UPDATE {table} AS t SET {given} FROM unnest({arrays}) AS s({listed}) WHERE {match}"  # noqa: S608 - names are quoted, values bound


def _parameters(part: Withheld, rows: Sequence[Row]) -> list[list[str | None]]:
    names = (*part.table.target.primary_key, *part.columns)
    return [[cell if isinstance(cell := row.cells[name], str) else None for row in rows] for name in names]


def _quoted(name: str) -> str:
    return quote_identifier(name).replace("%", "%%")
