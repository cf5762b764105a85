"""The sessions a measuring needs: one that works, one that watches, and those that stand in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from psycopg2.extensions import connection

Session: TypeAlias = connection

Connect: TypeAlias = Callable[[], Session]
"""Opens a session on the measuring database."""


def open_session(connect: Connect) -> Session:
    """A session in autocommit, in which parallel workers do not spread the counters."""
    session = connect()
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute(
            "set max_parallel_maintenance_workers = 0; set max_parallel_workers_per_gather = 0; "
            "set client_min_messages = error; set stats_fetch_consistency = none; set search_path = public"
        )
    return session


def run(session: Session, statement: str) -> None:
    """Run it, and forget what it gives."""
    with session.cursor() as cursor:
        cursor.execute(statement)


def rows(session: Session, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with session.cursor() as cursor:
        cursor.execute(query, tuple(values) or None)
        return cursor.fetchall()
