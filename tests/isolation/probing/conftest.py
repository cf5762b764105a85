"""Probes of the small world, and leaks shown by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest
from fixtures.isolation import RULES, World
from psycopg2 import extensions

from toolkit.database import Database
from toolkit.database.driver import open_connection
from toolkit.isolation.probing import Probe, probe_database
from toolkit.isolation.probing.evidence import Leak

Prober = Callable[..., Probe]
REFUSALS = (
    psycopg2.errors.InsufficientPrivilege,
    psycopg2.errors.ForeignKeyViolation,
    psycopg2.DataError,
)


@pytest.fixture
def probe(world: World) -> Prober:
    """Probe the world."""

    def run(*, explain_only: bool = False) -> Probe:
        database = Database.at(world.url)
        return probe_database(database, RULES, app_role=world.role, explain_only=explain_only)

    return run


@pytest.fixture
def shows(world: World) -> Iterator[Callable[[Leak, tuple[str, ...]], bool]]:
    """Whether the session of a leak reaches its row, after some statements in the same transaction."""
    with closing(open_connection(world.url)) as named:

        def run(leak: Leak, before: tuple[str, ...] = ()) -> bool:
            if leak.replay.identity is not None:
                return reaches(named, leak, before)
            with closing(open_connection(world.url)) as fresh:  # where the setting was never set
                return reaches(fresh, leak, before)

        yield run


def reaches(connection: extensions.connection, leak: Leak, before: tuple[str, ...]) -> bool:
    """Whether the row comes back. Nothing stays."""
    replay = leak.replay
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(replay.control)
            assert cursor.fetchall(), leak
            for statement in (*before, *replay.prepare):
                cursor.execute(statement)
            if replay.identity is not None:
                cursor.execute("SELECT set_config(%s, %s, true)", (replay.setting, replay.identity))
            cursor.execute("SELECT set_config('role', %s, true)", (replay.role,))
            try:
                cursor.execute(replay.statement)
            except REFUSALS:
                return False
            if replay.reached is not None:
                cursor.execute("SELECT set_config('role', 'none', true)")
                cursor.execute(replay.reached)
            return bool(cursor.fetchall())
    finally:
        connection.rollback()
