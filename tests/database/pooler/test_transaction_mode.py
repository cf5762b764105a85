"""What a transaction pooler does to a session: why schema work goes to the direct host, feature by feature.

Each test says of one feature whether it holds behind the pooler, is lost there, or comes to somebody else.
"""

from __future__ import annotations

import io

import psycopg2
import pytest
from fixtures.pooler import Pooler
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    NullPool,
    QueuePool,
    Table,
    Text,
    create_engine,
    insert,
    select,
    text,
)

from toolkit.database.failures import connect_failure
from toolkit.database.recognise import sign_of
from toolkit.database.signs import Phase, RetryClass

SESSION_STATE = {
    "search_path": ("SET search_path = elsewhere", "SHOW search_path", "elsewhere"),
    "statement_timeout": ("SET statement_timeout = '7s'", "SHOW statement_timeout", "7s"),
    "role": ("SET ROLE pg_monitor", "SELECT current_user", "pg_monitor"),
}


@pytest.mark.parametrize("name", SESSION_STATE)
def test_settings_are_lost_and_come_to_a_stranger(pooler: Pooler, name: str) -> None:
    set_, show, value = SESSION_STATE[name]
    ours, other = pooler.crossed()
    ours(set_)
    assert other("BEGIN", show) == value
    assert ours(show) != value


