"""What rules take from outside of the catalog: rows, models, roles and customs of the project."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import Connection

from toolkit.schema import read_snapshot
from toolkit.schema.advice import AdviceSettings, Declared, advise, read_largest, read_statistics


def test_a_sequence_behind_its_rows_is_seen_where_they_may_be_read(connection: Connection) -> None:
    connection.exec_driver_sql(
        'create table "a %%s:b" (id serial primary key); insert into "a %%s:b" values (41);'
        "create table b (id serial primary key); insert into b default values;"
        "create table empty (id serial primary key)"
    )
    snapshot, settings = read_snapshot(connection), AdviceSettings(only=frozenset({"sequence-behind-data"}))
    unread = advise(snapshot, statistics=read_statistics(connection), settings=settings)
    assert unread.findings == ()
    assert "not read" in unread.unknowns[0].reason
    largest = read_largest(connection, snapshot)
    assert largest == {("public", "a %s:b", "id"): 41, ("public", "b", "id"): 1}
    statistics = dataclasses.replace(read_statistics(connection), largest=largest)
    (finding,) = advise(snapshot, statistics=statistics, settings=settings).findings
    for sql in finding.fix.sql if finding.fix else ():
        connection.exec_driver_sql(sql.replace("%", "%%"))
    assert connection.exec_driver_sql('insert into "a %%s:b" default values returning id').scalar_one() == 42


def test_what_the_models_set_needs_no_trigger(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table a (updated_at timestamptz); create table b (updated_at timestamptz)"
    )
    settings = AdviceSettings(only=frozenset({"updated-at-without-trigger"}))
    declared = Declared(set_on_update=frozenset({("public", "a", "updated_at")}))
    report = advise(read_snapshot(connection), settings=settings, declared=declared)
    assert [finding.subject for finding in report.findings] == ["public.b.updated_at"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"foreign key": r"fk_%(table)s_%(referred_table)s"}, {"public.tasks.other_user"}),
        ({"foreign key": ".+", "constraint": "never"}, {"public.users.users_pkey"}),
        ({"index": r"ix_%(table)s_.+"}, {"public.tasks_by_user"}),
        ({"table": "[a-z]+s"}, {"public.person"}),
    ],
)
def test_names_follow_the_custom_of_the_project(
    connection: Connection, names: dict[str, str], told: set[str]
) -> None:
    connection.exec_driver_sql(
        "create table users (id int primary key); create table person (x int);"
        "create table tasks (a int constraint fk_tasks_users references users,"
        " b int constraint other_user references users);"
        "create index tasks_by_user on tasks (a); create index ix_tasks_b on tasks (b)"
    )
    settings = AdviceSettings(only=frozenset({"naming-inconsistent"}), names=names)
    report = advise(read_snapshot(connection), settings=settings)
    assert {finding.subject for finding in report.findings} == told


MORE = {
    "definer-function-public-execute": "create function f() returns int language sql security definer"
    " set search_path = '' as 'select 1'; revoke execute on function f from public;"
    " grant execute on function f to pg_monitor",
    "default-privileges-open": "alter default privileges grant select on tables to pg_monitor",
    "missing-audit-columns": "create table a (id int primary key, created_at text, updated_at timestamptz)",
    "fk-across-privilege-boundary": "create schema theirs; create table theirs.a (id int primary key);"
    " create table b (a int references theirs.a); alter table theirs.a owner to pg_database_owner",
}


@pytest.mark.parametrize("rule", MORE)
def test_what_else_it_speaks_of(connection: Connection, rule: str) -> None:
    connection.exec_driver_sql(MORE[rule])
    settings = AdviceSettings(only=frozenset({rule}), low_roles=("pg_monitor",))
    assert len(advise(read_snapshot(connection), settings=settings).findings) == 1
    connection.rollback()
    assert advise(read_snapshot(connection), settings=settings).findings == ()


def test_comments_all_or_nothing(connection: Connection) -> None:
    connection.exec_driver_sql("create table a (x int); create table b (x int)")
    settings = AdviceSettings(only=frozenset({"missing-comment"}), comment_all_or_nothing=True)
    assert advise(read_snapshot(connection), settings=settings).findings == ()
    connection.exec_driver_sql("comment on table a is 'one'")
    assert [each.subject for each in advise(read_snapshot(connection), settings=settings).findings] == [
        "public.b"
    ]
