"""Interrupt the statement a run is in, whichever driver it runs on."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg2

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection


def interrupt(driver_connection: Any, url: DatabaseUrl) -> None:
    """Ask the server to cancel what runs on the driver's connection. Raises nothing: it may have ended."""
    number = backend_of(driver_connection)
    if number is None:
        return
    try:
        with closing(open_connection(url.with_arguments(connect_timeout="5"))) as second:
            second.autocommit = True
            with second.cursor() as cursor:
                cursor.execute("SELECT pg_cancel_backend(%s)", (number,))
    except psycopg2.Error:
        # No second connection is to be had: the driver's own request is what is left.
        cancel = getattr(driver_connection, "cancel", None)
        if cancel is not None:
            cancel()


def backend_of(driver_connection: Any) -> int | None:
    """The server's process id of the driver's connection; None if it is closed."""
    if driver_connection is None:
        return None
    if hasattr(driver_connection, "get_server_pid"):  # asyncpg
        return int(driver_connection.get_server_pid())
    if getattr(driver_connection, "closed", False):
        return None
    return int(driver_connection.info.backend_pid)
