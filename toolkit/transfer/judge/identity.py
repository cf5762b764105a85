"""Keys that rows get one by one: of a stored row with the same `match`, of an earlier run, or a new one.

Rows of the input with one legacy key, or that agree in `match` or `distinct`, get one key: whether they are
one row is judged with the other duplicates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.keys import key_of
from toolkit.transfer.judge.legacy import legacy_key
from toolkit.transfer.judge.pending import NewKey, is_pending
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import MISSING, Cell, Missing, Row, field_of
from toolkit.transfer.judge.stored import Sought, stored_values
from toolkit.transfer.sources.record import Value
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.prepare import prepared
from toolkit.transfer.values.unfit import UnfitError

KnownKeys = Mapping[str, Mapping[str, str]]
"""By section: the keys that legacy keys became in an earlier run."""


class KeyGiver:
    """Gives keys to the rows of tables that draw or match them."""

    def __init__(self, wire: Wire | None, known: KnownKeys) -> None:
        self._wire = wire
        self._known = known

    def giver(
        self, table: TablePlan, column: ColumnPlan, rows: Sequence[Row]
    ) -> Callable[[Row, Value | Missing], Cell]:
        """What makes the key of each of these rows. Asks the server about all of them at once."""
        stored = self._stored(table, rows)
        known = self._known.get(table.name, {})
        given: dict[tuple[str, object], Cell] = {}

        def give(row: Row, raw: Value | Missing) -> Cell:
            own = self._own(table, column, row, raw)
            marks = list(self._marks(table, row))
            match = self._match(table, row)
            cell = next((given[mark] for mark in marks if mark in given), None)
            if cell is None and match is not None and (found := stored.get(match)):
                if len(found) > 1:
                    raise UnfitError(
                        "ambiguous", f"several stored rows have this {', '.join(table.rule.match)}"
                    )
                cell = found[0]
            if cell is None and row.legacy is not None:
                cell = known.get(row.legacy)
            if cell is None:
                cell = NewKey.of(table.name, row.ordinal) if own is None else own
            row.matched = match is not None and match in stored
            for mark in marks:
                given.setdefault(mark, cell)
            return cell

        return give

    def _own(self, table: TablePlan, column: ColumnPlan, row: Row, raw: Value | Missing) -> Cell:
        """The key that the row has by itself; None when one is drawn."""
        if table.legacy is None:
            return None
        if raw is MISSING or isinstance(raw, Missing):
            raise UnfitError("missing", "the legacy key is missing", "Add it.")
        value = prepared(raw, column.rule, column.noted.append)
        if value is None:
            raise UnfitError("null", "null where a legacy key is wanted", "Mend the row.")
        row.legacy = legacy_key(value)
        return None if table.assign == "serial" else column.coerce(value)

    def _stored(self, table: TablePlan, rows: Sequence[Row]) -> dict[Sought, list[str]]:
        if not table.rule.match or self._wire is None or table.key is None:
            return {}
        sought = [match for row in rows if (match := self._match(table, row)) is not None]
        return stored_values(self._wire, table.target, table.rule.match, table.key, sought)

    @staticmethod
    def _match(table: TablePlan, row: Row) -> Sought | None:
        cells = tuple(row.cells.get(name) for name in table.rule.match)
        texts = tuple(cell for cell in cells if isinstance(cell, str) and not is_pending(cell))
        return texts if texts and len(texts) == len(cells) else None

    @staticmethod
    def _marks(table: TablePlan, row: Row) -> Sequence[tuple[str, object]]:
        """By what rows of the input are the same: legacy key, `match`, `distinct`."""
        marks: list[tuple[str, object]] = [] if row.legacy is None else [("legacy", row.legacy)]
        for word in ("match", "distinct"):
            names = table.rule.match if word == "match" else table.rule.distinct
            key = key_of(table, row, names) if names else None
            if key is not None and None not in key:
                marks.append((word, key))
        return marks


def read_legacy(table: TablePlan, row: Row) -> Value | None:
    """The legacy key of a row as the source has it, by its column's rule; None when there is none."""
    if table.legacy is None or table.key is None:
        return None
    try:
        raw = field_of(row, table.legacy)
        value = None if isinstance(raw, Missing) else prepared(raw, table.columns[table.key].rule)
        if value is not None:
            row.legacy = legacy_key(value)
    except UnfitError:
        return None  # told where the key column is made
    return value
