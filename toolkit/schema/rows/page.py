"""Reading a page of rows.

Every value comes as the text the server writes for it, whatever the driver or Python make of its type: dates
before Christ, infinite times, numbers of any length and bytes stay exactly what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.schema.objects import Qualified
from toolkit.schema.rows.cursor import Place, decode, encode
from toolkit.schema.rows.errors import RowRequestError, RowsNotReadError
from toolkit.schema.rows.request import LARGEST_PAGE, RowRequest, order_of
from toolkit.schema.rows.source import RowColumn, RowSource
from toolkit.schema.rows.statement import Statement

TIMEOUT: Final = 10.0
"""Seconds a page may take."""

_SETTINGS: Final = """
    set local transaction_read_only = on;
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres';
    set local bytea_output = 'hex';
    set local extra_float_digits = 1
"""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a relation."""

    relation: Qualified
    columns: tuple[RowColumn, ...]
    rows: tuple[tuple[str | None, ...], ...]
    """Values as the server writes them; None is NULL."""
    more: bool
    next: str | None = None
    """The cursor of the next page, where there is one and rows can be told apart."""
    cut: tuple[tuple[int, int], ...] = ()
    """Row and column of each value that was cut to the limit."""
    hidden: tuple[str, ...] = ()
    note: str | None = None
    places: tuple[Place, ...] = field(default=(), repr=False)
    """What tells each row from the others, for `read_row`; empty where nothing does."""


def read_page(
    connection: Connection, source: RowSource, request: RowRequest, *, timeout: float = TIMEOUT
) -> RowPage:
    """The rows that are asked for, in a read-only transaction, or a savepoint where one is open.

    Raises `RowRequestError` where the request does not fit the relation, `RowsNotReadError` where the server
    refuses; a page that takes longer than `timeout` seconds is cancelled by the server.
    """
    if not 1 <= request.size <= LARGEST_PAGE:
        raise RowRequestError(str(source.relation), f"a page holds 1 to {LARGEST_PAGE:,} rows")
    order = order_of(source, request)
    statement = Statement(source, order, cell_limit=request.cell_limit)
    for wanted in request.where:
        if wanted.value is not None and "\0" in wanted.value:
            raise RowRequestError(str(source.relation), "no value of PostgreSQL holds a NUL character")
        statement.where(source.column(wanted.column), wanted.value)
    if request.after is not None:
        if not source.place:
            raise RowRequestError(str(source.relation), "it has no key, so there is only a first page")
        statement.behind(decode(request.after, source.relation, order))
    with _read_only(connection, timeout), _explained(source.relation):
        result = connection.exec_driver_sql(statement.text(request.size + 1), statement.values)
        found = [tuple(row) for row in result]
    width = len(source.columns)
    rows = [list(row[:width]) for row in found[: request.size]]
    more = len(found) > request.size
    return RowPage(
        relation=source.relation,
        columns=source.columns,
        cut=tuple(_cut(rows, request.cell_limit)),
        rows=tuple(map(tuple, rows)),
        more=more,
        next=encode(source.relation, order, found[request.size - 1][width:])
        if more and source.place
        else None,
        hidden=source.hidden,
        note=source.note,
        places=tuple(row[width:] for row in found[: request.size]) if source.place else (),
    )


def read_row(
    connection: Connection, source: RowSource, request: RowRequest, place: Place, *, timeout: float = TIMEOUT
) -> tuple[str | None, ...] | None:
    """One row of a page of `request`, with every value whole; None if it is there no more. Raises as
    `read_page` does.
    """
    order = order_of(source, request)
    statement = Statement(source, order)
    for step, value in zip(order, place, strict=True):
        statement.where(step.column, value)
    with _read_only(connection, timeout), _explained(source.relation):
        found = connection.exec_driver_sql(statement.text(1), statement.values).one_or_none()
    return None if found is None else tuple(found)[: len(source.columns)]


def _cut(rows: list[list[str | None]], limit: int | None) -> Iterator[tuple[int, int]]:
    """Shorten what is longer than the limit, in place, and tell where."""
    if limit is None:
        return
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None and len(value) > limit:
                row[place] = value[:limit]
                yield number, place


@contextmanager
def _read_only(connection: Connection, timeout: float) -> Iterator[None]:
    """A transaction that writes values one way, may not write data, and leaves nothing behind."""
    begin = connection.begin_nested if connection.in_transaction() else connection.begin
    with begin() as transaction:
        connection.exec_driver_sql(f"{_SETTINGS}; set local statement_timeout = {round(timeout * 1000):d}")
        yield
        transaction.rollback()


@contextmanager
def _explained(relation: Qualified) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "pgcode", None) or ""
        said = str(error.orig).strip().partition("\n")[0]
        if state in _BAD_VALUES:
            raise RowRequestError(str(relation), f"the server does not take a value: {said}") from error
        if state.startswith(("22", "42")):
            raise RowsNotReadError(str(relation), said) from error
        raise


_BAD_VALUES: Final = ("22P02", "22P03", "22003", "22007", "22008", "22021")
"""Texts that are no value of the type, and values out of its range."""
