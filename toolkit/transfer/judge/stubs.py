"""Rows that no source has: made from their table's `stub` because others refer to them."""

from __future__ import annotations

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.legacy import LegacyIndex, legacy_key
from toolkit.transfer.judge.pending import NewKey
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell, Fill, Row
from toolkit.transfer.sources.memory import plain_value
from toolkit.transfer.sources.record import Value


class StubMaker:
    """Makes rows for legacy keys that no row has, one for each key."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def make(self, table: TablePlan, child: Row, index: LegacyIndex, value: Value) -> Row:
        """The row with this legacy key, which stands where `child` refers to it.

        Raises `UnfitError` when the value makes no key of the table.
        """
        key = legacy_key(value)
        known = index.rows.get(key)
        if known is not None:
            return known
        rows = self._book.rows[table.name]
        ordinal = max((row.ordinal for row in rows), default=0) + 1
        row = Row(table.name, ordinal, child.place, None, None, 0, made=True, legacy=key)
        row.cells = {name: self._cell(table, name) for name in table.columns if name != table.key}
        name = str(table.key)
        column = table.columns[name]
        if table.assign == "serial":
            row.cells[name] = NewKey.of(table.name, ordinal)
        else:
            row.cells[name] = column.coerce(value)
            column.noted.clear()
        rows.append(row)
        index.rows[key] = row
        return row

    @staticmethod
    def _cell(table: TablePlan, name: str) -> Cell:
        column = table.columns[name]
        rule = column.rule
        constant = (table.rule.stub or {}).get(name, rule.const if rule.const is not None else rule.default)
        if constant is None:
            return Fill.DEFAULT if column.target.has_default else None
        cell = column.coerce(plain_value(constant))
        column.noted.clear()
        return cell
