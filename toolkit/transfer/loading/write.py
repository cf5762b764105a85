"""Write the live rows of one table: by COPY, or by INSERT where COPY is not allowed or cannot say it.

A refused row is rejected and the whole rest tried again, so that one run tells more than the first reason.
The rest is never cut in pieces: rows may refer to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import psycopg2

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.transfer.errors import RowsSwallowedError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.dependants import reject_dependants
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.loading.copytext import CopyStream, copy_statement
from toolkit.transfer.loading.insert import insert_rows
from toolkit.transfer.loading.pace import Pace
from toolkit.transfer.loading.readback import comparable, missing_rows
from toolkit.transfer.loading.refusal import refused_by_server, reject_refused, require_about_rows
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.loading.update import update_rows
from toolkit.transfer.mapping.model import Conflict, OnError
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.unfit import UnfitError

_TRIES: Final = 20
"""How often the rest is tried again after a refusal, where one refusal stops the import."""
_COPY_TAKES_DEFAULT: Final = 160_000


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes rows in the transaction on `wire`."""

    wire: Wire
    plan: Plan | None
    """None where nothing else of the import can depend on a refused row."""
    book: Book
    terms: Terms
    emit: Emit
    cancel: CancelToken
    paces: dict[str, Pace] = field(default_factory=dict)

    def write(self, table: TablePlan, rows: Sequence[Row]) -> None:
        """Write those of the rows that are live.

        Rows that the server refuses are rejected in the book, and what depends on them; where rejects are
        borne, the others are written then. Raises `LoadRefusedByServerError` for a refusal that is about no
        row and `RowsSwallowedError` when the server stored another number than it was sent.
        """
        tries = 0
        while tries < _TRIES or self._bearable():
            tries += 1
            live = [row for row in rows if row.live]
            if self._tried(table, live):
                return
            if self.plan is not None:
                reject_dependants(self.plan, self.book)

    def pace(self, table: TablePlan) -> Pace:
        """How fast the rows of a table go in, from its first portion on."""
        return self.paces.setdefault(table.name, Pace(f"load {table.target.label}", "rows"))

    def _bearable(self) -> bool:
        return self.book.rejected <= self.terms.bears

    def _tried(self, table: TablePlan, rows: Sequence[Row]) -> bool:
        """Try to write all of the rows; what a refused try wrote is undone. False: look at the rejects."""
        fresh = [row for row in rows if not row.exists]
        self.wire.run("SAVEPOINT neonkit_rows")
        try:
            self._told(table, 0, len(rows))
            before = inserted_by_now(self.wire, table)
            stored = self._insert(table, fresh, len(rows))
            more = inserted_by_now(self.wire, table) - before
            stored = max(stored, more)  # a trigger may have written more
            self._changed(table, [row for row in rows if row.exists], len(fresh), len(rows))
            self._require_stored(table, fresh, stored)
        except psycopg2.Error as error:
            self.cancel.raise_if_cancelled()
            require_about_rows(error)
            self.wire.run("ROLLBACK TO SAVEPOINT neonkit_rows")
            if not reject_refused(error, table, fresh, self.book):
                raise refused_by_server(error, table.target.label) from None
            return False
        if any(row.rejected for row in rows):
            self.wire.run("ROLLBACK TO SAVEPOINT neonkit_rows")
            return False
        self.wire.run("RELEASE SAVEPOINT neonkit_rows")
        self._told(table, len(rows), len(rows))
        return True

    def _insert(self, table: TablePlan, rows: Sequence[Row], total: int) -> int:
        columns = tuple(table.columns)

        def told(done: int) -> None:
            self._told(table, done, total)

        if not rows:
            return 0
        defaults = any(isinstance(row.cells[name], Fill) for row in rows for name in columns)
        missing_only = self.terms.conflicts[table.name] == "insert-missing" and table.target.primary_key
        old = self.wire.server_version < _COPY_TAKES_DEFAULT
        if table.target.row_security or missing_only or (defaults and old):
            return insert_rows(self.wire, table, rows, self.book, told, missing_only=bool(missing_only))
        return self.wire.copy(copy_statement(table, defaults=defaults), CopyStream(rows, columns, told))

    def _changed(self, table: TablePlan, rows: Sequence[Row], before: int, total: int) -> None:
        if rows:
            replace = self.terms.conflicts[table.name] == "replace"
            update_rows(
                self.wire,
                table,
                rows,
                self.book,
                lambda done: self._told(table, before + done, total),
                replace=replace,
            )

    def _require_stored(self, table: TablePlan, rows: Sequence[Row], stored: int) -> None:
        """Notice rows that the server took and did not store."""
        sent = sum(row.live for row in rows)
        if stored == sent or any(row.rejected for row in rows):
            return
        swallowed = missing_rows(self.wire, table, rows) if comparable(table) and stored < sent else []
        if not swallowed or self.terms.on_error == "refuse":
            places = tuple(str(row.place) for row in swallowed[:3])
            raise RowsSwallowedError(table.target.label, sent, stored, places)
        reason = "a trigger or rule of the table dropped it, without an error"
        for row in swallowed:
            self.book.reject(row, UnfitError("swallowed", reason))

    def _told(self, table: TablePlan, done: int, total: int) -> None:
        self.cancel.raise_if_cancelled()
        self.emit(self.pace(table).at(done, total))


_INSERTED: Final = """
SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(part.relid)), 0)::bigint
  FROM (SELECT %s::regclass AS relid UNION SELECT relid FROM pg_partition_tree(%s::regclass)) AS part
"""


def inserted_by_now(wire: Wire, table: TablePlan) -> int:
    """How many rows this transaction has put into the table, by whatever way; 0 where nothing is counted."""
    return int(wire.rows(_INSERTED, [table.target.sql, table.target.sql])[0][0])


def write_table(
    wire: Wire,
    table: TablePlan,
    book: Book,
    emit: Emit,
    cancel: CancelToken,
    *,
    conflict: Conflict = "error",
    bears: int = 0,
) -> int:
    """Write the live rows of a table that stands for itself, and return how many stand now.

    Raises as `Writer.write` does.
    """
    on_error: OnError = "reject" if bears else "refuse"
    terms = Terms("atomic", 1, on_error, bears, 0, {table.name: conflict}, dry_run=False)
    Writer(wire, None, book, terms, emit, cancel).write(table, book.rows[table.name])
    return sum(row.live for row in book.rows[table.name])
