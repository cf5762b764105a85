"""References of the mapping: from a legacy key, or from other columns, to the key of the row they mean.

`ref` looks among the rows of a section, by legacy key or by columns, and by columns also in the database;
`lookup` looks in the database alone. What leads nowhere is left to the rule's `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.identity import KnownKeys, read_legacy
from toolkit.transfer.judge.legacy import ANOTHER_SPELLING, LegacyIndex, as_number, near_hint
from toolkit.transfer.judge.pending import is_pending
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rows import Cell, Missing, Row, field_of
from toolkit.transfer.judge.stored import Sought, stored_values
from toolkit.transfer.judge.stubs import StubMaker
from toolkit.transfer.judge.woven import key_in_json, keys_in_array
from toolkit.transfer.mapping.column import ColumnRule, ParentColumn, Use
from toolkit.transfer.mapping.paths import FieldPath
from toolkit.transfer.sources.memory import plain_value
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.target.table import TargetTable
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.coerce import Coercion, coercion_for
from toolkit.transfer.values.prepare import prepared
from toolkit.transfer.values.unfit import UnfitError

Find = Callable[[Row, Value], Cell]
_PLAIN: Final = ColumnRule(const=True)
"""A rule that says nothing about how a value is read."""


class ParentRejectedError(Exception):
    """The row that a value is taken from is rejected itself."""

    def __init__(self, parent: Row | None) -> None:
        super().__init__()
        self.parent = parent


class References:
    """Finds rows by what refers to them."""

    def __init__(
        self,
        plan: Plan,
        book: Book,
        wire: Wire | None,
        known: KnownKeys,
        lookups: Mapping[str, TargetTable],
    ) -> None:
        self._plan = plan
        self._book = book
        self._wire = wire
        self._known = known
        self._lookups = lookups
        self._indexes: dict[str, LegacyIndex] = {}
        self.stubs = StubMaker(book)

    def from_parent(self, row: Row, parent: str, column: str | None) -> Cell:
        """A cell of the enclosing row of `parent`."""
        table = self._plan.tables[parent]
        enclosing = row.place.spot[: len(table.rule.rows.tokens) + 1]
        found = self._book.at(parent, enclosing)
        wanted = column or str(table.key)
        if found is None or wanted not in found.cells:
            raise ParentRejectedError(found)
        return found.cells[wanted]

    def finder(self, column: ColumnPlan) -> Find | None:
        """What makes a cell out of a legacy key, a list of them or JSON with some inside; None for others."""
        rule = column.rule
        if rule.inside is not None:
            inner = rule.inner_references()
            return lambda row, value: key_in_json(
                value, inner, lambda section, key: self._key(row, column, section, key), self._numeric
            )
        if rule.refs is not None and rule.ref_type is not None:
            refs, kind = rule.refs, rule.ref_type
            return lambda row, value: self._key(row, column, self._section(row, kind, refs), value)
        if rule.ref is None:
            return None
        section = rule.ref
        if column.target.type.element is not None:
            return lambda row, value: keys_in_array(
                value, lambda key: self._key(row, column, section, key), wrap=rule.wrap
            )
        return lambda row, value: self._key(row, column, section, value)

    def by_columns(self, column: ColumnPlan, rows: Sequence[Row]) -> Callable[[Row, Value | Missing], Cell]:
        """What finds a row by its columns, for `ref` with `by` and for `lookup`."""
        by, section = column.rule.by or {}, column.rule.ref
        target = self._plan.tables[section].target if section else self._lookups[str(column.rule.lookup)]
        wanted = column.rule.column or (
            str(self._plan.tables[section].key) if section else target.primary_key[0]
        )
        index = self._index_by(section, tuple(by)) if section else {}
        if section:
            readers = {other: self._plan.tables[section].columns[other] for other in by}
            read = _SoughtReader(self, by, {o: (p.rule, p.coerce) for o, p in readers.items()})
        else:
            plain = {o: (column.rule, coercion_for(target.columns[o].type, _PLAIN)) for o in by}
            read = _SoughtReader(self, by, plain)
        sought: dict[int, tuple[Cell, ...] | UnfitError | ParentRejectedError] = {}
        for row in rows:
            try:
                sought[row.ordinal] = read.of(row)
            except (UnfitError, ParentRejectedError) as error:
                sought[row.ordinal] = error
        stored = self._stored(target, tuple(by), wanted, [
            found for found in sought.values() if isinstance(found, tuple) and found not in index
        ])  # fmt: skip

        def find(row: Row, _: Value | Missing) -> Cell:
            cells = sought[row.ordinal]
            if isinstance(cells, Exception):
                raise cells
            if None in cells:
                return None
            found = index.get(cells)
            if found is not None:
                if wanted not in found.cells:
                    raise ParentRejectedError(found)
                return found.cells[wanted]
            keys = stored.get(cells, [])
            if len(keys) == 1:
                return keys[0]
            if keys:
                raise UnfitError("ambiguous", f"several rows of {target.label} have these values")
            where = section or target.label
            hint = f"Is it among the rows of {where}?"
            error = UnfitError("orphan", f"no row of {where} has these values", hint)
            return self.unknown(row, column, section, None, error)

        return find

    def unknown(
        self,
        row: Row,
        column: ColumnPlan,
        section: str | None,
        value: Value,
        error: UnfitError,
    ) -> Cell:
        """What the rule puts in place of a reference that leads nowhere. Raises `error` if nothing."""
        rule = column.rule
        if rule.unknown == "null":
            column.noted.append('unknown = "null"')
            return None
        if isinstance(rule.unknown, Use):
            column.noted.append("unknown = { use = ... }")
            other = plain_value(rule.unknown.use)
            if section is None or rule.by is not None:
                return column.coerce(other)
            cell = self._find(column, section, other)
            if cell is None:
                raise error
            return cell
        if rule.unknown == "stub" and section is not None and value is not None:
            made = self.stubs.make(self._plan.tables[section], row, self.index(section), value)
            column.noted.append('unknown = "stub"')
            return made.cells[str(self._plan.tables[section].key)]
        raise error

    def index(self, section: str) -> LegacyIndex:
        """The rows of a section by their legacy keys."""
        if section not in self._indexes:
            index, table = LegacyIndex(), self._plan.tables[section]
            for row in self._book.rows[section]:
                index.add(row, read_legacy(table, row))
            self._indexes[section] = index
        return self._indexes[section]

    def _key(self, row: Row, column: ColumnPlan, section: str, value: Value) -> Cell:
        """The key of the row of `section` with this legacy key."""
        cell = self._find(column, section, value)
        if cell is not None:
            return cell
        table = self._plan.tables[section]
        key = table.columns[str(table.key)]
        if table.assign != "serial":
            # The parent may be stored already; that is judged with the other links.
            try:
                ready = prepared(value, key.rule)
                whole = as_number(ready) if self._numeric(section) and key.rule.form is None else None
                if whole is not None:
                    column.noted.append(ANOTHER_SPELLING)
                return None if ready is None else key.coerce(whole or ready)
            finally:
                key.noted.clear()
        index = self.index(section)
        spelled, _ = index.find(value, column.noted.append)
        error = UnfitError(
            "orphan",
            f"no row of {section} has this legacy key",
            f"{near_hint(index.near(spelled))}Import the parent too, or mend the reference.",
        )
        return self.unknown(row, column, section, value, error)

    def _find(self, column: ColumnPlan, section: str, value: Value) -> Cell:
        """The key of the row with this legacy key, in the input or of an earlier run."""
        table = self._plan.tables[section]
        key, found = self.index(section).find(
            prepared(value, table.columns[str(table.key)].rule), column.noted.append
        )
        if found is None:
            return self._known.get(section, {}).get(key)
        if str(table.key) not in found.cells:
            raise ParentRejectedError(found)
        return found.cells[str(table.key)]

    def _section(self, row: Row, kind: FieldPath, refs: Mapping[str, str]) -> str:
        word = field_of(row, kind)
        text = word.text if isinstance(word, Number) else word
        if isinstance(text, str) and text in refs:
            return refs[text]
        listed = ", ".join(refs)
        raise UnfitError("not_listed", f"the type in {kind} is none of {listed}", "List it in 'refs'.")

    def _numeric(self, section: str) -> bool:
        table = self._plan.tables[section]
        return table.columns[str(table.key)].target.type.name in ("int2", "int4", "int8", "numeric")

    def _index_by(self, section: str, by: tuple[str, ...]) -> dict[tuple[Cell, ...], Row]:
        index: dict[tuple[Cell, ...], Row] = {}
        for candidate in self._book.rows[section]:
            if all(name in candidate.cells for name in by):
                index.setdefault(tuple(candidate.cells[name] for name in by), candidate)
        return index

    def _stored(
        self, target: TargetTable, by: tuple[str, ...], wanted: str, sought: Sequence[tuple[Cell, ...]]
    ) -> Mapping[tuple[Cell, ...], list[str]]:
        texts: list[Sought] = [
            tuple(str(cell) for cell in cells)
            for cells in sought
            if all(isinstance(cell, str) and not is_pending(cell) for cell in cells)
        ]
        if self._wire is None or not texts:
            return {}
        stored = stored_values(self._wire, target, by, wanted, texts)
        return {key: keys for key, keys in stored.items()}  # noqa: C416 - keys of a wider type


class _SoughtReader:
    """Reads what a row looks for in the columns of another table."""

    def __init__(
        self,
        references: References,
        by: Mapping[str, FieldPath | ParentColumn],
        columns: Mapping[str, tuple[ColumnRule, Coercion]],
    ) -> None:
        self._references = references
        self._by = by
        self._columns = columns

    def of(self, row: Row) -> tuple[Cell, ...]:
        """The cells that the row sought has in these columns."""
        return tuple(self._one(row, name, source) for name, source in self._by.items())

    def _one(self, row: Row, name: str, source: FieldPath | ParentColumn) -> Cell:
        if isinstance(source, ParentColumn):
            return self._references.from_parent(row, source.parent, source.column)
        rule, coerce = self._columns[name]
        raw = field_of(row, source)
        value = None if isinstance(raw, Missing) else prepared(raw, rule)
        return None if value is None else coerce(value)
