"""Changes that take more than one statement: types in use, circles, rows that are there, partitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from fixtures.schema_ddl import cursor_at, snapshot_of

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases
from toolkit.schema.ddl.alter import Alteration, Hazard, alteration, as_script
from toolkit.schema.diff import compare

CASES = {
    "an enum gets a label that a default uses": (
        "create type s.mood as enum ('a', 'c'); create table s.t (m s.mood)",
        "alter type s.mood add value 'b' before 'c'; alter table s.t alter column m set default 'b'",
    ),
    "an enum loses a label, under a view, a policy, a check, an index and a function": (
        (
            "create type s.mood as enum ('a', 'b', 'c');"
            "create table s.t (id integer primary key, m s.mood default 'a', ms s.mood[], check (m <> 'c'));"
            "create index t_ix on s.t (id) where m = 'a'; create view s.v as select m from s.t where m = 'a';"
            "create policy p on s.t using (m = 'a');"
            "create function s.f(s.mood) returns s.mood language sql as 'select $1';"
            "insert into s.t values (1, 'a')"
        ),
        (
            "drop function s.f; drop policy p on s.t; drop view s.v; drop index s.t_ix;"
            "alter table s.t drop constraint t_m_check, alter column m drop default;"
            "alter table s.t alter column m type text, alter column ms type text[]; drop type s.mood;"
            "create type s.mood as enum ('c', 'a');"
            "alter table s.t alter column m type s.mood using m::s.mood,"
            " alter column ms type s.mood[] using ms::s.mood[], alter column m set default 'a',"
            " add check (m <> 'c'); create index t_ix on s.t (id) where m = 'a';"
            "create view s.v as select m from s.t where m = 'a'; create policy p on s.t using (m = 'a');"
            "create function s.f(s.mood) returns s.mood language sql as 'select $1'"
        ),
    ),
    "a column gets another type under everything that reads it": (
        (
            "create table s.t (id integer primary key, n integer default 1 check (n > 0));"
            "create index t_ix on s.t ((n + 1)) where n > 2; create view s.v as select n from s.t;"
            "create view s.w as select * from s.v; create policy p on s.t using (n > 0);"
            "create materialized view s.m as select n from s.w; create unique index m_ix on s.m (n);"
            "insert into s.t values (1, 5)"
        ),
        (
            "drop materialized view s.m; drop view s.w, s.v; drop policy p on s.t;"
            "alter table s.t alter column n type bigint; create view s.v as select n from s.t;"
            "create view s.w as select * from s.v; create policy p on s.t using (n > 0);"
            "create materialized view s.m as select n from s.w; create unique index m_ix on s.m (n)"
        ),
    ),
    "a view and a function that stand on each other go": (
        "select 1",
        (
            "create table s.t (id integer); create view s.v as select id from s.t;"
            "create function s.f() returns setof s.v language sql stable as 'select * from s.v';"
            "create or replace view s.v as select id from s.t where exists (select from s.f())"
        ),
    ),
    "tables with foreign keys to each other go": (
        "select 1",
        (
            "create table s.t (id integer primary key, o integer); create table s.u (id integer primary key"
            " references s.t); alter table s.t add foreign key (o) references s.u"
        ),
    ),
    "a domain stands on another type": (
        (
            "create domain s.code as varchar(9) check (value <> ''); create table s.t (c s.code default 'x');"
            "insert into s.t values ('y')"
        ),
        (
            "alter table s.t alter column c drop default; alter table s.t alter column c type text;"
            "drop domain s.code; create domain s.code as text check (value <> '');"
            "alter table s.t alter column c type s.code, alter column c set default 'x'"
        ),
    ),
    "partitions change their bounds with each other": (
        (
            "create table s.t (a integer) partition by list (a);"
            "create table s.x partition of s.t for values in (1);"
            "create table s.y partition of s.t for values in (2); insert into s.x values (1)"
        ),
        (
            "delete from s.t; alter table s.t detach partition s.x; alter table s.t detach partition s.y;"
            "alter table s.t attach partition s.x for values in (2);"
            "alter table s.t attach partition s.y for values in (1)"
        ),
    ),
    "a partition stays and its parent goes": (
        (
            "create table s.t (a integer primary key, b text default 'x') partition by list (a);"
            "create table s.x partition of s.t for values in (1); insert into s.x values (1)"
        ),
        "alter table s.t detach partition s.x; drop table s.t",
    ),
}


@pytest.fixture
def url(scratch: ScratchDatabases, kit_roles: None) -> Iterator[DatabaseUrl]:
    """An empty database with a schema."""
    with scratch.create() as found:
        with cursor_at(found) as cursor:
            cursor.execute("create schema s")
        yield found


def run(cursor: Any, found: Alteration) -> None:
    """Each step commits."""
    cursor.execute("set check_function_bodies = off")
    for step in found.steps:
        cursor.execute(step.sql)


@pytest.mark.older
@pytest.mark.parametrize("case", CASES)
def test_it_goes_there_and_back(url: DatabaseUrl, case: str) -> None:
    first, then = CASES[case]
    with cursor_at(url) as cursor:
        cursor.execute(first)
        before = snapshot_of(url)
        for statement in then.split(";"):
            cursor.execute(statement)
        after = snapshot_of(url)
        for wanted in (before, after):
            found = alteration(snapshot_of(url), wanted)
            assert not found.left_out
            run(cursor, found)
            now = snapshot_of(url)
            assert not compare(now, wanted).changes
            assert now.hash == wanted.hash


def test_a_label_is_committed_before_something_uses_it(url: DatabaseUrl) -> None:
    first, then = CASES["an enum gets a label that a default uses"]
    with cursor_at(url) as cursor:
        cursor.execute(first)
        before = snapshot_of(url)
        for statement in then.split(";"):
            cursor.execute(statement)
    found = alteration(before, snapshot_of(url))
    assert [step.commit_after for step in found.steps] == [True, False]
    assert "-- Commit here" in as_script(found)


def test_a_required_column_of_a_filled_table_is_a_recipe(url: DatabaseUrl) -> None:
    with cursor_at(url) as cursor:
        cursor.execute("create table s.t (a integer); insert into s.t values (1)")
        before = snapshot_of(url)
        cursor.execute("delete from s.t; alter table s.t add column b integer not null")
        found = alteration(before, snapshot_of(url))
        add, require = found.steps
        assert (add.hazard, require.hazard) == (Hazard.SAFE, Hazard.BLOCKING)
        assert "fails where one holds a null" in require.reason
        cursor.execute("alter table s.t drop column b; insert into s.t values (1)")
        cursor.execute(add.sql)
        with pytest.raises(psycopg2.errors.NotNullViolation):
            cursor.execute(require.sql)
        cursor.execute("update s.t set b = 0")
        cursor.execute(require.sql)


def test_an_empty_alteration_is_an_empty_script(url: DatabaseUrl) -> None:
    found = snapshot_of(url)
    assert as_script(alteration(found, found)) == ""
