"""One migration at a time."""

from __future__ import annotations

import threading

import pytest
from fixtures.neon_front import NeonFront
from sqlalchemy import Connection, text

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, DatabaseUrl, RetryPolicy, Urls, migration_lock
from toolkit.database.errors import LockLostError, MigrationLockBusyError, NoDirectHostError
from toolkit.database.lock import lock_key
from toolkit.errors import ExitCode
from toolkit.events import Emit, Event, Waiting, unheard

TABLE = "public.alembic_version"


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def attempt(
    database: Database, *, patience: float = 0, emit: Emit = unheard, cancel: CancelToken | None = None
) -> None:
    with migration_lock(database, TABLE, patience=patience, emit=emit, cancel=cancel):
        raise AssertionError("got the lock")


def test_the_second_gives_way_and_names_the_first(database: Database) -> None:
    with migration_lock(database, TABLE) as held:
        held.assert_held()
        with pytest.raises(MigrationLockBusyError) as caught:
            attempt(database, patience=0)
        assert caught.value.pid == held.pid
        assert caught.value.application == "neonkit"
        assert caught.value.user == "neonkit"
        assert caught.value.exit_code is ExitCode.TIMED_OUT
        assert str(held.pid) in str(caught.value.hint)
    with migration_lock(database, TABLE, patience=0):
        pass


def test_locks_of_other_tables_and_databases_are_others(database: Database) -> None:
    with (
        migration_lock(database, TABLE),
        migration_lock(database, "other.alembic_version", patience=0),
        migration_lock(database.at_database("postgres"), TABLE, patience=0),
    ):
        pass


def test_waiting_is_visible_and_ends_with_the_lock(database: Database) -> None:
    heard: list[Event] = []
    inside, done = threading.Event(), threading.Event()

    def first() -> None:
        with migration_lock(database, TABLE):
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)

    def hear(event: Event) -> None:
        heard.append(event)
        done.set()

    with migration_lock(database, TABLE, patience=10, emit=hear):
        pass
    thread.join()
    assert any(isinstance(event, Waiting) and "is held by backend" in event.cause for event in heard)


def test_waiting_ends_when_the_token_is_set(database: Database) -> None:
    token = CancelToken()
    with migration_lock(database, TABLE), pytest.raises(CancelledError):
        attempt(database, patience=60, emit=lambda event: token.cancel("enough"), cancel=token)


def test_a_lock_lost_during_the_run_is_an_error(database: Database, connection: Connection) -> None:
    def lose() -> None:
        with migration_lock(database, TABLE) as held:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": held.pid})

    with pytest.raises(LockLostError):
        lose()


def test_a_lock_given_away_in_between_is_an_error(database: Database) -> None:
    def give_away() -> None:
        with migration_lock(database, TABLE) as held:
            held.release()
            with pytest.raises(LockLostError):
                held.assert_held()

    with pytest.raises(LockLostError):
        give_away()


def test_the_failure_of_the_run_is_the_news(database: Database) -> None:
    with pytest.raises(LookupError), migration_lock(database, TABLE):
        raise LookupError
    with migration_lock(database, TABLE, patience=0):
        pass


def test_never_behind_a_pooler() -> None:
    with pytest.raises(NoDirectHostError):
        attempt(Database.at(DatabaseUrl.parse("postgresql://u:p@db-pooler.example.com/d")))


def test_a_pooled_neon_url_locks_on_the_direct_host(neon_front: NeonFront) -> None:
    database = Database(Urls.resolve(neon_front.url(pooled=True)), retries=RetryPolicy(budget=5))
    with migration_lock(database, TABLE) as held:
        held.assert_held()
    assert all(name and "-pooler" not in name for name in neon_front.server_names)


def test_keys_are_stable_signed_64_bit_numbers() -> None:
    assert lock_key("app", TABLE) == lock_key("app", TABLE)
    keys = {lock_key(database, table) for database in ("app", "other") for table in (TABLE, "s.v")}
    assert len(keys) == 4
    assert all(-(2**63) <= key < 2**63 for key in keys)
