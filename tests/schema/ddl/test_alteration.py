"""Every single change of the base schema, made by our SQL in both directions; what is left out says so.

The tables hold rows. What the server did to them, files written anew and tables read, is held against what
the steps say that they cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from fixtures.schema_ddl import RoundTrip, cursor_at, drop_subscriptions, snapshot_of
from fixtures.single_changes import Case, cases
from sqlalchemy import Connection

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.ddl.alter import Alteration, Hazard, Step, alteration

CASES = list(cases())
ROWS = """
insert into app.users (email, name, born) values ('a@b', 'somebody', '2000-01-01');
insert into app.tasks (user_id, title, size, during) select id, 'first', 2, '[1,2)' from app.users;
insert into app.events (id, at, kind) values (1, '2025-05-05', 'a'), (2, '2027-01-01', 'b');
insert into app.base values (1, 'x');
insert into app.derived values (2, 'y', 3);
insert into app.scratch values ('k', '7');
"""
WORK = """
select c.oid, pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid) from pg_class as c
 where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'm')
"""
ORDER = list(Hazard)
APART = "drop constraint email_at"
"""The server refuses a savepoint behind it in the same transaction."""


def run(connection: Connection, sql: str) -> list[Any]:
    """Run without parameters, so that percent signs stay."""
    cursor = connection.connection.cursor()
    cursor.execute(sql)
    return list(cursor.fetchall()) if cursor.description else []


def work(connection: Connection) -> dict[int, tuple[int, int]]:
    """File and number of reads of each table."""
    return {oid: (file, reads) for oid, file, reads in run(connection, WORK)}


def closes(connection: Connection, found: Alteration, wanted: Snapshot, left_out: Iterable[str]) -> None:
    """The steps lead to the wanted snapshot, but for what they say; and they cost what they say."""
    assert {str(one.key) for one in found.left_out} == set(left_out)
    assert all(one.reason for one in found.left_out)
    before = work(connection)
    for step in found.steps:
        run(connection, step.sql)
    assert left_out or read_snapshot(connection).hash == wanted.hash
    costs_what_it_says(found, before, work(connection))


def costs_what_it_says(
    found: Alteration, before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]]
) -> None:
    """Whatever the server did was announced, and what was announced as certain happened."""
    stayed = before.keys() & after.keys()
    rewritten = any(before[oid][0] != after[oid][0] for oid in stayed)
    read = any(before[oid][1] != after[oid][1] for oid in stayed)
    gently = any(step.sql.startswith("REFRESH") or " VALIDATE " in step.sql for step in found.steps)
    said = {step.hazard for step in found.steps}
    reasons = " ".join(step.reason for step in found.steps)
    assert not rewritten or "written anew" in reasons or "rows are gone" in reasons
    assert not read or gently or "rows" in reasons or "index is built" in reasons
    assert Hazard.REWRITING not in said or rewritten or "may be" in reasons or "not known" in reasons
    assert Hazard.BLOCKING not in said or read or rewritten or "nobody can read" in reasons


@pytest.mark.older
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_a_single_change_is_made_and_taken_back(base: Snapshot, every_kind: Connection, case: Case) -> None:
    if base.server.major < case.since:
        pytest.skip(f"needs PostgreSQL {case.since}")
    if APART in case.sql:
        pytest.skip("has a database of its own below")
    run(every_kind, ROWS)
    run(every_kind, "savepoint before")
    run(every_kind, case.sql.replace("{database}", base.server.database))
    changed = read_snapshot(every_kind)
    closes(every_kind, alteration(changed, base), base, case.left_out_back)
    run(every_kind, "rollback to savepoint before")
    if "create role" in case.sql:
        run(every_kind, case.sql.partition(";")[0])
    closes(every_kind, alteration(base, changed), changed, case.left_out_there)


def test_the_change_that_takes_a_database_of_its_own(
    scratch: ScratchDatabases, build_every_kind: Callable[[DatabaseUrl], None]
) -> None:
    (case,) = (case for case in CASES if APART in case.sql)
    with scratch.create() as url:
        build_every_kind(url)
        before = snapshot_of(url)
        with cursor_at(url) as cursor:
            cursor.execute(case.sql)
            after = snapshot_of(url)
            for wanted in (before, after):
                found = alteration(snapshot_of(url), wanted)
                assert not found.left_out
                for step in found.steps:
                    cursor.execute(step.sql)
                assert snapshot_of(url).hash == wanted.hash


def test_from_nothing_to_all_pieces(scratch: ScratchDatabases, all_pieces: RoundTrip) -> None:
    with scratch.create() as url:
        found = alteration(snapshot_of(url), all_pieces.before)
        with cursor_at(url) as cursor:
            cursor.execute("set check_function_bodies = off")
            for step in found.steps:
                cursor.execute(step.sql)
        after = snapshot_of(url)
        drop_subscriptions(url, after)
    assert not found.left_out
    assert after.hash == all_pieces.before.hash


def test_equal_snapshots_need_no_step(base: Snapshot) -> None:
    assert alteration(base, base) == Alteration(())


def of_sql(steps: Iterable[Step], words: str) -> Step:
    """The step with these words."""
    return next(step for step in steps if words in step.sql)


@pytest.mark.parametrize(
    ("sql", "words", "hazard"),
    [
        ("drop table app.scratch", "DROP TABLE", Hazard.LOSING_DATA),
        ("alter table app.users drop column name cascade", "DROP COLUMN", Hazard.LOSING_DATA),
        ("alter table app.tasks alter column size type numeric(12, 2)", " TYPE ", Hazard.BLOCKING),
        (
            "drop view app.named; alter table app.users alter column name type varchar(90)",
            " TYPE ",
            Hazard.SAFE,
        ),
        ("alter table app.tasks alter column size type numeric(10, 4)", " TYPE ", Hazard.REWRITING),
        ("alter table app.tasks alter column size type numeric(9, 1)", " TYPE ", Hazard.LOSING_DATA),
        ("alter table app.scratch alter column v type integer using 1", " TYPE ", Hazard.REWRITING),
        ("create index extra on app.tasks (note)", "CREATE INDEX", Hazard.BLOCKING),
        ("alter table app.tasks add constraint c check (id > 0)", "CHECK", Hazard.BLOCKING),
        ("alter table app.tasks add constraint c check (id > 0) not valid", "CHECK", Hazard.SAFE),
        ("comment on table app.users is 'x'", "COMMENT", Hazard.SAFE),
        ("create table app.extra (id integer primary key)", "PRIMARY KEY", Hazard.SAFE),
        ("alter table app.users add column x integer not null default 1", "ADD COLUMN", Hazard.SAFE),
        ("alter table app.users add column x uuid default gen_random_uuid()", "ADD COLUMN", Hazard.REWRITING),
    ],
)
def test_steps_say_what_they_cost(
    base: Snapshot, every_kind: Connection, sql: str, words: str, hazard: Hazard
) -> None:
    run(every_kind, sql)
    assert of_sql(alteration(base, read_snapshot(every_kind)).steps, words).hazard is hazard
