"""The handle: engines per job, read-only, notices, transactions that run again, cancelling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool, QueuePool

import toolkit.database
from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import (
    Backoff,
    Database,
    DatabaseUrl,
    Job,
    PoolSettings,
    RetryPolicy,
    Urls,
    blocking_pids,
    set_local_timeouts,
)
from toolkit.database.connect_errors import TooManyConnectionsError
from toolkit.database.errors import (
    ConflictError,
    LockWaitTimedOutError,
    ReadOnlyDatabaseError,
    StatementTimedOutError,
)
from toolkit.errors import ExitCode
from toolkit.events import Event, Waiting

STATE = text(
    "SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation'), "
    "current_setting('application_name')"
)
QUICK = RetryPolicy(backoff=Backoff(first=0.01, cap=0.02))

JOBS = {
    Job.INSPECT: (NullPool, "on", "repeatable read"),
    Job.BROWSE: (QueuePool, "on", "read committed"),
    Job.MIGRATE: (NullPool, "off", "read committed"),
    Job.ADMIN: (NullPool, "off", "read committed"),
    Job.DATA: (NullPool, "off", "read committed"),
    Job.APPLICATION: (QueuePool, "off", "read committed"),
    Job.SERVERLESS: (NullPool, "off", "read committed"),
}


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database(Urls.resolve(database_url), retries=QUICK)


@pytest.mark.parametrize("job", Job)
def test_each_job_has_its_kind_of_connection(database: Database, job: Job) -> None:
    pool, read_only, isolation = JOBS[job]
    with database.connect(job) as connection:
        assert connection.execute(STATE).one() == (read_only, isolation, "neonkit")
        driver = connection.connection.dbapi_connection
        assert getattr(driver, "autocommit", None) is (job is Job.ADMIN)
    assert type(database.engine(job).pool) is pool
    assert database.engine(job) is database.engine(job)
    database.dispose()


def test_the_users_numbers_and_name_win(database_url: DatabaseUrl) -> None:
    url = database_url.with_arguments(application_name="mine", connect_timeout="3")
    database = Database(Urls.resolve(url), PoolSettings(size=1, max_overflow=2, recycle=7, pre_ping=False))
    with database.connect(Job.APPLICATION) as connection:
        assert connection.execute(STATE).one()[2] == "mine"
    pool = database.engine(Job.APPLICATION).pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow, pool._recycle, pool._pre_ping) == (1, 2, 7, False)
    database.dispose()


@pytest.mark.parametrize("job", Job)
@pytest.mark.parametrize("way_round", ["CREATE TABLE t ()", "COMMIT; CREATE TABLE t ()"])
def test_a_read_only_database_is_kept_so_by_the_server(
    database_url: DatabaseUrl, job: Job, way_round: str
) -> None:
    database = Database.at(database_url, read_only=True)
    with pytest.raises(ReadOnlyDatabaseError), database.connect(job) as connection:
        connection.exec_driver_sql(way_round)
    assert database.describe().read_only
    database.dispose()


def test_a_pool_of_our_own_that_is_used_up(database_url: DatabaseUrl) -> None:
    database = Database(Urls.resolve(database_url), PoolSettings(size=1, max_overflow=0))
    pool = database.engine(Job.APPLICATION).pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.05
    with database.connect(Job.APPLICATION), pytest.raises(TooManyConnectionsError, match="own pool"):
        database.connect(Job.APPLICATION).__enter__()
    database.dispose()


def test_who_answers(database: Database, database_url: DatabaseUrl, connection: Connection) -> None:
    identity = database.describe()
    assert identity.version_number == int(connection.execute(text("SHOW server_version_num")).scalar_one())
    assert identity.major == identity.version_number // 10000
    assert (identity.database, identity.role) == (database_url.database, database_url.username)
    assert identity.is_superuser
    assert identity.bypasses_rls
    assert not identity.is_in_recovery
    assert not identity.read_only


def test_another_database_of_the_server(database: Database) -> None:
    assert database.at_database("postgres").describe().database == "postgres"


def test_a_conflict_runs_again_as_a_whole_and_ends(database: Database) -> None:
    tries: list[int] = []
    heard: list[Event] = []

    def twice(connection: Connection) -> str:
        tries.append(1)
        connection.execute(text("CREATE TABLE once ()"))
        if len(tries) < 2:
            connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
        return "done"

    assert database.run(Job.DATA, twice, emit=heard.append) == "done"
    assert len(tries) == 2
    assert [event.attempt for event in heard if isinstance(event, Waiting)] == [1]

    def always(connection: Connection) -> None:
        connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))

    with pytest.raises(ConflictError, match="3 attempts"):
        database.run(Job.DATA, always)


def test_a_lock_wait_gives_way_and_tries_again(database: Database, connection: Connection) -> None:
    connection.execute(text("CREATE TABLE held ()"))
    connection.commit()
    connection.execute(text("LOCK TABLE held"))
    tries: list[int] = []

    def drop(mine: Connection) -> None:
        set_local_timeouts(mine, lock=0.05)
        tries.append(1)
        if len(tries) == 3:
            connection.rollback()
        mine.execute(text("DROP TABLE held"))

    database.run(Job.MIGRATE, drop)
    assert len(tries) == 3


def test_failures_of_statements_come_as_they_are(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE t (id int PRIMARY KEY)"))
        connection.execute(text("INSERT INTO t VALUES (1), (1)"))

    with pytest.raises(IntegrityError):
        database.run(Job.DATA, work)


@pytest.mark.parametrize(
    ("setting", "seconds", "error"),
    [("statement", 0.05, StatementTimedOutError), ("lock", 0.05, LockWaitTimedOutError)],
)
def test_timeouts_of_one_transaction(
    database: Database, connection: Connection, setting: str, seconds: float, error: type[Exception]
) -> None:
    connection.execute(text("CREATE TABLE held ()"))
    connection.commit()
    connection.execute(text("LOCK TABLE held"))

    def work(mine: Connection) -> None:
        set_local_timeouts(mine, **{setting: seconds})
        mine.execute(text("SELECT pg_sleep(2) FROM held" if setting == "lock" else "SELECT pg_sleep(2)"))

    with pytest.raises(error) as caught:
        database.run(Job.MIGRATE, work)
    assert getattr(caught.value, "exit_code", None) is ExitCode.TIMED_OUT


def test_timeouts_end_with_the_transaction(database: Database) -> None:
    with database.connect(Job.MIGRATE) as connection:
        set_local_timeouts(connection, lock=1.5, statement=30, transaction=60)
        for name, value in (
            ("lock_timeout", "1500ms"),
            ("statement_timeout", "30s"),
            ("transaction_timeout", "1min"),
        ):
            told = connection.execute(text("SELECT current_setting(:name, true)"), {"name": name})
            since = 17 if name == "transaction_timeout" else 0
            assert told.scalar_one() == (value if database.describe().major >= since else None)
        connection.rollback()
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"


def test_who_stands_in_the_way(database: Database, connection: Connection) -> None:
    connection.execute(text("CREATE TABLE held ()"))
    connection.commit()
    connection.execute(text("LOCK TABLE held"))
    mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    waiting: list[int] = []

    def wait() -> None:
        with database.connect(Job.DATA) as other:
            waiting.append(other.execute(text("SELECT pg_backend_pid()")).scalar_one())
            other.execute(text("SELECT * FROM held"))

    thread = threading.Thread(target=wait)
    thread.start()
    found: tuple[int, ...] = ()
    deadline = time.monotonic() + 10
    with database.connect(Job.INSPECT) as observer:
        while not found and time.monotonic() < deadline:
            found = blocking_pids(observer, waiting[0]) if waiting else ()
            time.sleep(0.02)
    connection.rollback()
    thread.join()
    assert found == (mine,)


def cancel_soon(token: CancelToken) -> threading.Timer:
    timer = threading.Timer(0.2, lambda: token.cancel("enough"))
    timer.start()
    return timer


@pytest.mark.parametrize("way", ["connect", "run"])
def test_setting_the_token_ends_the_running_statement(database: Database, way: str) -> None:
    token = CancelToken()

    def work(connection: Connection) -> None:
        cancel_soon(token)
        connection.execute(text("SELECT pg_sleep(20)"))

    def in_connect() -> None:
        with database.connect(Job.MIGRATE, cancel=token) as connection:
            work(connection)

    ways: dict[str, Callable[[], None]] = {
        "connect": in_connect,
        "run": lambda: database.run(Job.MIGRATE, work, cancel=token),
    }
    begun = time.monotonic()
    with pytest.raises(CancelledError):
        ways[way]()
    assert time.monotonic() - begun < 10


def test_cancelling_between_statements_harms_nobody(database: Database) -> None:
    token = CancelToken()
    with database.connect(Job.MIGRATE, cancel=token) as connection:
        token.cancel("nothing runs")
        # pg_cancel_backend has answered, so the signal has come and found nothing to cancel.
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_the_package_offers_what_it_lists() -> None:
    for name in toolkit.database.__all__:
        assert getattr(toolkit.database, name).__module__.startswith("toolkit.database.")
    with pytest.raises(AttributeError):
        toolkit.database.no_such_name  # noqa: B018 - the access is the test
