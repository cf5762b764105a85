"""Renames that the caller gives: `ALTER ... RENAME`, nothing dropped, and the wanted snapshot afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.ddl.alter import Hazard, alteration
from toolkit.schema.ddl.alter.errors import NotARenameError
from toolkit.schema.objects import Key, Kind


def key(kind: Kind, *path: str) -> Key:
    """A key by its names."""
    return Key(kind, path)


RENAMES = [
    (
        "alter table app.users rename to people",
        [(key(Kind.TABLE, "app", "users"), key(Kind.TABLE, "app", "people"))],
    ),
    (
        "alter table app.tasks rename column user_id to owner_id",
        [(key(Kind.COLUMN, "app", "tasks", "user_id"), key(Kind.COLUMN, "app", "tasks", "owner_id"))],
    ),
    (
        "alter table app.users rename to people; alter table app.people rename column name to full_name",
        [
            (key(Kind.COLUMN, "app", "users", "name"), key(Kind.COLUMN, "app", "people", "full_name")),
            (key(Kind.TABLE, "app", "users"), key(Kind.TABLE, "app", "people")),
        ],
    ),
    (
        "alter table app.events rename column kind to sort",
        [(key(Kind.COLUMN, "app", "events", "kind"), key(Kind.COLUMN, "app", "events", "sort"))],
    ),
    (
        "alter table app.base rename column b to beta",
        [(key(Kind.COLUMN, "app", "base", "b"), key(Kind.COLUMN, "app", "base", "beta"))],
    ),
    (
        "alter type app.status rename to state",
        [(key(Kind.ENUM, "app", "status"), key(Kind.ENUM, "app", "state"))],
    ),
    (
        "alter type app.status rename value 'done' to 'closed'",
        [(key(Kind.ENUM, "app", "status", "done"), key(Kind.ENUM, "app", "status", "closed"))],
    ),
    (
        "alter domain app.email rename to mail",
        [(key(Kind.DOMAIN, "app", "email"), key(Kind.DOMAIN, "app", "mail"))],
    ),
    (
        "alter table app.tasks rename constraint tasks_size_ck to ck",
        [(key(Kind.CONSTRAINT, "app", "tasks", "tasks_size_ck"), key(Kind.CONSTRAINT, "app", "tasks", "ck"))],
    ),
    (
        "alter index app.tasks_user_ix rename to ix",
        [(key(Kind.INDEX, "app", "tasks_user_ix"), key(Kind.INDEX, "app", "ix"))],
    ),
    (
        "alter sequence app.ticket rename to number",
        [(key(Kind.SEQUENCE, "app", "ticket"), key(Kind.SEQUENCE, "app", "number"))],
    ),
    (
        "alter function app.touch() rename to stamp",
        [(key(Kind.FUNCTION, "app", "touch()"), key(Kind.FUNCTION, "app", "stamp()"))],
    ),
    (
        "alter policy tasks_own on app.tasks rename to own",
        [(key(Kind.POLICY, "app", "tasks", "tasks_own"), key(Kind.POLICY, "app", "tasks", "own"))],
    ),
    (
        "alter view app.named rename to names",
        [(key(Kind.VIEW, "app", "named"), key(Kind.VIEW, "app", "names"))],
    ),
    ("alter schema app rename to shop", [(key(Kind.SCHEMA, "app"), key(Kind.SCHEMA, "shop"))]),
    (
        "create schema extra; alter table app.scratch set schema extra",
        [(key(Kind.TABLE, "app", "scratch"), key(Kind.TABLE, "extra", "scratch"))],
    ),
]


@pytest.mark.older
@pytest.mark.parametrize(("sql", "renames"), RENAMES, ids=[sql[:60] for sql, _ in RENAMES])
def test_a_rename_is_made_and_nothing_is_lost(
    base: Snapshot, every_kind: Connection, sql: str, renames: list[tuple[Key, Key]]
) -> None:
    every_kind.exec_driver_sql("savepoint before")
    every_kind.exec_driver_sql(sql)
    wanted = read_snapshot(every_kind)
    every_kind.exec_driver_sql("rollback to savepoint before")
    if "create schema" in sql:
        every_kind.exec_driver_sql("create schema extra")
    found = alteration(read_snapshot(every_kind), wanted, renames=renames)
    for step in found.steps:
        every_kind.connection.cursor().execute(step.sql)
    assert any(" RENAME " in step.sql or " SET SCHEMA " in step.sql for step in found.steps)
    assert found.hazard is not Hazard.LOSING_DATA
    assert not found.left_out
    assert read_snapshot(every_kind).hash == wanted.hash


def test_a_candidate_is_not_taken_by_itself(base: Snapshot, every_kind: Connection) -> None:
    every_kind.exec_driver_sql("alter table app.scratch rename to scraps")
    found = alteration(base, read_snapshot(every_kind))
    assert not any(" RENAME " in step.sql for step in found.steps)
    assert found.hazard is Hazard.LOSING_DATA


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (key(Kind.TABLE, "app", "users"), key(Kind.VIEW, "app", "named"), "different kinds"),
        (key(Kind.TABLE, "app", "users"), key(Kind.TABLE, "app", "tasks"), "there before"),
        (key(Kind.TABLE, "app", "none"), key(Kind.TABLE, "app", "tasks"), "not there before"),
        (key(Kind.TABLE, "app", "users"), key(Kind.TABLE, "app", "none"), "not there afterwards"),
        (key(Kind.SERVER, "far"), key(Kind.SERVER, "near"), "made anew"),
    ],
)
def test_what_cannot_be_a_rename_is_refused(base: Snapshot, old: Key, new: Key, reason: str) -> None:
    with pytest.raises(NotARenameError) as caught:
        alteration(base, base, renames=[(old, new)])
    assert reason in caught.value.sentence
    assert caught.value.hint
