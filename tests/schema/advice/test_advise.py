"""The advice as a whole: what it lacks it says, what is not the user's it leaves out, any name is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, NullPool, create_engine, event

from toolkit.database import DatabaseUrl
from toolkit.findings import Report, Severity
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.advice import (
    AdviceSettings,
    UnknownRuleError,
    advise,
    read_statistics,
    rules,
)
from toolkit.sql.quoting import quote_identifier

TWO_TABLES = """
create table users (id bigint primary key, email varchar(320));
create table tasks (id bigint primary key, user_id integer references users, title text);
create index by_title on tasks (title);
create view open_tasks as select * from tasks;
create schema other;
create table other.notes (body text);
"""


CLOSED = "revoke create on schema public from public"
"""What PostgreSQL 15 made the default."""


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def advice(connection: Connection, *, only: str | None = None, about: str | None = None) -> Report:
    """The report with statistics, of one rule or all."""
    snapshot = read_snapshot(connection)
    settings = AdviceSettings(only=frozenset({only}) if only else frozenset())
    key = snapshot.find(about) if about else None
    return advise(snapshot, statistics=read_statistics(connection), settings=settings, about=key)


def subjects(report: Report) -> set[str]:
    return {finding.subject for finding in report.findings}


def test_an_empty_database_gets_no_advice(connection: Connection) -> None:
    connection.exec_driver_sql(CLOSED)
    report = advice(connection)
    assert report.findings == ()
    assert report.looked_at["tables"] == 0


def test_what_it_lacks_it_says(connection: Connection) -> None:
    connection.exec_driver_sql(TWO_TABLES)
    snapshot = read_snapshot(connection)
    report = advise(snapshot)
    silent = {unknown.rule: unknown.reason for unknown in report.unknowns}
    asked = [rule for rule in rules() if rule.since <= snapshot.server.major and not rule.opt_in]
    for rule in asked:
        if rule.needs_statistics:
            assert "statistics" in silent[rule.id]
        elif rule.needs_app_role:
            assert "role" in silent[rule.id]
        elif rule.needs_models:
            assert "models" in silent[rule.id]
        else:
            assert rule.id not in silent
    lacking = {
        rule.id for rule in rules() if rule.needs_statistics or rule.needs_app_role or rule.needs_models
    }
    assert not lacking & {finding.rule for finding in report.findings}


def test_young_statistics_call_nothing_unused(connection: Connection) -> None:
    connection.exec_driver_sql(TWO_TABLES)
    report = advice(connection, only="index-unused")
    assert report.findings == ()
    assert "14 days" in report.unknowns[0].reason


def test_the_worst_comes_first(connection: Connection) -> None:
    connection.exec_driver_sql(TWO_TABLES)
    severities = [finding.severity for finding in advice(connection).findings]
    assert severities == sorted(severities, reverse=True)
    assert severities[0] is Severity.ERROR


@pytest.mark.parametrize(
    ("about", "wanted", "unwanted"),
    [
        ("tasks", "public.tasks.user_id", "other.notes"),
        ("schema other", "other.notes", "public.tasks"),
        ("tasks.user_id", "public.tasks.user_id", "public.tasks"),
        ("notes", "other.notes", "public.tasks.user_id"),
    ],
)
def test_one_object_alone(connection: Connection, about: str, wanted: str, unwanted: str) -> None:
    connection.exec_driver_sql(TWO_TABLES)
    found = subjects(advice(connection, about=about))
    assert wanted in found
    assert unwanted not in found


def test_an_index_is_part_of_its_table(connection: Connection) -> None:
    connection.exec_driver_sql(TWO_TABLES + "create index by_title_too on tasks (title)")
    assert subjects(advice(connection, only="index-duplicate", about="tasks")) == {"public.by_title_too"}
    assert subjects(advice(connection, only="index-duplicate", about="users")) == set()


def test_named_rules_run_alone(connection: Connection) -> None:
    connection.exec_driver_sql(TWO_TABLES)
    assert {one.rule for one in advice(connection, only="missing-comment").findings} == {"missing-comment"}
    assert "missing-comment" not in {one.rule for one in advice(connection).findings}


def test_an_unknown_rule_gets_a_suggestion(connection: Connection) -> None:
    with pytest.raises(UnknownRuleError) as caught:
        advice(connection, only="fk-without-indexes")
    assert "fk-without-index" in (caught.value.hint or "")


def test_what_is_not_the_users_is_left_out(connection: Connection) -> None:
    connection.exec_driver_sql(CLOSED)
    connection.exec_driver_sql(
        """
        create extension pg_stat_statements schema public;
        create extension hstore;
        create schema neonkit; create table neonkit.journal (note json);
        create schema neon_auth; create table neon_auth.accounts (at timestamp);
        create table alembic_version (version_num varchar(32) not null);
        create temporary table scratch (at timestamp);
        """
    )
    assert {one.rule for one in advice(connection).findings} == {"extension-in-public"}


def test_the_reference_application_gets_no_error(demo_url: DatabaseUrl) -> None:
    with create_engine(demo_url.sqlalchemy, poolclass=NullPool).connect() as connection:
        connection.exec_driver_sql(CLOSED)
        snapshot, statistics = read_snapshot(connection), read_statistics(connection)
    settings = AdviceSettings(app_roles=("neonkit_demo_app",))
    report = advise(snapshot, statistics=statistics, settings=settings)
    assert report.at_least(Severity.WARNING) == ()
    assert report.looked_at["policies"] > 0
    assert "table-empty" not in {finding.rule for finding in report.findings}


def test_statistics_are_what_the_server_counted(connection: Connection) -> None:
    connection.exec_driver_sql(TWO_TABLES)
    connection.exec_driver_sql(
        """
        insert into users select n, null from generate_series(1, 500) n;
        insert into tasks select n, 1, 'one' from generate_series(1, 2000) n;
        create sequence used; select nextval('used'); create sequence unused;
        alter table users drop column email;
        """
    )
    connection.commit()
    connection.exec_driver_sql("analyze tasks")
    connection.commit()
    found = read_statistics(connection)
    counts_at_once = read_snapshot(connection).server.major >= 15
    tables = {str(name): one for name, one in found.tables.items()}
    assert tables["public.tasks"].rows == 2000
    assert tables["public.tasks"].pages > 5
    assert tables["public.tasks"].last_analyze is not None or not counts_at_once
    assert tables["public.users"].rows is None
    assert tables["public.users"].dropped_columns == 1
    assert found.columns["public", "tasks", "title"].distinct == 1
    assert {str(name): last for name, last in found.sequences.items()} == {"public.used": 1}
    assert {str(name) for name in found.indexes} == {
        "public.by_title",
        "public.tasks_pkey",
        "public.users_pkey",
    }
    assert {str(view): [*map(str, sources)] for view, sources in found.view_sources.items()} == {
        "public.open_tasks": ["public.tasks"]
    }
    assert found.age is not None
    assert found.stale_collations == {}


def test_the_number_of_statements_does_not_grow(connection: Connection) -> None:
    with statements(connection) as few:
        read_statistics(connection)
    connection.exec_driver_sql(
        ";".join(f"create table t{n} (id bigint primary key, a text)" for n in range(50))
    )
    with statements(connection) as many:
        read_statistics(connection)
    assert len(few) == len(many) <= 11


HOSTILE = (
    'a"b',
    "per%cent %s %(x)s",
    "semi;colon -- x",
    "ähm 🐘",
    "back\\slash",
    "quo'te",
    ":bind",
    "select",
    "Mixed Case",
    "x" * 63,
    "é" * 31,
    "a.b",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_goes_through_every_rule(connection: Connection, name: str) -> None:
    """One table of that name with columns, keys and indexes of that name; every fix that has SQL runs."""
    q = quote_identifier(name)
    role = quote_identifier(f"{name[:20]}!")
    cursor = connection.connection.cursor()
    cursor.execute(
        f"""
        create schema {q}; create role {role}; set search_path = {q}; grant usage on schema {q} to {role};
        create table {q} (id serial primary key, {q} text, user_id integer references {q}, done_at timestamp,
          status text, deleted_at timestamptz, "{"is_" + name.replace('"', "")[:20]}" text, doc json);
        create table parent ({q} integer primary key references {q} on delete cascade, payload json);
        create table child (id bigint, {q} integer references {q});
        create index on {q} ({q}); create index on {q} ({q});
        alter table {q} add constraint {q} check ({q} <> 'x') not valid;
        create policy {q} on {q} using ({q} = current_setting('app.user_id', true));
        create function {q}() returns int language plpgsql security definer as 'begin return 1; end';
        create view seen as select * from {q} where {q} <> '';
        grant select on {q}, seen to {role} with grant option;
        """
    )
    cursor.execute("reset search_path")
    snapshot = read_snapshot(connection)
    report = advise(
        snapshot,
        statistics=read_statistics(connection),
        settings=AdviceSettings(app_roles=(f"{name[:20]}!",), owner_columns=("user_id", name)),
    )
    assert len({finding.rule for finding in report.findings}) > 15
    assert_every_fix_runs(connection, snapshot, report)


def assert_every_fix_runs(connection: Connection, snapshot: Snapshot, report: Report) -> None:
    """Each finding's statements run by themselves, and are taken back."""
    cursor = connection.connection.cursor()
    ran = 0
    for finding in report.findings:
        cursor.execute("savepoint fix")
        for sql in finding.fix.sql if finding.fix else ():
            # What cannot run inside a transaction says so before it looks at names; without the word it can.
            cursor.execute(sql.replace(" CONCURRENTLY ", " "))
            ran += 1
        cursor.execute("rollback to savepoint fix")
    assert ran > 10


@pytest.mark.parametrize(
    "dependent",
    [
        "create view seen as select at from events",
        "create policy own on events using (at > '2025-01-01')",
        "alter table events add column day boolean generated always as (at > '2025-01-01') stored",
        (
            "create function f() returns trigger language plpgsql as 'begin return new; end';"
            " create trigger t before update of at on events for each row execute function f()"
        ),
        "alter table events add unique (at); create table others (at timestamp references events (at))",
    ],
)
def test_a_type_that_something_depends_on_is_not_changed_blindly(
    connection: Connection, dependent: str
) -> None:
    connection.exec_driver_sql(f"create table events (id bigint primary key, at timestamp); {dependent}")
    findings = [
        one
        for one in advice(connection, only="timestamp-without-tz").findings
        if one.subject == "public.events.at"
    ]
    assert [one.fix.sql for one in findings if one.fix] == [()]
    assert "taken away first" in findings[0].fix.text if findings[0].fix else False


def test_cascades_in_a_circle(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        create table a (id bigint primary key);
        create table b (id bigint primary key references a on delete cascade);
        alter table a add foreign key (id) references b on delete cascade;
        """
    )
    (finding,) = advice(connection, only="fk-cascade-chain-deep").findings
    assert "in a circle" in finding.sentence


def test_every_fix_runs_on_a_schema_of_every_kind(every_kind: Connection) -> None:
    snapshot = read_snapshot(every_kind)
    settings = AdviceSettings(app_roles=("kit_app",))
    report = advise(snapshot, statistics=read_statistics(every_kind), settings=settings)
    assert_every_fix_runs(every_kind, snapshot, report)


CAREFUL = {
    "table-without-primary-key": "create table a (x int); create table b () inherits (a)",
    "fk-self-reference-no-action": "create table a (id int primary key,"
    " up int references a on update cascade)",
    "serial-instead-of-identity": "create table a (id serial);"
    " create table b (id int default nextval('a_id_seq'))",
    "unique-over-nullable": "create table a (x int, y int, unique (x, y));"
    " create table b (x int, y int, foreign key (x, y) references a (x, y))",
}


@pytest.mark.parametrize("rule", CAREFUL)
def test_what_more_depends_on_is_left_to_a_person(connection: Connection, rule: str) -> None:
    connection.exec_driver_sql(CAREFUL[rule])
    found = [one for one in advice(connection, only=rule).findings if one.subject.startswith("public.a")]
    assert [one.fix.sql for one in found if one.fix] == [()]


def test_an_identity_goes_on_where_the_sequence_stood(connection: Connection) -> None:
    connection.exec_driver_sql("create table a (id serial primary key); select setval('a_id_seq', 41)")
    (finding,) = advice(connection, only="serial-instead-of-identity").findings
    for sql in finding.fix.sql if finding.fix else ():
        connection.exec_driver_sql(sql)
    assert connection.exec_driver_sql("insert into a default values returning id").scalar_one() == 42
