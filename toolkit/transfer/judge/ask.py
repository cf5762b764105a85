"""Rows as a table that the server can ask about: arrays of texts, cast to the types of the target's columns.

A `%` in a statement with parameters is doubled here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.pending import is_pending
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell, Fill, Row
from toolkit.transfer.target.table import TargetColumn

BATCH: Final = 5_000
"""Rows of one question, where each row is asked about by itself."""
_Item = TypeVar("_Item")


def quoted_name(name: str) -> str:
    """The quoted name inside a statement with parameters."""
    return quote_identifier(name).replace("%", "%%")


def values(count: int) -> str:
    """A FROM item `s` with `count` columns of text, `v0` onwards, and the number `n` of the row from 1."""
    arrays = ", ".join("%s::text[]" for _ in range(count))
    names = ", ".join(f"v{place}" for place in range(count))
    return f"unnest({arrays}) WITH ORDINALITY AS s({names}, n)"


def arrays(rows: Sequence[Row], names: Sequence[str]) -> list[list[Cell]]:
    """The parameters for `values`."""
    return [[row.cells[name] for row in rows] for name in names]


def batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """The items in parts of `BATCH`."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def has_texts(row: Row, names: Sequence[str]) -> bool:
    """Whether the server can be asked about these cells: made, no default and no key yet to be drawn."""
    for name in names:
        cell = row.cells.get(name, Fill.DEFAULT)
        if isinstance(cell, Fill) or is_pending(cell):
            return False
    return True


def cast_rows(table: TablePlan, names: Sequence[str]) -> str:
    """A subquery of rows as the table would have them: `_n`, the columns `names`, and NULL for those that
    nothing fills. Columns with a default of the server are not there, so what needs them fails."""
    made = [
        f"s.v{place}::{table.columns[name].target.type.sql} AS {quoted_name(name)}"
        for place, name in enumerate(names)
    ]
    empty = [
        f"NULL::{column.type.sql} AS {quoted_name(column.name)}"
        for column in table.target.columns.values()
        if column.name not in names and is_null_unless_mapped(table, column)
    ]
    listed = ", ".join(["s.n AS _n", *made, *empty])
    return f"SELECT {listed} FROM {values(len(names))}"  # noqa: S608 - names are quoted


def is_null_unless_mapped(table: TablePlan, column: TargetColumn) -> bool:
    """Whether a row that does not bring the column has NULL in it."""
    return column.name not in table.columns and not (column.has_default or column.generated)
