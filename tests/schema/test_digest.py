"""The digest: one statement, equal for as long as nothing changed, different after anything a snapshot shows.

That each single change moves it stands with the single changes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from toolkit.database import DatabaseUrl
from toolkit.schema import Snapshot, read_digest, read_snapshot, read_with_digest
from toolkit.schema.catalog.query import query, without_estimates
from toolkit.schema.catalog.rows import LARGE, SMALL

pytestmark = pytest.mark.older


@pytest.fixture
def idle(every_kind_url: DatabaseUrl) -> Iterator[Engine]:
    """An engine on the base schema, for reading."""
    engine = create_engine(every_kind_url.sqlalchemy, poolclass=NullPool)
    yield engine
    engine.dispose()


def test_a_digest_costs_two_statements_and_their_transaction(idle: Engine) -> None:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        sent.append(sql)

    event.listen(idle, "before_cursor_execute", note)
    with idle.connect() as connection:
        read_digest(connection)
    assert len(sent) == 3


def test_a_snapshot_comes_with_the_digest_that_finds_it_again(
    idle: Engine, base: Snapshot, base_digest: str
) -> None:
    with idle.connect() as connection:
        snapshot, digest = read_with_digest(connection)
        assert snapshot.hash == base.hash
        assert digest == base_digest == read_digest(connection)


@pytest.mark.parametrize("maintenance", ["vacuum full", "vacuum analyze", "analyze", "checkpoint"])
def test_maintenance_moves_nothing(idle: Engine, base_digest: str, maintenance: str) -> None:
    with idle.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(maintenance)
        assert read_digest(connection) == base_digest


def test_rows_and_counters_move_nothing(connection: Connection) -> None:
    connection.exec_driver_sql("create table t (id integer primary key)")
    connection.commit()
    before = read_digest(connection)
    connection.exec_driver_sql("insert into t select generate_series(1, 5000)")
    connection.commit()
    connection.exec_driver_sql("analyze t")
    connection.commit()
    assert read_digest(connection) == before


@pytest.mark.parametrize("setting", ["search_path = app", "datestyle = 'German'", "extra_float_digits = 3"])
def test_settings_move_nothing(idle: Engine, base_digest: str, setting: str) -> None:
    with idle.connect() as connection:
        connection.exec_driver_sql(f"set {setting}")
        connection.commit()
        assert read_digest(connection) == base_digest


def test_another_reader_has_another_digest(idle: Engine, base_digest: str) -> None:
    with idle.connect() as connection:
        connection.exec_driver_sql("set role kit_app")
        connection.commit()
        assert read_digest(connection) != base_digest


def test_the_order_of_parents_counts(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table a (i integer); create table b (i integer); create table c () inherits (a, b)"
    )
    before, digest = read_with_digest(connection)
    connection.exec_driver_sql("alter table c no inherit a; alter table c inherit a")
    assert read_snapshot(connection).hash != before.hash
    assert read_digest(connection) != digest


CHANGES = st.lists(
    st.sampled_from(
        [
            "alter table t add column if not exists a integer",
            "alter table t drop column if exists a",
            "alter table t alter column b set default 'x'",
            "alter table t alter column b drop default",
            "alter table t alter column b set not null",
            "alter table t alter column b drop not null",
            "create index if not exists t_ix on t (b)",
            "drop index if exists t_ix",
            "comment on table t is 'x'",
            "comment on table t is null",
            "create or replace function f() returns integer language sql as 'select 1'",
            "create or replace function f() returns integer language sql as 'select 2'",
            "grant select on t to public",
            "revoke select on t from public",
            "insert into t (b) values ('y')",
            "analyze t",
        ]
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=CHANGES, second=CHANGES)
def test_equal_digests_mean_equal_snapshots(
    connection: Connection, first: list[str], second: list[str]
) -> None:
    connection.exec_driver_sql("create table t (b text)")
    readings = []
    for changes in (first, second):
        connection.exec_driver_sql(";".join(changes))
        readings.append(read_with_digest(connection))
    (before, was), (after, now) = readings
    assert was != now or before.hash == after.hash
    connection.rollback()


@pytest.mark.parametrize("name", [*LARGE, *SMALL])
def test_nothing_but_estimates_is_left_out(name: str) -> None:
    kept = without_estimates(query(name, 18))
    gone = set(query(name, 18).split()) - set(kept.split())
    assert all(
        "relpages" in word or "reltuples" in word or "live_tuples" in word
        for word in gone - {"--", "estimate"}
    )
    assert "estimate" not in kept
