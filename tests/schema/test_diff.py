"""Comparisons: what follows from what, what may be a rename, what was left out, what other majors write."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.diff import SchemaDiff, compare
from toolkit.schema.objects import Column, Grant, Key, Kind, NotNull, Origin, SchemaObject, Table, View


def after(connection: Connection, base: Snapshot, sql: str) -> SchemaDiff:
    """What leads from the base schema to the one after some SQL."""
    connection.exec_driver_sql(sql)
    return compare(base, read_snapshot(connection))


def test_a_database_is_equal_to_itself(base: Snapshot) -> None:
    found = compare(base, base)
    assert found.equal
    assert not found.renames


def test_followers_are_named_under_what_they_follow(base: Snapshot, every_kind: Connection) -> None:
    (change,) = after(every_kind, base, "drop table app.scratch").changes
    assert {str(key) for key in change.followers} == {
        "column app.scratch.k",
        "column app.scratch.v",
        "constraint app.scratch.scratch_pkey",
        "index app.scratch_pkey",
    }


def test_inherited_changes_follow_their_parent(base: Snapshot, every_kind: Connection) -> None:
    (change,) = after(every_kind, base, "alter table app.events alter column kind set default 'x'").changes
    assert {str(key) for key in change.followers} == {
        "column app.events_2025.kind",
        "column app.events_rest.kind",
    }


def test_a_child_that_changes_otherwise_stands_for_itself(base: Snapshot, every_kind: Connection) -> None:
    found = after(
        every_kind,
        base,
        "alter table only app.events alter column kind set default 'x';"
        "alter table app.events_2025 alter column kind set default 'y'",
    )
    assert [str(change.key) for change in found.changes] == [
        "column app.events.kind",
        "column app.events_2025.kind",
    ]


def test_equal_comments_on_a_table_and_its_column_are_two_changes(
    base: Snapshot, every_kind: Connection
) -> None:
    found = after(
        every_kind, base, "comment on table app.scratch is 'x'; comment on column app.scratch.k is 'x'"
    )
    assert len(found.changes) == 2


@pytest.mark.parametrize(
    ("sql", "before", "renamed", "likeness"),
    [
        ("alter table app.scratch rename to scraps", "table app.scratch", "table app.scraps", 1.0),
        ("alter table app.base rename column b to beta", "column app.base.b", "column app.base.beta", 1.0),
        ("alter index app.tasks_user_ix rename to ix", "index app.tasks_user_ix", "index app.ix", 1.0),
        ("alter type app.span rename to spread", "range type app.span", "range type app.spread", None),
    ],
)
def test_renames_are_proposed(
    base: Snapshot, every_kind: Connection, sql: str, before: str, renamed: str, likeness: float | None
) -> None:
    candidates = {str(found.before): found for found in after(every_kind, base, sql).renames}
    assert str(candidates[before].after) == renamed
    if likeness is not None:
        assert candidates[before].likeness == likeness


def test_unlike_objects_are_no_rename(base: Snapshot, every_kind: Connection) -> None:
    found = after(every_kind, base, "drop table app.scratch; create table app.other (id integer primary key)")
    assert not [candidate for candidate in found.renames if candidate.before.kind is Kind.TABLE]


def test_what_was_left_out_is_counted(base: Snapshot) -> None:
    found = compare(base, base, leave_out={Kind.ROLE}, origins={Origin.USER})
    assert found.not_compared["kind role"] >= 2
    assert any("user mapping" in note for note in found.notes)


def of_major(snapshot: Snapshot, major: int, *changed: SchemaObject) -> Snapshot:
    """The snapshot as if another server had answered."""
    server = dataclasses.replace(snapshot.server, version_number=major * 10000)
    return dataclasses.replace(
        snapshot, server=server, objects={**snapshot.objects, **{thing.key: thing for thing in changed}}
    )


def renamed_not_null(base: Snapshot) -> SchemaObject:
    column = base.objects[Key(Kind.COLUMN, ("app", "tasks", "title"))]
    assert isinstance(column, Column)
    return dataclasses.replace(column, not_null=NotNull())


def without_maintain(base: Snapshot) -> SchemaObject:
    table = base.objects[Key(Kind.TABLE, ("app", "tasks"))]
    assert isinstance(table, Table)
    grants: tuple[Grant, ...] = tuple(grant for grant in table.grants if grant.privilege != "MAINTAIN")
    return dataclasses.replace(table, grants=grants)


@pytest.mark.parametrize("change", [renamed_not_null, without_maintain])
def test_what_only_newer_servers_know_is_no_difference_across_majors(
    base: Snapshot, change: Callable[[Snapshot], SchemaObject]
) -> None:
    if base.server.major < 18:
        pytest.skip("the server knows neither named NOT NULL nor MAINTAIN")
    thing = change(base)
    assert not compare(of_major(base, 18, thing), base).equal
    assert compare(of_major(base, 15, thing), base).equal


def test_texts_that_servers_write_are_marked_across_majors(base: Snapshot) -> None:
    view = base.objects[Key(Kind.VIEW, ("app", "named"))]
    assert isinstance(view, View)
    other = dataclasses.replace(view, definition=" SELECT users.id FROM app.users;", owner="somebody")
    (change,) = compare(of_major(base, base.server.major + 1, other), base).changes
    assert {part.attribute: part.rendering_only for part in change.attributes} == {
        "owner": False,
        "definition": True,
    }
