"""Write the live rows of one table: by COPY, or by INSERT where COPY is not allowed or cannot say DEFAULT.

A refused row is rejected and the whole rest tried again, so that one run tells more than the first reason.
The rest is never cut in pieces: rows may refer to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import psycopg2

from toolkit.cancel import CancelToken
from toolkit.database import Phase, RetryClass, classify
from toolkit.events import Emit, Progress
from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.errors import RowsSwallowedError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.loading.copytext import DEFAULT, CopyStream
from toolkit.transfer.loading.refusal import refused_by_server, reject_refused, reject_row
from toolkit.transfer.target.wire import Wire

_TRIES: Final = 20
"""How often the rest is tried again after a refusal."""
_PAGE: Final = 500
_COPY_TAKES_DEFAULT: Final = 160_000


def write_table(wire: Wire, table: TablePlan, book: Book, emit: Emit, cancel: CancelToken) -> int:
    """Write the live rows and return how many were stored.

    Rows that the server refuses are rejected in the book. Raises `LoadRefusedByServerError` for a refusal
    that is about no row and `RowsSwallowedError` when the server stored another number than it was sent.
    """
    step = f"load {table.target.label}"

    def told(done: int) -> None:
        cancel.raise_if_cancelled()
        emit(Progress(step, done, total, "rows"))

    for _ in range(_TRIES):
        rows = [row for row in book.rows[table.name] if row.live]
        total = len(rows)
        told(0)
        try:
            with wire.savepoint():
                stored = _write(wire, table, rows, book, told)
        except psycopg2.Error as error:
            _reject_or_raise(error, table, rows, book, cancel)
            continue
        if any(row.rejected for row in rows):
            return 0
        if stored != total:
            raise RowsSwallowedError(table.target.label, total, stored)
        told(total)
        return stored
    return 0


def _write(wire: Wire, table: TablePlan, rows: Sequence[Row], book: Book, told: Callable[[int], None]) -> int:
    columns = tuple(table.columns)
    if not rows:
        return 0
    listed = ", ".join(map(quote_identifier, columns))
    defaults = any(isinstance(row.cells[name], Fill) for row in rows for name in columns)
    if table.target.row_security or (defaults and wire.server_version < _COPY_TAKES_DEFAULT):
        into = f"{table.target.sql} ({listed})"
        head = f"INSERT INTO {into} OVERRIDING SYSTEM VALUE VALUES "  # noqa: S608 - names are quoted
        return _insert(wire, table, rows, book, head.replace("%", "%%"), told)
    options = f", DEFAULT '{DEFAULT}'" if defaults else ""
    sql = f"COPY {table.target.sql} ({listed}) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8'{options})"
    return wire.copy(sql, CopyStream(rows, columns, told))


def _insert(
    wire: Wire,
    table: TablePlan,
    rows: Sequence[Row],
    book: Book,
    head: str,
    told: Callable[[int], None],
) -> int:
    stored = 0
    for start in range(0, len(rows), _PAGE):
        page = rows[start : start + _PAGE]
        told(start)
        try:
            with wire.savepoint():
                stored += _insert_page(wire, table, page, head)
        except psycopg2.Error as error:
            if not reject_refused(error, table, page, book):
                _insert_one_by_one(wire, table, page, book, head, error)
    return stored


def _insert_page(wire: Wire, table: TablePlan, page: Sequence[Row], head: str) -> int:
    values: list[str] = []
    texts: list[str | None] = []
    for row in page:
        cells = [row.cells[name] for name in table.columns]
        values.append("(" + ", ".join("DEFAULT" if isinstance(cell, Fill) else "%s" for cell in cells) + ")")
        texts += [cell for cell in cells if not isinstance(cell, Fill)]
    return wire.run(head + ", ".join(values), texts)


def _insert_one_by_one(
    wire: Wire, table: TablePlan, page: Sequence[Row], book: Book, head: str, refusal: psycopg2.Error
) -> None:
    """Find the refused rows of a page. Policies judge each row by itself, so single rows tell the truth."""
    for row in page:
        try:
            with wire.savepoint():
                _insert_page(wire, table, [row], head)
        except psycopg2.Error as error:
            reject_row(error, table, row, None, book)
    if not any(row.rejected for row in page):
        raise refusal


def _reject_or_raise(
    error: psycopg2.Error, table: TablePlan, rows: Sequence[Row], book: Book, cancel: CancelToken
) -> None:
    cancel.raise_if_cancelled()
    if classify(error, Phase.WORK) is not RetryClass.ORDINARY:
        raise error
    if not reject_refused(error, table, rows, book):
        raise refused_by_server(error, table.target.label) from None
