"""Ask the server what only it can know, many rows in one statement: what is there, what its rules say.

The values travel as arrays of texts and are cast to the column's type by the server, so it compares and
judges them exactly as it will when they are written. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import psycopg2

from toolkit.sql.quoting import qualified, quote_identifier
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import shown_key, unique_key
from toolkit.transfer.judge.links import Link
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rejects import display
from toolkit.transfer.judge.rows import Cell, Row
from toolkit.transfer.mapping.model import Conflict
from toolkit.transfer.target.table import Check, TargetColumn, UniqueRule
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.coerce import judged_by_server
from toolkit.transfer.values.unfit import UnfitError

_BATCH: Final = 5_000
_HAS_INPUT_ERROR_INFO: Final = 160_000
_INPUT_ERRORS: Final = """
SELECT s.n, e.message, e.sql_error_code
FROM unnest(%s::text[]) WITH ORDINALITY AS s(v, n), pg_input_error_info(s.v, %s) AS e
WHERE e.message IS NOT NULL
"""


class Probe:
    """Questions to the server about the rows of a book."""

    def __init__(self, wire: Wire, plan: Plan, book: Book) -> None:
        self._wire = wire
        self._plan = plan
        self._book = book

    def judge_values(self, table: TablePlan) -> None:
        """Reject values that only the server can judge; before version 16 it tells when it writes."""
        if self._wire.server_version < _HAS_INPUT_ERROR_INFO:
            return
        for name, column in table.columns.items():
            if column.rule.form != "server" and not judged_by_server(column.target.type):
                continue
            rows = [
                row
                for row in self._book.rows[table.name]
                if isinstance(row.cells.get(name), str) and not row.settled
            ]
            for batch in _batches(rows):
                texts = [row.cells[name] for row in batch]
                for number, message, state in self._wire.rows(_INPUT_ERRORS, [texts, column.target.type.sql]):
                    reason = "the server does not take it" if column.masked else f"the server says: {message}"
                    self._book.reject(
                        batch[number - 1],
                        UnfitError("server_type", reason),
                        column=name,
                        value=display(str(texts[number - 1]), masked=column.masked),
                        sqlstate=state,
                    )

    def judge_existing(self, table: TablePlan, conflict: Conflict) -> None:
        """Find rows whose primary key is in the table: skip, mark or reject them, as `conflict` says.

        Rows that clash with another row in another key are rejected.
        """
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
                and unique_key(table, row, unique) is not None
            ]
            for row in self._clashing(table, unique, rows):
                if not (unique.primary and conflict != "error"):
                    told.add(row)
                    self._exists(table, unique, row)
                else:
                    row.exists = True
                    row.skipped = conflict in ("skip", "insert-missing")

    def _clashing(self, table: TablePlan, unique: UniqueRule, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows whose key under `unique` another row of the table has."""
        key = [table.columns[name].target for name in unique.columns]
        nulls = not unique.nulls_distinct
        fresh = [row for row in rows if not row.exists]
        yield from self._there(table.target.sql, unique.columns, key, fresh, nulls=nulls)
        changed = [row for row in rows if row.exists]
        if changed:
            # A row that is changed meets itself, which is no clash.
            own = table.target.primary_key
            own_columns = [table.columns[name].target for name in own]
            yield from self._there(
                table.target.sql, unique.columns, key, changed, nulls=nulls, but=(own, own_columns)
            )

    def _exists(self, table: TablePlan, unique: UniqueRule, row: Row) -> None:
        reason = f"a row with this {', '.join(unique.columns)} is in the table already"
        hint = 'Mode "skip" leaves such rows as they are.' if unique.primary else "Mend one of the two."
        self._book.reject(
            row,
            UnfitError("exists", reason, hint),
            column=unique.columns[0],
            value=shown_key(table, row, unique.columns),
            sqlstate="23505",
            constraint=unique.name,
        )

    def judge_checks(self, table: TablePlan) -> None:
        """Reject rows that break a check constraint, where all its columns are mapped."""
        for check in table.target.checks:
            if all(column in table.columns for column in check.columns):
                self._judge_check(table, check)

    def parents_present(self, link: Link, rows: Sequence[Row]) -> set[Row]:
        """Which of the rows have their parent in the database; all of them where policies hide rows."""
        table = self._plan.tables[link.table]
        parent = qualified(link.schema, link.parent)
        if self._wire.rows("SELECT row_security_active(%s::regclass)", [parent])[0][0]:
            return set(rows)
        columns = [table.columns[name].target for name in link.columns]
        return set(self._there(parent, link.referred, columns, rows, names=link.columns))

    def _judge_check(self, table: TablePlan, check: Check) -> None:
        rows = [
            row
            for row in self._book.rows[table.name]
            if row.live and all(isinstance(row.cells.get(name), str | None) for name in check.columns)
        ]
        for batch in _batches(rows):
            try:
                with self._wire.savepoint():
                    broken = self._wire.rows(_broken(table, check), _arrays(batch, check.columns))
            except psycopg2.Error:
                return  # the expression needs the whole row, or raises by itself: COPY will tell
            for (number,) in broken:
                row = batch[number - 1]
                self._book.reject(
                    row,
                    UnfitError("check", f"it breaks the check {check.name}: {check.expression}"),
                    column=check.columns[0] if check.columns else None,
                    value=shown_key(table, row, check.columns),
                    sqlstate="23514",
                    constraint=check.name,
                )

    def _there(
        self,
        sql_name: str,
        theirs: Sequence[str],
        columns: Sequence[TargetColumn],
        rows: Sequence[Row],
        *,
        names: Sequence[str] = (),
        nulls: bool = False,
        but: tuple[Sequence[str], Sequence[TargetColumn]] = ((), ()),
    ) -> Iterator[Row]:
        """The rows whose key (in `names`, or else in `theirs`) is in the table, in another row than `but`."""
        equal = "IS NOT DISTINCT FROM" if nulls else "="
        match = " AND ".join(
            f"t.{_name(name)} {equal} s.v{i}::{column.type.sql}"
            for i, (name, column) in enumerate(zip(theirs, columns, strict=True))
        )
        own = " AND ".join(
            f"t.{_name(name)} = s.v{i}::{column.type.sql}"
            for i, (name, column) in enumerate(zip(*but, strict=True), start=len(columns))
        )
        theirs_sql = sql_name.replace("%", "%%")
        unlike = f" AND NOT ({own})" if own else ""
        exists = f"EXISTS (SELECT FROM {theirs_sql} AS t WHERE {match}{unlike})"
        sql = f"SELECT s.n FROM {_values(len(columns) + len(but[0]))} WHERE {exists}"  # noqa: S608 - values are bound
        for batch in _batches(rows):
            for (number,) in self._wire.rows(sql, _arrays(batch, [*(names or theirs), *but[0]])):
                yield batch[number - 1]


def _name(name: str) -> str:
    """The quoted name inside a statement with parameters."""
    return quote_identifier(name).replace("%", "%%")


def _broken(table: TablePlan, check: Check) -> str:
    columns = [table.columns[name].target for name in check.columns]
    cast = "".join(f", s.v{i}::{column.type.sql} AS {_name(column.name)}" for i, column in enumerate(columns))
    rows = f"SELECT s.n AS _n{cast} FROM {_values(len(columns))}"  # noqa: S608 - names are quoted
    expression = check.expression.replace("%", "%%")
    return f"SELECT q._n FROM ({rows}) AS q WHERE ({expression}) IS FALSE"  # noqa: S608 - the server's own text


def _values(count: int) -> str:
    arrays = ", ".join("%s::text[]" for _ in range(count))
    names = ", ".join(f"v{i}" for i in range(count))
    return f"unnest({arrays}) WITH ORDINALITY AS s({names}, n)"


def _arrays(rows: Sequence[Row], names: Sequence[str]) -> list[list[Cell]]:
    return [[row.cells[name] for row in rows] for name in names]


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
