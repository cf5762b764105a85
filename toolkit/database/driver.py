"""The one place where psycopg2 is told to connect.

Invariants: the password is in no frame of a traceback that starts here (psycopg2's own frames hold it, so
they are cut off a failure before it goes up); what the URL says wins over our defaults; no startup option is
sent that a transaction pooler refuses.
"""

from __future__ import annotations

from typing import Final

import psycopg2
from psycopg2 import extensions
from sqlalchemy import Connection

from toolkit.database.url import DatabaseUrl

CONNECT_TIMEOUT: Final = 15
"""Seconds for one try: a cold start plus distance."""

APPLICATION_NAME: Final = "neonkit"

_DEFAULTS: Final = {
    "application_name": APPLICATION_NAME,
    "connect_timeout": str(CONNECT_TIMEOUT),
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Keep-alives outlive long DDL through NAT; times in seconds, the last one in milliseconds."""


def open_connection(url: DatabaseUrl, *, read_only: bool = False) -> extensions.connection:
    """A new connection, `read_only` for its whole life where that cannot leak to others.

    Behind a pooler the session belongs to many clients, so there only the transactions are made read-only, by
    the engine. Raises psycopg2's errors, without psycopg2's frames.
    """
    failure: psycopg2.Error
    try:
        opened: extensions.connection = psycopg2.connect(**{**_DEFAULTS, **url.libpq_parameters()})
    except psycopg2.Error as error:
        failure = error.with_traceback(None)
    else:
        if read_only and not url.is_pooled:
            _never_write(opened)
        return opened
    raise failure


def encryption(connection: Connection) -> str | None:
    """The protocol that encrypts this end of the connection; None where nothing does."""
    info = _driver_connection(connection).info
    return (info.ssl_attribute("protocol") or "TLS") if info.ssl_in_use else None


def is_changed_on_the_way(connection: Connection) -> bool:
    """Whether another backend answers than the one that the driver was told of when it connected.

    So it is behind a pooler, whatever the pooler is called and however it pools. Some proxies that keep one
    backend for each client, Neon's among them, tell the driver a number of their own, too.
    """
    told = _driver_connection(connection).info.backend_pid
    return bool(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != told)


def _driver_connection(connection: Connection) -> extensions.connection:
    opened = connection.connection.driver_connection
    assert isinstance(opened, extensions.connection), "our engines are psycopg2's"
    return opened


def _never_write(opened: extensions.connection) -> None:
    # BEGIN READ ONLY alone would let `COMMIT; CREATE ...` inside one string through.
    with opened.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    opened.commit()
