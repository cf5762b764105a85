"""The transaction in which a snapshot is read: one view of the catalog, and a canonical way of writing it.

Two things must not depend on the session: which rows are seen (one repeatable-read, read-only transaction)
and how the server writes expressions (an empty search_path, fixed date, interval, bytea and float formats).
One thing must not last: functions that write definitions lock the relation for a moment, and would queue
without a word behind a change that waits itself. They give way after five seconds, or at the session's limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from sqlalchemy import Connection

_IDLE: Final = 0
"""`PQTRANS_IDLE` of libpq: connected, outside any transaction."""

_ISOLATION: Final = "isolation level repeatable read, read only"

_CANONICAL: Final = """
    select set_config('lock_timeout', case when setting = '0' then '5s' else setting || unit end, true)
      from pg_catalog.pg_settings where name = 'lock_timeout';
    set local search_path = '';
    set local quote_all_identifiers = off;
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres';
    set local timezone = 'UTC';
    set local bytea_output = 'hex';
    set local extra_float_digits = 1;
    set local xmloption = 'content';
    set local jit = off
"""


def canonical(connection: Connection) -> AbstractContextManager[None]:
    """Read the catalog inside this block.

    A connection without a transaction gets one of its own, repeatable read and read only, that is rolled back
    at the end. A connection inside a transaction keeps it, so that what that transaction did and has not
    committed is seen; its settings are put back.
    """
    driver: Any = connection.connection.dbapi_connection
    if driver.info.transaction_status != _IDLE:
        return _inside(connection)
    if driver.autocommit:
        return _explicit(connection)
    return _inside(connection) if connection.in_transaction() else _own(connection)


@contextmanager
def _inside(connection: Connection) -> Iterator[None]:
    with connection.begin_nested() as savepoint:
        connection.exec_driver_sql(_CANONICAL)
        yield
        # Settings made inside a savepoint end with its rollback, and only so.
        savepoint.rollback()


@contextmanager
def _own(connection: Connection) -> Iterator[None]:
    with connection.begin() as transaction:
        connection.exec_driver_sql(f"set transaction {_ISOLATION}; {_CANONICAL}")
        yield
        transaction.rollback()


@contextmanager
def _explicit(connection: Connection) -> Iterator[None]:
    """For autocommit, where the driver begins nothing by itself."""
    connection.exec_driver_sql(f"begin {_ISOLATION}; {_CANONICAL}")
    try:
        yield
    finally:
        connection.exec_driver_sql("rollback")
