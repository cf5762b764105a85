"""Make the cells: one column after the other over all rows of its table, in the order of the plan."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.transfer.judge.bind import ColumnPlan, made_key
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.identity import KeyGiver
from toolkit.transfer.judge.kinds import KindTally
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.references import ParentRejectedError, References
from toolkit.transfer.judge.rejects import display
from toolkit.transfer.judge.rows import MISSING, Cell, Fill, Missing, Row, field_of
from toolkit.transfer.judge.unmapped import rest_of
from toolkit.transfer.sources.memory import plain_value
from toolkit.transfer.sources.record import Value
from toolkit.transfer.values.prepare import prepared
from toolkit.transfer.values.unfit import UnfitError

Maker = Callable[[Row, "Value | Missing"], Cell]


class CellMaker:
    """Fills the cells of the rows in a book."""

    def __init__(self, plan: Plan, book: Book, references: References, keys: KeyGiver) -> None:
        self._plan = plan
        self._book = book
        self._references = references
        self._keys = keys

    def make(self, table: TablePlan, name: str) -> None:
        """The cells of one column. Values that do not fit are rejected in the book."""
        column = table.made[name]
        rows = [row for row in self._book.rows[table.name] if not row.made]
        make = self._maker(table, name, column, rows)
        path = None if self._from_nowhere(table, name) else column.rule.path
        tally = KindTally(() if path is None else path.names)
        for row in rows:
            raw: Value | Missing = MISSING
            try:
                if path is not None:
                    raw = field_of(row, path)
                    if not isinstance(raw, Missing):
                        tally.see(row.place, raw)
                row.cells[name] = _not_null(make(row, raw), column)
                if column.noted:
                    before = None if isinstance(raw, Missing) else raw
                    self._book.alterations.note(row, name, column.noted, before, row.cells[name])
            except UnfitError as error:
                self._reject(row, name, column, raw, error)
            except ParentRejectedError as error:
                self._book.reject_dependant(row, name, error.parent)
            column.noted.clear()
        if path is not None:
            self._book.kinds[table.name, name] = tally

    def _from_nowhere(self, table: TablePlan, name: str) -> bool:
        return name == table.key and table.rule.key is not None and table.rule.key.legacy is None

    def _maker(self, table: TablePlan, name: str, column: ColumnPlan, rows: list[Row]) -> Maker:
        rule = column.rule
        if name == table.key and table.made_from_distinct:
            return lambda row, _: self._from_distinct(table, row)
        if name == table.key and table.by_identity:
            return self._keys.giver(table, column, rows)
        if rule.parent is not None:
            parent, wanted = rule.parent, rule.column
            return lambda row, _: self._references.from_parent(row, parent, wanted)
        if rule.const is not None:
            constant = column.coerce(plain_value(rule.const))
            return lambda _row, _raw: constant
        if rule.rest:
            rest = rest_of(self._plan, table)
            return lambda row, _: column.coerce(rest(row))
        if rule.by is not None:
            return self._references.by_columns(column, rows)
        find = self._references.finder(column)
        if find is not None:
            return lambda row, raw: filled(column, raw, lambda value: find(row, value))
        return lambda _, raw: filled(column, raw, column.coerce)

    def _from_distinct(self, table: TablePlan, row: Row) -> Cell:
        if any(name not in row.cells for name in table.rule.distinct):
            raise ParentRejectedError(row)
        cells = [row.cells[name] for name in table.rule.distinct]
        if Fill.DEFAULT in cells:
            raise UnfitError("no_key", "the server would fill a column that the key is made from")
        return made_key(table.target.name, tuple(cell for cell in cells if not isinstance(cell, Fill)))

    def _reject(
        self, row: Row, name: str, column: ColumnPlan, raw: Value | Missing, error: UnfitError
    ) -> None:
        path = column.rule.path
        tokens = path.names if path is not None and raw is not MISSING else ()
        shown = None if isinstance(raw, Missing) else display(raw, masked=column.masked)
        self._book.reject(
            row, error, column=name, field=None if path is None else str(path), value=shown, inside=tokens
        )


def filled(column: ColumnPlan, raw: Value | Missing, coerce: Callable[[Value], Cell]) -> Cell:
    """The cell of a raw value: what stands for missing and null by the rule, or what `coerce` makes."""
    rule, note = column.rule, column.noted.append
    if raw is None and rule.null == "missing":
        note('null = "missing"')
        raw = MISSING
    if isinstance(raw, Missing):
        if rule.default is not None:
            return column.coerce(plain_value(rule.default))
        if column.required:
            raise UnfitError(
                "missing", "the field is missing", "Add it, give a default, or set required = false."
            )
        return Fill.DEFAULT if column.target.has_default else None
    if raw is None and rule.null == "json":
        return coerce(None)
    value = prepared(raw, rule, note)
    if value is None:
        if rule.default is not None and rule.default_when == "missing-or-null":
            note('default_when = "missing-or-null"')
            return column.coerce(plain_value(rule.default))
        return None
    return coerce(value)


def _not_null(cell: Cell, column: ColumnPlan) -> Cell:
    if cell is None and column.target.not_null:
        hint = 'Give a default with default_when = "missing-or-null", or mend the row.'
        raise UnfitError("null", "null where the column must have a value", hint)
    return cell
