"""The conflict table is the server's: every pair of modes, tried by two sessions."""

from __future__ import annotations

from itertools import product

import psycopg2
from psycopg2.errors import LockNotAvailable

from toolkit.database import DatabaseUrl
from toolkit.sql.locks.modes import Blocked, LockMode, mode_from_pg_locks


def test_every_pair_of_modes_as_two_sessions_find_it(database_url: DatabaseUrl) -> None:
    first, second = (psycopg2.connect(**database_url.libpq_parameters()) for _ in range(2))
    with first.cursor() as cursor:
        cursor.execute("create table t ()")
    first.commit()
    wrong = []
    for held, asked in product(LockMode, LockMode):
        with first.cursor() as cursor, second.cursor() as other:
            cursor.execute(f"lock table t in {held.sql} mode")
            cursor.execute(
                "select mode from pg_locks where relation = 't'::regclass and pid = pg_backend_pid()"
            )
            assert [mode_from_pg_locks(mode) for (mode,) in cursor] == [held]
            try:
                other.execute(f"lock table t in {asked.sql} mode nowait")
                collided = False
            except LockNotAvailable:
                collided = True
        if collided != held.conflicts_with(asked):
            wrong.append((held, asked))
        first.rollback()
        second.rollback()
    first.close()
    second.close()
    assert wrong == []


def test_what_each_mode_makes_wait() -> None:
    assert LockMode.ACCESS_SHARE.blocks == {Blocked.DDL}
    assert LockMode.ACCESS_EXCLUSIVE.blocks == set(Blocked)
    assert LockMode.SHARE.blocks == {Blocked.WRITES, Blocked.MAINTENANCE, Blocked.DDL}
    assert LockMode.SHARE_UPDATE_EXCLUSIVE.blocks == {Blocked.MAINTENANCE, Blocked.DDL}
