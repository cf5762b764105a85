"""Keys of rows: the cells of some columns, so written that equal values are equal texts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from toolkit.transfer.judge.pending import is_pending
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rejects import display
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.target.table import TargetColumn, UniqueRule

Key = tuple[str | None, ...]


def unique_key(table: TablePlan, row: Row, unique: UniqueRule) -> Key | None:
    """The row's key under a unique rule; None when the rule does not compare it."""
    key = key_of(table, row, unique.columns)
    return None if key is None or (None in key and unique.nulls_distinct) else key


def key_of(table: TablePlan, row: Row, columns: tuple[str, ...]) -> Key | None:
    """The cells of these columns so that equal values are equal texts; None when one has no text yet."""
    cells: list[str | None] = []
    for name in columns:
        cell = row.cells.get(name, Fill.DEFAULT)
        if isinstance(cell, Fill):
            return None
        cells.append(cell if cell is None else _comparable(table.columns[name].target, cell))
    return tuple(cells)


def shown_key(table: TablePlan, row: Row, columns: tuple[str, ...]) -> str:
    """The cells of these columns for a message."""
    cells = {name: row.cells.get(name) for name in columns}
    return ", ".join(
        "a new key"
        if is_pending(cell)
        else display(cell if isinstance(cell, str) else None, masked=table.columns[name].masked)
        for name, cell in cells.items()
    )


def _comparable(column: TargetColumn, text: str) -> str:
    match column.type.name:
        case "numeric":
            # Not `normalize`, which rounds to the precision of the context.
            try:
                sign, digits, exponent = Decimal(text).as_tuple()
            except InvalidOperation:  # `as = "server"`: the server has yet to judge it
                return text
            if not isinstance(exponent, int):
                return text
            kept = "".join(map(str, digits)).rstrip("0")
            return f"{sign}:{kept}:{exponent + len(digits)}" if kept else "0"
        case "citext":
            return text.lower()
        case "bpchar":
            return text.rstrip(" ")
        case _:
            return text
