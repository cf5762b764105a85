"""The listing names what the snapshot holds; a reading around one object says of it what a whole one says."""

from __future__ import annotations

from sqlalchemy import Connection

from toolkit.schema import Snapshot, describe, read_around, read_listing
from toolkit.schema.ddl import ddl
from toolkit.schema.objects import Key, Kind

LISTED = {
    Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.SEQUENCE, Kind.ENUM, Kind.DOMAIN,
    Kind.COMPOSITE, Kind.RANGE, Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE, Kind.EXTENSION,
}  # fmt: skip
SIZES = {"rows", "bytes"}


def test_it_names_what_the_snapshot_holds(base: Snapshot, every_kind: Connection) -> None:
    found = {one.key: one for one in read_listing(every_kind).objects}
    held = {key: thing for key, thing in base.objects.items() if key.kind in LISTED}
    assert set(found) == set(held)
    assert {key: one.origin for key, one in found.items()} == {key: one.origin for key, one in held.items()}
    assert {key.kind for key in found} == LISTED


def test_it_measures_few_and_estimates_many(connection: Connection) -> None:
    connection.exec_driver_sql("create table t (id integer primary key); insert into t values (1)")
    measured, estimated = read_listing(connection), read_listing(connection, measure=0)
    assert measured.measured
    assert not estimated.measured
    assert [one.total_bytes for one in measured.objects if one.key.path == ("public", "t")] == [3 * 8192]
    assert measured.counts == {"extension": 1, "table": 1}


def test_what_is_read_around_an_object_is_what_the_whole_snapshot_says(
    base: Snapshot, every_kind: Connection
) -> None:
    wanted = [one.key for one in read_listing(every_kind).objects if one.origin == "user"]
    assert len(wanted) > 20
    for key in wanted:
        if key.kind is not Kind.EXTENSION:
            near = read_around(every_kind, key)
            assert said(near, key) == said(base, key)
            assert ddl(near, only=key) == ddl(base, only=key)


def test_what_is_gone_is_not_in_it(connection: Connection) -> None:
    gone = Key(Kind.TABLE, ("public", "gone"))
    assert gone not in read_around(connection, gone).objects


def said(snapshot: Snapshot, key: Key) -> object:
    """A description without the figures that change by themselves."""
    found = describe(snapshot, key)
    facts = [fact for fact in found.facts if fact[0] not in SIZES]
    return facts, found.sections, found.comment, found.definition
