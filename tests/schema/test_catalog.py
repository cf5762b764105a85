"""The reader: what it costs, whose objects it marks, what it keeps out, what it says it did not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event

from toolkit.schema import Snapshot, read_snapshot, summarise
from toolkit.schema.catalog.query import OLDEST_MAJOR, query
from toolkit.schema.catalog.rows import LARGE, SMALL
from toolkit.schema.objects import (
    Column,
    Function,
    Index,
    Kind,
    Origin,
    Qualified,
    Role,
    Schema,
    Server,
    Table,
    Trigger,
)

pytestmark = pytest.mark.older


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        sent.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_tables(engine: Engine) -> None:
    counts = []
    for number in (0, 60):
        with engine.connect() as connection:
            for table in range(number):
                connection.exec_driver_sql(
                    f"create table t{table} (id serial primary key, u text unique,"
                    f" r integer references t{table}); create index on t{table} (lower(u))"
                )
            connection.commit()
            with statements_of(engine) as sent:
                snapshot = read_snapshot(connection)
        counts.append(len(sent))
        assert len(snapshot.own(Table)) == number
    assert counts[0] == counts[1] <= 14


def test_measuring_sizes_costs_one_more_statement(every_kind: Connection) -> None:
    with statements_of(every_kind.engine) as sent:
        read_snapshot(every_kind)
        without = len(sent)
        sent.clear()
        measured = read_snapshot(every_kind, sizes=True)
    assert len(sent) == without + 1
    assert measured.sizes[Qualified("app", "tasks")].measured
    assert measured.sizes[Qualified("app", "tasks")].index_bytes > 0


def test_members_of_extensions_are_marked(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create extension pg_trgm; create function mine() returns int language sql as 'select 1'"
    )
    snapshot = read_snapshot(connection)
    mine = {found.signature for found in snapshot.own(Function)}
    assert mine == {"mine()"}
    assert any(found.name == "similarity" for found in snapshot.of(Function))
    assert summarise(snapshot).left_out["extension"] > 10


@pytest.mark.parametrize(("schema", "origin"), [("neonkit", Origin.NEONKIT), ("neon_auth", Origin.PLATFORM)])
def test_schemas_kept_by_others_are_marked(connection: Connection, schema: str, origin: Origin) -> None:
    empty = read_snapshot(connection)
    connection.exec_driver_sql(f"create schema {schema}; create table {schema}.t (id int primary key)")
    snapshot = read_snapshot(connection)
    marked = {thing.kind for thing in snapshot.objects.values() if thing.origin is origin}
    assert marked == {Kind.SCHEMA, Kind.TABLE, Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX}
    assert snapshot.hash == empty.hash


def test_roles_that_nothing_here_speaks_of_belong_to_the_cluster(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create role stranger; create role known; create role inner_role; grant inner_role to known"
    )
    connection.exec_driver_sql("grant create on schema public to known")
    roles = {role.name: role.origin for role in read_snapshot(connection).of(Role)}
    assert roles["stranger"] is Origin.CLUSTER
    assert roles["known"] is roles["inner_role"] is Origin.USER


def test_no_secret_leaves_the_server(base: Snapshot) -> None:
    assert base.of(Server)[0].options == ("host=h", "password=***")
    assert "hunter2" not in repr(base)


def test_the_census_counts_what_is_not_modelled(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create text search configuration mine (copy = simple);"
        "create operator family odd using btree;"
        "create function f() returns int language sql as 'select 1'"
    )
    census = read_snapshot(connection).census
    assert dict(census.not_modelled) == {"text search configuration": 1, "operator family": 1}
    assert not census.complete


def test_what_may_not_be_read_is_named(base: Snapshot) -> None:
    (sentence,) = base.census.not_visible
    assert "user mapping" in sentence


def test_a_catalog_that_is_closed_to_the_role_is_named_and_skipped(every_kind: Connection) -> None:
    every_kind.exec_driver_sql("revoke select on pg_catalog.pg_trigger from public; set local role kit_app")
    snapshot = read_snapshot(every_kind)
    assert not snapshot.of(Trigger)
    assert snapshot.of(Column)
    assert any("triggers" in sentence for sentence in snapshot.census.not_visible)


def test_a_valid_operator_class_is_spelled_only_where_it_is_not_the_default(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create domain code as varchar(4);"
        "create table t (a varchar, b char(3), c text[], d code, e inet, f int4range);"
        "create index i on t (a, b, d, e);"
        "create index o on t (a varchar_pattern_ops, b bpchar_pattern_ops, d text_pattern_ops);"
        "create index g on t using gin (c); create index s on t using gist (f, e inet_ops)"
    )
    found = {
        index.name: [key.operator_class for key in index.keys]
        for index in read_snapshot(connection).of(Index)
    }
    assert found["i"] == [None] * 4
    assert found["o"] == ["varchar_pattern_ops", "bpchar_pattern_ops", "text_pattern_ops"]
    assert found["g"] == [None]
    assert found["s"] == [None, "inet_ops"]


def test_partitions_point_at_what_they_come_from(base: Snapshot) -> None:
    part = Qualified("app", "events_2025")
    sources = {str(thing.key): str(thing.derived_from) for thing in base.parts(part).everything()}
    assert sources["column app.events_2025.at"] == "column app.events.at"
    assert sources["constraint app.events_2025.events_2025_pkey"] == "constraint app.events.events_pk"
    assert sources["constraint app.events_2025.events_kind_ck"] == "constraint app.events.events_kind_ck"
    assert sources["index app.events_2025_at_idx"] == "index app.events_at_ix"


def test_own_leaves_out_what_is_not_the_users(base: Snapshot) -> None:
    assert [schema.name for schema in base.own(Schema)] == ["app", "public"]


@pytest.mark.parametrize("name", [*LARGE, *SMALL, "server", "sizes", "dropped"])
@pytest.mark.parametrize("major", range(OLDEST_MAJOR, 19))
def test_queries_fit_every_major(name: str, major: int) -> None:
    text = query(name, major)
    assert "since" not in text
    wanted = {
        "conenforced": 18,
        "conperiod": 18,
        "confdelsetcols": 15,
        "indnullsnotdistinct": 15,
        "pubgencols": 18,
    }
    for column, first in wanted.items():
        assert (column in text) == (major >= first and column in query(name, 18))
    # No line of the newer form is left without its comma or with two.
    assert not re.search(r",\s*,|,\s*from\b", text)
