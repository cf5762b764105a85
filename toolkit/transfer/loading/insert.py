"""Rows by INSERT, a page at once: under policies, for defaults on old servers, and only where none stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import psycopg2

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.loading.readback import missing_rows
from toolkit.transfer.loading.refusal import reject_refused, reject_row, require_about_rows
from toolkit.transfer.target.wire import Wire

_PAGE: Final = 500


def insert_rows(
    wire: Wire,
    table: TablePlan,
    rows: Sequence[Row],
    book: Book,
    told: Callable[[int], None],
    *,
    missing_only: bool = False,
) -> int:
    """Insert the rows and return how many were stored. Refused ones are rejected in the book.

    With `missing_only` a row whose key another session wrote meanwhile is skipped.
    """
    listed = ", ".join(map(quote_identifier, table.columns))
    head = f"INSERT INTO {table.target.sql} ({listed}) OVERRIDING SYSTEM VALUE VALUES "  # noqa: S608 - names are quoted
    key = ", ".join(map(quote_identifier, table.target.primary_key))
    tail = f" ON CONFLICT ({key}) DO NOTHING" if missing_only else ""
    stored = 0
    for start in range(0, len(rows), _PAGE):
        page = rows[start : start + _PAGE]
        told(start)
        try:
            with wire.savepoint():
                stored += _page(wire, table, page, (head, tail))
        except psycopg2.Error as error:
            require_about_rows(error)
            if not reject_refused(error, table, page, book):
                _one_by_one(wire, table, page, book, (head, tail), error)
    return stored


def _page(wire: Wire, table: TablePlan, page: Sequence[Row], around: tuple[str, str]) -> int:
    """Insert a page; rows that ON CONFLICT left out are marked as skipped."""
    wire.run("SAVEPOINT neonkit_page")
    stored = _insert(wire, table, page, *around)
    if stored == len(page) or not around[1]:
        wire.run("RELEASE SAVEPOINT neonkit_page")
        return stored
    # Another session was faster with some of them; one by one it shows with which.
    wire.run("ROLLBACK TO SAVEPOINT neonkit_page")
    stored = 0
    for row in page:
        written = _insert(wire, table, [row], *around)
        if not written and not missing_rows(wire, table, [row]):
            row.exists = row.skipped = True
        stored += written
    return stored


def _insert(wire: Wire, table: TablePlan, page: Sequence[Row], head: str, tail: str) -> int:
    values: list[str] = []
    texts: list[str | None] = []
    for row in page:
        cells = [row.cells[name] for name in table.columns]
        values.append("(" + ", ".join("DEFAULT" if isinstance(cell, Fill) else "%s" for cell in cells) + ")")
        texts += [cell for cell in cells if not isinstance(cell, Fill)]
    return wire.run(head.replace("%", "%%") + ", ".join(values) + tail.replace("%", "%%"), texts)


def _one_by_one(
    wire: Wire,
    table: TablePlan,
    page: Sequence[Row],
    book: Book,
    around: tuple[str, str],
    refusal: psycopg2.Error,
) -> None:
    """Find the refused rows of a page. Policies judge each row by itself, so single rows tell the truth."""
    for row in page:
        try:
            with wire.savepoint():
                _insert(wire, table, [row], *around)
        except psycopg2.Error as error:
            require_about_rows(error)
            reject_row(error, table, row, None, book)
    if not any(row.rejected for row in page):
        raise refusal
