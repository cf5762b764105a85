"""One transaction of one moment for everything that is tried: rolled back, and waiting for nobody long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from toolkit.database import set_local_timeouts

LOCK_SECONDS = 2.0
STATEMENT_SECONDS = 30.0


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """One transaction of one moment that is always rolled back."""
    connection.execution_options(isolation_level="REPEATABLE READ")
    transaction = connection.begin()
    try:
        set_local_timeouts(connection, lock=LOCK_SECONDS, statement=STATEMENT_SECONDS)
        yield
    finally:
        transaction.rollback()
