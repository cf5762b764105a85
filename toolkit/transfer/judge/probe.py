"""Ask the server about rows by themselves: whether it takes a value, what it would generate, what it checks.

The values travel as arrays of texts and are cast to the column's type by the server, so it judges them
exactly as it will when they are written. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import psycopg2

from toolkit.transfer.judge.ask import arrays, batches, cast_rows, has_texts
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import shown_key
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rejects import display
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.target.table import Check, TargetColumn
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.coerce import judged_by_server
from toolkit.transfer.values.unfit import UnfitError

_HAS_INPUT_ERROR_INFO: Final = 160_000
_INPUT_ERRORS: Final = """
SELECT s.n, e.message, e.sql_error_code
FROM unnest(%s::text[]) WITH ORDINALITY AS s(v, n), pg_input_error_info(s.v, %s) AS e
WHERE e.message IS NOT NULL
"""
_CHECK: Final = "23514"
Refusal = tuple[Row, str, str | None]
"""A row, what the server says about its value, and the SQLSTATE."""


class Probe:
    """Questions to the server about the rows of a book."""

    def __init__(self, wire: Wire, plan: Plan, book: Book) -> None:
        self._wire = wire
        self._plan = plan
        self._book = book

    def judge_values(self, table: TablePlan) -> None:
        """Reject values that only the server can judge, and take their cells out: nothing can read them."""
        for name, column in table.columns.items():
            if column.rule.form != "server" and not judged_by_server(column.target.type):
                continue
            rows = [
                row
                for row in self._book.rows[table.name]
                if has_texts(row, (name,)) and row.cells[name] is not None
            ]
            for batch in batches(rows):
                for row, message, state in self._refused(batch, column.target):
                    cell = row.cells.pop(name)
                    said = "the server does not take it" if column.masked else f"the server says: {message}"
                    self._book.reject(
                        row,
                        UnfitError("check" if state == _CHECK else "server_type", said),
                        column=name,
                        value=display(str(cell), masked=column.masked),
                        sqlstate=state,
                    )

    def judge_generated(self, table: TablePlan) -> None:
        """Reject rows that bring another value for a generated column than the server will make."""
        for name, column in table.verified.items():
            names = tuple(table.columns)
            rows = [row for row in self._book.rows[table.name] if has_texts(row, (name, *names))]
            expression = str(column.target.expression).replace("%", "%%")
            told = f"w.v::{column.target.type.sql}"
            sql = (
                f"SELECT q._n, ({expression})::text FROM ({cast_rows(table, names)}) AS q "  # noqa: S608 - quoted
                f"JOIN unnest(%s::text[]) WITH ORDINALITY AS w(v, n) ON w.n = q._n "
                f"WHERE ({expression}) IS DISTINCT FROM {told}"
            )
            for batch in batches(rows):
                try:
                    with self._wire.savepoint():
                        differing = self._wire.rows(sql, [*arrays(batch, names), *arrays(batch, (name,))])
                except psycopg2.Error:
                    self._book.warnings.append(
                        f"{table.name}.{name} is generated from columns that are not mapped: not compared."
                    )
                    break
                for number, made in differing:
                    row = batch[number - 1]
                    shown = display(made, masked=column.masked)
                    self._book.reject(
                        row,
                        UnfitError("generated_differs", f"the server generates {shown} here"),
                        column=name,
                        value=display(str(row.cells[name]), masked=column.masked),
                    )

    def judge_checks(self, table: TablePlan) -> None:
        """Reject rows that break a check. Where the server fills a column of it, writing will tell."""
        for check in table.target.checks:
            self._judge_check(table, check)

    def _judge_check(self, table: TablePlan, check: Check) -> None:
        names = tuple(name for name in check.columns if name in table.columns)
        rows = [row for row in self._book.rows[table.name] if has_texts(row, names)]
        if not names or not rows:
            return
        expression = check.expression.replace("%", "%%")
        sql = f"SELECT q._n FROM ({cast_rows(table, names)}) AS q WHERE ({expression}) IS FALSE"  # noqa: S608 - the server's own text
        for batch in batches(rows):
            try:
                with self._wire.savepoint():
                    broken = self._wire.rows(sql, arrays(batch, names))
            except psycopg2.Error:
                return  # the expression needs the whole row, or raises by itself: COPY will tell
            for (number,) in broken:
                row = batch[number - 1]
                self._book.reject(
                    row,
                    UnfitError("check", f"it breaks the check {check.name}: {check.expression}"),
                    column=names[0],
                    value=shown_key(table, row, names),
                    constraint=check.name,
                )

    def _refused(self, rows: Sequence[Row], column: TargetColumn) -> Iterator[Refusal]:
        texts = [row.cells[column.name] for row in rows]
        if self._wire.server_version >= _HAS_INPUT_ERROR_INFO:
            for number, message, state in self._wire.rows(_INPUT_ERRORS, [texts, column.type.sql]):
                yield rows[number - 1], message, state
        else:
            yield from self._refused_in_parts(rows, column)

    def _refused_in_parts(self, rows: Sequence[Row], column: TargetColumn) -> Iterator[Refusal]:
        """Before version 16: cast them all, and on a refusal each half, since values stand by themselves."""
        sql = f"SELECT count(v::{column.type.sql}) FROM unnest(%s::text[]) AS v"  # noqa: S608 - the server's name
        try:
            with self._wire.savepoint():
                self._wire.rows(sql, [[row.cells[column.name] for row in rows]])
        except psycopg2.Error as error:
            if len(rows) == 1:
                yield rows[0], error.diag.message_primary or "it gave no reason", error.pgcode
                return
            half = len(rows) // 2
            yield from self._refused_in_parts(rows[:half], column)
            yield from self._refused_in_parts(rows[half:], column)
