"""Compare rows with what is stored: keys that are there already, and parents that are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.sql.quoting import qualified
from toolkit.transfer.judge.ask import arrays, batches, has_texts, quoted_name, values
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import shown_key, unique_key
from toolkit.transfer.judge.links import Link
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.mapping.model import Conflict
from toolkit.transfer.target.table import TargetColumn, UniqueRule
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.unfit import UnfitError

_STAY = ("skip", "insert-missing")
"""The modes in which a stored row stays as it is."""


class Existing:
    """Questions to the server about stored rows with the keys of rows."""

    def __init__(self, wire: Wire, plan: Plan, book: Book) -> None:
        self._wire = wire
        self._plan = plan
        self._book = book

    def judge(self, table: TablePlan, conflict: Conflict) -> None:
        """Mark rows whose primary key is stored, or reject them; reject rows that clash in another key."""
        told: set[Row] = set()
        for unique in table.target.uniques:
            # Under policies one sees some rows only; the server tells of the others when rows are written.
            if table.target.row_security and not (unique.primary and conflict != "error"):
                continue
            if not all(column in table.columns for column in unique.columns):
                continue
            rows = [
                row
                for row in self._book.rows[table.name]
                if not (row.merged or row.skipped or row.settled or row in told)
                and has_texts(row, unique.columns)
                and unique_key(table, row, unique) is not None
            ]
            for row, stored in self._clashes(table, unique, rows, conflict):
                if unique.primary:
                    row.exists = True
                if unique.primary and conflict != "error":
                    row.skipped = conflict in _STAY
                    continue
                told.add(row)
                self._reject(table, row, unique, stored)

    def parents_present(self, link: Link, rows: Sequence[Row]) -> set[Row]:
        """Which of the rows have their parent in the database; all of them where policies hide rows."""
        table = self._plan.tables[link.table]
        asked = [row for row in rows if has_texts(row, link.columns)]
        parent = qualified(link.schema, link.parent)
        if not asked:
            return set()
        if self._wire.rows("SELECT row_security_active(%s::regclass)", [parent])[0][0]:
            return set(asked)
        columns = [table.columns[name].target for name in link.columns]
        match = " AND ".join(
            f"t.{quoted_name(theirs)} = s.v{place}::{column.type.sql}"
            for place, (theirs, column) in enumerate(zip(link.referred, columns, strict=True))
        )
        exists = f"EXISTS (SELECT FROM {parent.replace('%', '%%')} AS t WHERE {match})"
        sql = f"SELECT s.n FROM {values(len(columns))} WHERE {exists}"  # noqa: S608 - values are bound
        found: set[Row] = set()
        for batch in batches(asked):
            found |= {batch[number - 1] for (number,) in self._wire.rows(sql, arrays(batch, link.columns))}
        return found

    def _clashes(
        self, table: TablePlan, unique: UniqueRule, rows: Sequence[Row], conflict: Conflict
    ) -> Iterator[tuple[Row, str]]:
        """The rows whose key is stored, and the stored row's primary key as text."""
        key = [table.columns[name].target for name in unique.columns]
        sql = _stored_query(table, unique, key)
        updated = not unique.primary and conflict in ("update-changed", "replace")
        there = {
            _texts(row, table.target.primary_key)
            for row in self._book.rows[table.name]
            if updated and row.exists and not row.rejected
        }
        for batch in batches(rows):
            for number, stored in self._wire.rows(sql, arrays(batch, unique.columns)):
                # A stored row that this import updates gets another key, or is the very row.
                if tuple(stored) not in there:
                    yield batch[number - 1], ", ".join(map(str, stored))

    def _reject(self, table: TablePlan, row: Row, unique: UniqueRule, stored: str) -> None:
        names = ", ".join(unique.columns)
        primary = table.target.primary_key
        masked = any(name in table.columns and table.columns[name].masked for name in primary)
        which = f"{', '.join(primary)} = {'***' if masked else stored}" if primary else names
        reason = f"a row with this {names} is in the table already"
        if not unique.primary and primary:
            reason += f": {which}"
        hint = 'Mode "skip" leaves such rows as they are.' if unique.primary else "Mend one of the two."
        self._book.reject(
            row,
            UnfitError("exists", reason, hint),
            column=unique.columns[0],
            value=shown_key(table, row, unique.columns),
            constraint=unique.name,
            clashes_with=f"{table.target.label} {which}",
        )


def _texts(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row.cells.get(name)) for name in names)


def _stored_query(table: TablePlan, unique: UniqueRule, key: Sequence[TargetColumn]) -> str:
    equal = "=" if unique.nulls_distinct else "IS NOT DISTINCT FROM"
    match = " AND ".join(
        f"t.{quoted_name(column.name)} {equal} s.v{place}::{column.type.sql}"
        for place, column in enumerate(key)
    )
    primary = ", ".join(f"t.{quoted_name(name)}::text" for name in table.target.primary_key)
    target = table.target.sql.replace("%", "%%")
    return f"SELECT s.n, ARRAY[{primary}]::text[] FROM {values(len(key))} JOIN {target} AS t ON {match}"  # noqa: S608 - names are quoted, values bound
