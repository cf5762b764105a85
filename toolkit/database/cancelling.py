"""Interrupt the statement that runs, from another thread.

The asker must not wait for the worker: the request goes over a connection of its own. First by
`pg_cancel_backend`, which reaches the backend through any proxy; behind a pooler the backend's number is not
ours, so there, and where no second connection is to be had, by libpq's cancel request (psycopg2 holds the
interpreter's lock while that one travels, so it is the second choice).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import cast

import psycopg2
from psycopg2 import extensions
from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database.driver import open_connection
from toolkit.database.url import DatabaseUrl


@contextmanager
def cancel_running(connection: Connection, url: DatabaseUrl, token: CancelToken | None) -> Iterator[None]:
    """While the block runs, setting the token cancels the statement that runs on the connection.

    `url` is where the connection leads. The statement then fails with 57014.
    """
    if token is None:
        yield
        return
    driver = cast(extensions.connection, connection.connection.dbapi_connection)
    with token.on_cancel(lambda: _interrupt(driver, url)):
        yield


def _interrupt(driver: extensions.connection, url: DatabaseUrl) -> None:
    try:
        if url.is_pooled or not _cancel_from_outside(driver.info.backend_pid, url):
            driver.cancel()
    except psycopg2.Error:
        # The connection ended by itself, or nothing can be reached: there is nothing left to interrupt.
        return


def _cancel_from_outside(pid: int, url: DatabaseUrl) -> bool:
    try:
        with closing(open_connection(url.with_arguments(connect_timeout="5"))) as second:
            second.autocommit = True
            with second.cursor() as cursor:
                cursor.execute("SELECT pg_cancel_backend(%s)", (pid,))
                row = cursor.fetchone()
                return bool(row and row[0])
    except psycopg2.Error:
        return False
