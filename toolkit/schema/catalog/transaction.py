"""The transaction in which a snapshot is read: one view of the catalog, and a canonical way of writing it.

Two things must not depend on the session: which rows are seen (one repeatable-read, read-only transaction)
and how the server writes expressions (an empty search_path, fixed date, interval, bytea and float formats).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

_CANONICAL: Final = """
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


@contextmanager
def canonical(connection: Connection) -> Iterator[None]:
    """Read the catalog inside this block.

    A connection without a transaction gets one of its own, repeatable read and read only, that is rolled back
    at the end. A connection inside a transaction keeps it, so that what that transaction did and has not
    committed is seen; its settings are put back.
    """
    if connection.in_transaction():
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(_CANONICAL)
            yield
            # Settings made inside a savepoint end with its rollback, and only so.
            savepoint.rollback()
        return
    explicit = bool(getattr(connection.connection.dbapi_connection, "autocommit", False))
    begin = "begin" if explicit else "set transaction"
    with connection.begin() as transaction:
        connection.exec_driver_sql(f"{begin} isolation level repeatable read, read only; {_CANONICAL}")
        try:
            yield
        finally:
            if explicit:
                connection.exec_driver_sql("rollback")
            transaction.rollback()
