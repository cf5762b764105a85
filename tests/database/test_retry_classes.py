"""Every retry class, provoked on a real server."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from toolkit.database import Database, DatabaseUrl, Job, Phase, RetryClass, classify, sqlstate
from toolkit.database import connect_errors as ce
from toolkit.database import errors as de
from toolkit.database.driver import open_connection
from toolkit.database.engine import make_engine
from toolkit.database.failures import connect_failure, work_failure
from toolkit.database.jobs import JobPolicy, PoolSettings
from toolkit.secret import Secret


@pytest.fixture
def role(connection: Connection, database_url: DatabaseUrl) -> Iterator[DatabaseUrl]:
    """The database as a role of its own, with the password `right`."""
    name = f"role_{uuid.uuid4().hex[:12]}"
    connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'right'"))
    connection.commit()
    yield database_url.with_credentials(name, Secret("right"))
    connection.rollback()
    connection.execute(text(f"DROP ROLE {name}"))
    connection.commit()


def failing(work: Callable[[], object]) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        work()
    return caught.value


def refused(url: DatabaseUrl) -> tuple[RetryClass, ce.CannotConnectError]:
    error = failing(make_engine(url, JobPolicy("direct")).connect)
    return classify(error, Phase.CONNECT), connect_failure(error, url)


def statement(engine: Engine, *statements: str) -> DBAPIError:
    def work() -> None:
        with engine.connect() as connection:
            for each in statements:
                connection.exec_driver_sql(each)

    return failing(work)


@pytest.mark.parametrize(
    ("change", "retry_class", "error"),
    [
        (lambda url: url.with_credentials("neonkit", Secret("wrong")), RetryClass.B, ce.WrongPasswordError),
        (lambda url: url.with_credentials("neonkit", None), RetryClass.B, ce.PasswordMissingError),
        (lambda url: url.with_database("no_such"), RetryClass.B, ce.NoSuchDatabaseError),
        (lambda url: url.with_arguments(sslmode="require"), RetryClass.B, ce.TlsRefusedError),
        (
            lambda url: url.with_arguments(options="-c no.such=1 -c nonsense=1"),
            RetryClass.B,
            ce.StartupParameterError,
        ),
        (lambda url: url.with_arguments(channel_binding="require"), RetryClass.B, ce.ChannelBindingError),
        (
            lambda url: DatabaseUrl.parse("postgresql://u:p@127.0.0.1:1/d"),
            RetryClass.A,
            ce.ServerRefusedError,
        ),
        (
            lambda url: DatabaseUrl.parse("postgresql://u:p@no-such.invalid/d"),
            RetryClass.A,
            ce.NoSuchHostError,
        ),
        (lambda url: DatabaseUrl.parse("postgresql:///d?host=/no/such"), RetryClass.A, ce.ServerRefusedError),
    ],
)
def test_classes_a_and_b_at_connect(
    database_url: DatabaseUrl,
    change: Callable[[DatabaseUrl], DatabaseUrl],
    retry_class: RetryClass,
    error: type[ce.CannotConnectError],
) -> None:
    url = change(database_url)
    found, failure = refused(url)
    assert (found, type(failure)) == (retry_class, error)
    assert (failure.host, failure.database) == (url.host, url.database)
    assert failure.hint


@pytest.mark.parametrize(
    ("alter", "retry_class", "error"),
    [
        ("ALTER ROLE {role} CONNECTION LIMIT 0", RetryClass.A, ce.TooManyConnectionsError),
        ("ALTER ROLE {role} NOLOGIN", RetryClass.B, ce.UnknownRoleError),
        ("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC", RetryClass.B, ce.ConnectionNotPermittedError),
        ("ALTER DATABASE {database} CONNECTION LIMIT 0", RetryClass.A, ce.TooManyConnectionsError),
    ],
)
def test_what_a_role_may_not(
    role: DatabaseUrl, connection: Connection, alter: str, retry_class: RetryClass, error: type[Exception]
) -> None:
    connection.execute(text(alter.format(role=role.username, database=role.database)))
    connection.commit()
    found, failure = refused(role)
    assert (found, type(failure)) == (retry_class, error)


def test_class_c_a_pool_gives_a_fresh_connection(database_url: DatabaseUrl, connection: Connection) -> None:
    policy = JobPolicy("direct", pool=PoolSettings(size=1, max_overflow=0))
    engine = make_engine(database_url, policy)
    with engine.connect() as pooled:
        pid = pooled.execute(text("SELECT pg_backend_pid()")).scalar_one()
    connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with engine.connect() as pooled:
        assert pooled.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    engine.dispose()


def test_class_c_without_a_ping(database_url: DatabaseUrl, connection: Connection) -> None:
    policy = JobPolicy("direct", pool=PoolSettings(size=1, max_overflow=0, pre_ping=False))
    engine = make_engine(database_url, policy)
    with engine.connect() as pooled:
        pid = pooled.execute(text("SELECT pg_backend_pid()")).scalar_one()
    connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert classify(statement(engine, "SELECT 1"), Phase.CHECKOUT) is RetryClass.C
    engine.dispose()


@pytest.mark.parametrize(
    ("setting", "pause"),
    [("idle_in_transaction_session_timeout", 0.3), ("transaction_timeout", 0.3), (None, 0.0)],
)
def test_class_d_lost_while_working(
    engine: Engine, database_url: DatabaseUrl, connection: Connection, setting: str | None, pause: float
) -> None:
    with engine.connect() as working:
        pid = working.execute(text("SELECT pg_backend_pid()")).scalar_one()
        if setting is None:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        else:
            working.execute(text(f"SET {setting} = '100ms'"))
            time.sleep(pause)
        error = failing(lambda: working.execute(text("SELECT 1")))
        working.invalidate()
    assert classify(error, Phase.WORK) is RetryClass.D
    assert isinstance(work_failure(error, database_url), ce.ConnectionLostError)


def test_class_e_serialization_failure(engine: Engine, connection: Connection) -> None:
    connection.execute(text("CREATE TABLE counter AS SELECT 0 AS n"))
    connection.commit()
    serial = engine.execution_options(isolation_level="REPEATABLE READ")
    with serial.connect() as late:
        late.execute(text("SELECT n FROM counter"))
        connection.execute(text("UPDATE counter SET n = 1"))
        connection.commit()
        error = failing(lambda: late.execute(text("UPDATE counter SET n = 2")))
    assert (classify(error, Phase.WORK), sqlstate(error)) == (RetryClass.E, "40001")


def test_class_e_deadlock(engine: Engine, connection: Connection) -> None:
    connection.execute(text("CREATE TABLE pair AS SELECT unnest(ARRAY[1, 2]) AS id"))
    connection.commit()
    errors: list[DBAPIError] = []
    both = threading.Barrier(2)

    def take(first: int, second: int) -> None:
        with engine.connect() as mine:
            mine.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            mine.execute(text("SELECT FROM pair WHERE id = :id FOR UPDATE"), {"id": first})
            both.wait(10)
            try:
                mine.execute(text("SELECT FROM pair WHERE id = :id FOR UPDATE"), {"id": second})
            except DBAPIError as error:
                errors.append(error)

    other = threading.Thread(target=take, args=(2, 1))
    other.start()
    take(1, 2)
    other.join()
    (error,) = errors
    assert (classify(error, Phase.WORK), sqlstate(error)) == (RetryClass.E, "40P01")


def test_class_f_lock_wait(engine: Engine, connection: Connection) -> None:
    connection.execute(text("CREATE TABLE held ()"))
    connection.commit()
    connection.execute(text("LOCK TABLE held"))
    error = statement(engine, "SET LOCAL lock_timeout = '50ms'", "SELECT * FROM held")
    assert (classify(error, Phase.WORK), sqlstate(error)) == (RetryClass.F, "55P03")


@pytest.mark.parametrize(
    ("statements", "retry_class", "error"),
    [
        (
            ("SET LOCAL statement_timeout = '50ms'", "SELECT pg_sleep(5)"),
            RetryClass.G,
            de.StatementTimedOutError,
        ),
        (("SET TRANSACTION READ ONLY", "CREATE TABLE t ()"), RetryClass.H, de.ReadOnlyDatabaseError),
        (("EXECUTE never_prepared",), RetryClass.I, de.PoolerMisuseError),
        (("PREPARE twice AS SELECT 1", "PREPARE twice AS SELECT 1"), RetryClass.I, de.PoolerMisuseError),
        (("FETCH 1 FROM no_cursor",), RetryClass.I, de.PoolerMisuseError),
        (
            (f"CREATE TABLE wide ({', '.join(f'c{n} int' for n in range(1601))})",),
            RetryClass.J,
            de.CapacityError,
        ),
        (
            (
                "SET LOCAL temp_file_limit = '64kB'",
                "SET LOCAL work_mem = '64kB'",
                "SELECT n FROM generate_series(1, 100000) AS n ORDER BY md5(n::text)",
            ),
            RetryClass.J,
            de.CapacityError,
        ),
        (("SELECT 1/0",), RetryClass.ORDINARY, None),
        (("SELECT * FROM no_such",), RetryClass.ORDINARY, None),
        (("DO $$ BEGIN RAISE 'terminating connection'; END $$",), RetryClass.ORDINARY, None),
    ],
)
def test_classes_g_to_j_and_the_rest(
    engine: Engine,
    database_url: DatabaseUrl,
    statements: tuple[str, ...],
    retry_class: RetryClass,
    error: type[Exception] | None,
) -> None:
    found = statement(engine, *statements)
    assert classify(found, Phase.WORK) is retry_class
    assert isinstance(work_failure(found, database_url), error or type(None))


def test_a_class_is_seen_through_our_own_errors(database_url: DatabaseUrl) -> None:
    def read_only() -> None:
        with Database.at(database_url, read_only=True).connect(Job.MIGRATE) as connection:
            connection.execute(text("CREATE TABLE t ()"))

    with pytest.raises(de.ReadOnlyDatabaseError) as caught:
        read_only()
    assert classify(caught.value, Phase.WORK) is RetryClass.H


def test_errors_that_are_not_the_databases() -> None:
    assert classify(ValueError("connection refused"), Phase.CONNECT) is RetryClass.ORDINARY


def test_the_driver_alone_is_understood_too(database_url: DatabaseUrl) -> None:
    with pytest.raises(Exception, match="does not exist") as caught:
        open_connection(database_url.with_database("no_such"))
    assert classify(caught.value, Phase.CONNECT) is RetryClass.B
