"""From a refusal of the server to the rows it is about.

COPY tells the line it stopped at; a foreign key tells only the key, which is looked up in the rows. What the
server says is kept, except for values of masked columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import psycopg2
from sqlalchemy.exc import DBAPIError

from toolkit.database import Phase, RetryClass, classify
from toolkit.secret import MASK
from toolkit.transfer.errors import LoadRefusedByServerError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import shown_key
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.values.unfit import UnfitError

_COPY_LINE: Final = re.compile(r"^COPY .+, line (\d+)(?:, column ([^:]+))?", re.MULTILINE)
_FOREIGN_KEY: Final = "23503"
_CODES: Final = {
    "23505": "exists",
    "23502": "null",
    "23514": "check",
    _FOREIGN_KEY: "orphan",
    "23P01": "excluded",
    "42501": "not_allowed",
    "P0001": "trigger",
}


def refused_by_server(error: psycopg2.Error | DBAPIError, table: str = "") -> LoadRefusedByServerError:
    """The error for a refusal that is about no row."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(driver, psycopg2.Error):
        return LoadRefusedByServerError(table, "", type(error).__name__)
    said = driver.diag.message_primary or str(driver)
    return LoadRefusedByServerError(
        table or driver.diag.table_name or "", driver.pgcode or "", said.rstrip(".")
    )


def require_about_rows(error: psycopg2.Error) -> None:
    """Raise the failure again if it is one of circumstances: a conflict, a timeout, a lost connection."""
    if classify(error, Phase.WORK) is not RetryClass.ORDINARY:
        raise error


def reject_refused(error: psycopg2.Error, table: TablePlan, rows: Sequence[Row], book: Book) -> bool:
    """Reject the rows of `table` that the server refused; False if the refusal is about none of them."""
    found = _at_line(error, rows)
    if not found and error.pgcode == _FOREIGN_KEY:
        found = _by_foreign_key(error, table, rows)
    for row, column in found:
        reject_row(error, table, row, column, book)
    return bool(found)


def reject_row(error: psycopg2.Error, table: TablePlan, row: Row, column: str | None, book: Book) -> None:
    """Reject one row for what the server said."""
    state = error.pgcode or ""
    code = _CODES.get(state, "server_type" if state.startswith("22") else "refused")
    said = (error.diag.message_primary or "it gave no reason").rstrip(".")
    column = column or error.diag.column_name or _constraint_column(error, table)
    known = column if column in table.columns else None
    book.reject(
        row,
        UnfitError(code, f"the server refuses it: {_masked(said, table, row)}"),
        column=column,
        value=shown_key(table, row, (known,)) if known else None,
        sqlstate=state or None,
        constraint=error.diag.constraint_name,
    )


def _at_line(error: psycopg2.Error, rows: Sequence[Row]) -> list[tuple[Row, str | None]]:
    match = _COPY_LINE.search(error.diag.context or "")
    if match is None or error.pgcode == _FOREIGN_KEY:
        return []
    number = int(match[1])
    return [(rows[number - 1], match[2])] if number <= len(rows) else []


def _by_foreign_key(
    error: psycopg2.Error, table: TablePlan, rows: Sequence[Row]
) -> list[tuple[Row, str | None]]:
    detail = error.diag.message_detail or ""
    for foreign in table.target.foreign_keys:
        if foreign.name != error.diag.constraint_name or error.diag.table_name != table.target.name:
            continue
        named = f"Key ({', '.join(foreign.columns)})="
        return [
            (row, foreign.columns[0])
            for row in rows
            if detail.startswith(
                f"{named}({', '.join(str(row.cells.get(name)) for name in foreign.columns)})"
            )
        ]
    return []


def _constraint_column(error: psycopg2.Error, table: TablePlan) -> str | None:
    name = error.diag.constraint_name
    target = table.target
    columns = {rule.name: rule.columns for rule in target.uniques}
    columns |= {rule.name: rule.columns for rule in target.foreign_keys}
    columns |= {rule.name: rule.columns for rule in target.checks}
    return next(iter(columns.get(name or "", ())), None)


def _masked(said: str, table: TablePlan, row: Row) -> str:
    for name, column in table.columns.items():
        cell = row.cells.get(name)
        if column.masked and isinstance(cell, str) and cell:
            said = said.replace(cell, MASK)
    return said