def test_local_settings_end_with_the_transaction(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    assert ours("BEGIN", "SET LOCAL statement_timeout = '7s'", "SHOW statement_timeout") == "7s"
    ours("COMMIT")
    assert other("BEGIN", "SHOW statement_timeout") == "0"


def test_session_locks_are_orphaned_and_shared(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    assert ours("SELECT pg_try_advisory_lock(1)") is True
    assert other("BEGIN", "SELECT pg_try_advisory_lock(1)") is True, "held, and yet given to another"
    assert ours("SELECT pg_advisory_unlock(1)") is False
    other("COMMIT")
    assert pooler.client(direct=True)("SELECT pg_try_advisory_lock(1)") is False, "nobody gives it back"


def test_transaction_locks_are_right(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    assert ours("BEGIN", "SELECT pg_try_advisory_xact_lock(1)") is True
    assert other("SELECT pg_try_advisory_xact_lock(1)") is False
    ours("COMMIT")
    assert other("SELECT pg_try_advisory_xact_lock(1)") is True


def test_prepared_statements(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    ours("PREPARE answer AS SELECT 42")
    assert other("BEGIN", "EXECUTE answer") == 42
    assert ours.state("EXECUTE answer") == "26000"


def test_nothing_is_heard(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    ours("LISTEN news")
    other("BEGIN", "SELECT 1")
    ours("NOTIFY news", "SELECT 1")
    assert ours.connection.notifies == []


def test_temporary_tables(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    ours("CREATE TEMP TABLE kept (i int)")
    assert other("BEGIN", "SELECT count(*) FROM kept") == 0
    assert ours.state("SELECT FROM kept") == "42P01"
    other("COMMIT")
    assert (
        ours("BEGIN", "CREATE TEMP TABLE brief ON COMMIT DROP AS SELECT 1 AS i", "SELECT i FROM brief") == 1
    )
    ours("COMMIT")
    assert other.state("SELECT FROM brief") == "42P01"


def test_cursors(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    assert ours("BEGIN", "DECLARE here CURSOR WITH HOLD FOR SELECT 1 AS i", "FETCH FROM here") == 1
    ours("COMMIT")
    other("BEGIN", "SELECT 1")
    assert ours.state("FETCH FROM here") == "34000"
    streaming = pooler.client(autocommit=False).connection
    with streaming.cursor("rows") as cursor:
        cursor.itersize = 100
        cursor.execute("SELECT i FROM generate_series(1, 1000) AS i")
        assert sum(row[0] for row in cursor) == 500500


def test_copy_both_ways(pooler: Pooler) -> None:
    ours = pooler.client(autocommit=False)
    ours("CREATE TABLE numbers (i int)")
    with ours.connection.cursor() as cursor:
        cursor.copy_expert("COPY numbers FROM STDIN", io.StringIO("\n".join(map(str, range(50_000)))))
        out = io.StringIO()
        cursor.copy_expert("COPY numbers TO STDOUT", out)
    assert len(out.getvalue().splitlines()) == 50_000
    ours.connection.commit()


def test_sqlalchemy_at_work(pooler: Pooler) -> None:
    """Savepoints, rows given back in batches, an isolation level for one transaction, a stream."""
    numbers = Table("numbers", MetaData(), Column("id", Integer, primary_key=True), Column("name", Text))
    engine = create_engine(pooler.url.sqlalchemy, poolclass=NullPool)
    with engine.begin() as connection:
        numbers.create(connection)
        with connection.begin_nested() as savepoint:
            connection.execute(insert(numbers), [{"name": "gone"}])
            savepoint.rollback()
        given = connection.execute(
            insert(numbers).returning(numbers.c.id), [{"name": str(i)} for i in range(3000)]
        )
        assert len(given.all()) == 3000
    with engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar() == "serializable"
        rows = connection.execution_options(stream_results=True).execute(select(numbers))
        assert sum(1 for _ in rows) == 3000
    with engine.connect() as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar() == "read committed"


def test_ddl_rolls_back(pooler: Pooler) -> None:
    ours, other = pooler.crossed()
    ours("BEGIN", "CREATE TABLE brief (i int)", "ROLLBACK")
    assert other("SELECT to_regclass('brief')") is None
    ours("CREATE TABLE numbers (i int)", "CREATE INDEX CONCURRENTLY ON numbers (i)", "VACUUM numbers")


def test_read_only_leaks_from_the_driver_and_not_from_sqlalchemy(pooler: Pooler) -> None:
    engine = create_engine(
        pooler.url.sqlalchemy, poolclass=NullPool, execution_options={"postgresql_readonly": True}
    )
    with engine.connect() as connection:
        assert connection.execute(text("SHOW transaction_read_only")).scalar() == "on"
    _, other = pooler.crossed()
    other("CREATE TABLE allowed (i int)")
    ours, other = pooler.crossed()
    ours.connection.set_session(readonly=True, autocommit=True)
    ours("SELECT 1")
    assert other.state("CREATE TABLE refused (i int)") == "25006"
    pooler.restart()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"options": "-c statement_timeout=1000"}, "StartupParameterError"),
        ({"channel_binding": "require"}, "ChannelBindingError"),
    ],
    ids=str,
)
def test_what_the_pooler_refuses(pooler: Pooler, arguments: dict[str, str], error: str) -> None:
    url = pooler.url.with_arguments(**arguments)
    with pytest.raises(psycopg2.OperationalError) as caught:
        psycopg2.connect(**url.libpq_parameters())
    assert type(connect_failure(caught.value, url)).__name__ == error


def test_no_backend_is_free(pooler: Pooler) -> None:
    first, second, third = pooler.client(), pooler.client(), pooler.client()
    first("BEGIN", "SELECT 1")
    second("BEGIN", "SELECT 1")
    with pytest.raises(psycopg2.OperationalError) as caught:
        third("SELECT 1")
    assert caught.value.pgcode in (None, "08P01")
    assert sign_of(caught.value, Phase.WORK).retry_class is RetryClass.D


def killed(pooler: Pooler, *, busy: bool) -> None:
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    state = "state LIKE 'idle in%'" if busy else "true"
    pooler.client(direct=True)(
        f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others} AND {state}"
    )


def test_a_killed_backend(pooler: Pooler) -> None:
    ours = pooler.client()
    ours("BEGIN", "SELECT 1")
    killed(pooler, busy=True)
    with pytest.raises(psycopg2.Error) as caught:
        ours("SELECT 1")
    assert sign_of(caught.value, Phase.WORK).retry_class is RetryClass.D


@pytest.mark.parametrize("loss", ["killed", "restarted"])
def test_a_pool_of_ours_recovers(pooler: Pooler, loss: str) -> None:
    engine = create_engine(pooler.url.sqlalchemy, poolclass=QueuePool, pool_pre_ping=True)
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        if loss == "killed":
            killed(pooler, busy=False)
        else:
            pooler.restart()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
    finally:
        engine.dispose()
