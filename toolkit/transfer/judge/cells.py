"""Make the cells: one column after the other over all rows of its table, in the order of the plan."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.transfer.judge.bind import ColumnPlan, made_key
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rejects import display
from toolkit.transfer.judge.rows import MISSING, Cell, Fill, Missing, Row, field_of
from toolkit.transfer.mapping.model import ColumnRule, ParentColumn
from toolkit.transfer.mapping.paths import FieldPath
from toolkit.transfer.sources.memory import plain_value
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.texts import unknown_word
from toolkit.transfer.values.unfit import UnfitError


class ParentRejectedError(Exception):
    """The row that a value is taken from is rejected itself."""


class CellMaker:
    """Fills the cells of the rows in a book."""

    def __init__(self, plan: Plan, book: Book) -> None:
        self._plan = plan
        self._book = book

    def make(self, table: TablePlan, name: str) -> None:
        """The cells of one column. Values that do not fit are rejected in the book."""
        column = table.columns[name]
        make = self._maker(table, name, column)
        for row in self._book.rows[table.name]:
            raw: Value | Missing = MISSING
            try:
                if column.rule.path is not None and not (table.made_from_distinct and name == table.key):
                    raw = field_of(row, column.rule.path)
                row.cells[name] = _not_null(make(row, raw), column)
            except UnfitError as error:
                self._reject(row, name, column, raw, error)
            except ParentRejectedError:
                self._book.reject_dependant(row, name)

    def _maker(
        self, table: TablePlan, name: str, column: ColumnPlan
    ) -> Callable[[Row, Value | Missing], Cell]:
        rule = column.rule
        if table.made_from_distinct and name == table.key:
            return lambda row, _: self._from_distinct(table, row)
        if rule.parent is not None:
            parent, wanted = rule.parent, rule.column
            return lambda row, _: self._from_parent(row, parent, wanted)
        if rule.const is not None:
            constant = column.coerce(plain_value(rule.const))
            return lambda _row, _raw: constant
        if rule.by is not None:
            return self._finder(str(rule.ref), rule.by)
        if rule.ref is not None:
            target = self._plan.tables[rule.ref]
            key = target.columns[str(target.key)]
            return lambda _, raw: _filled(column, raw, lambda value: _coerced(key, prepared(value, key.rule)))
        return lambda _, raw: _filled(column, raw, column.coerce)

    def _from_parent(self, row: Row, parent: str, column: str | None) -> Cell:
        table = self._plan.tables[parent]
        tokens = row.place.tokens[: len(table.rule.rows.tokens)]
        found = self._book.at(parent, tokens)
        wanted = column or str(table.key)
        if found is None or wanted not in found.cells:
            raise ParentRejectedError
        return found.cells[wanted]

    def _from_distinct(self, table: TablePlan, row: Row) -> Cell:
        if any(name not in row.cells for name in table.rule.distinct):
            raise ParentRejectedError
        cells = [row.cells[name] for name in table.rule.distinct]
        if Fill.DEFAULT in cells:
            raise UnfitError("no_key", "the server would fill a column that the key is made from")
        return made_key(table.target.name, tuple(cell for cell in cells if not isinstance(cell, Fill)))

    def _finder(
        self, name: str, by: dict[str, FieldPath | ParentColumn]
    ) -> Callable[[Row, Value | Missing], Cell]:
        table = self._plan.tables[name]
        index: dict[tuple[Cell, ...], Row] = {}
        for candidate in self._book.rows[name]:
            if all(column in candidate.cells for column in by):
                index.setdefault(tuple(candidate.cells[column] for column in by), candidate)

        def find(row: Row, _: Value | Missing) -> Cell:
            sought = tuple(self._sought(row, table.columns[column], source) for column, source in by.items())
            found = index.get(sought)
            if found is None:
                raise UnfitError(
                    "orphan", f"no row of {name} has these values", f"Is it among the rows of {name}?"
                )
            if str(table.key) not in found.cells:
                raise ParentRejectedError
            return found.cells[str(table.key)]

        return find

    def _sought(self, row: Row, column: ColumnPlan, source: FieldPath | ParentColumn) -> Cell:
        if isinstance(source, ParentColumn):
            return self._from_parent(row, source.parent, source.column)
        return _filled(column, field_of(row, source), column.coerce)

    def _reject(
        self, row: Row, name: str, column: ColumnPlan, raw: Value | Missing, error: UnfitError
    ) -> None:
        path = column.rule.path
        tokens = path.names if path is not None and raw is not MISSING else ()
        shown = None if isinstance(raw, Missing) else display(raw, masked=column.masked)
        self._book.reject(
            row, error, column=name, field=None if path is None else str(path), value=shown, inside=tokens
        )


def prepared(value: Value, rule: ColumnRule) -> Value:
    """The value after the rule's own words for it: trimmed, in its case, NULL, or another word."""
    if isinstance(value, str):
        value = value.strip() if rule.trim else value
        value = getattr(value, rule.case)() if rule.case else value
    if value is None or any(_same(value, word) for word in rule.none):
        return None
    if rule.enum is not None and isinstance(value, str | Number | bool):
        written = value if isinstance(value, str) else _coded(value)
        if written not in rule.enum:
            raise unknown_word(written, tuple(rule.enum))
        return rule.enum[written]
    return value


def _filled(column: ColumnPlan, raw: Value | Missing, coerce: Callable[[Value], Cell]) -> Cell:
    rule = column.rule
    if isinstance(raw, Missing):
        if rule.default is not None:
            return coerce(plain_value(rule.default))
        if column.required:
            raise UnfitError(
                "missing", "the field is missing", "Add it, give a default, or set required = false."
            )
        return Fill.DEFAULT if column.target.has_default else None
    value = prepared(raw, rule)
    if value is None:
        if rule.default is not None and rule.default_when == "missing-or-null":
            return coerce(plain_value(rule.default))
        return None
    return coerce(value)


def _not_null(cell: Cell, column: ColumnPlan) -> Cell:
    if cell is None and column.target.not_null:
        hint = 'Give a default with default_when = "missing-or-null", or mend the row.'
        raise UnfitError("null", "null where the column must have a value", hint)
    return cell


def _coerced(column: ColumnPlan, value: Value) -> Cell:
    return None if value is None else column.coerce(value)


def _same(value: Value, word: str | int | bool) -> bool:
    if isinstance(value, bool) or isinstance(word, bool):
        return value is word
    if isinstance(value, Number):
        return isinstance(word, int) and value.text == str(word)
    return value == word


def _coded(value: Number | bool) -> str:
    return value.text if isinstance(value, Number) else str(value).lower()
