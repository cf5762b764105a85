"""Names with quotes, dots, percent signs, backslashes and emoji go through everything unharmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from toolkit.schema import Snapshot, describe, from_json, read_snapshot, to_json, tree
from toolkit.schema.diff import compare
from toolkit.schema.objects import Grant, Key, Kind, Qualified, Table, Trigger

SCHEMA = 'we.ird "schema" %s'
TABLE = Qualified(SCHEMA, 'Ta.ble "x" \\n 🙂')
ROLE = 'ro=le "x"/%, 🙂'


@pytest.fixture
def hostile(connection: Connection) -> Snapshot:
    quoted = ROLE.replace('"', '""')
    # Without parameters the driver leaves percent signs alone.
    raw = connection.connection.cursor()
    raw.execute(f'create role "{quoted}"')
    raw.execute(Path(__file__).with_name("hostile.sql").read_text("utf-8"))
    return read_snapshot(connection)


def test_names_are_kept_as_they_are(hostile: Snapshot) -> None:
    table = hostile.relation(TABLE)
    assert isinstance(table, Table)
    assert table.comment == 'line one\nline "two" \\ % 🙂'
    columns = [column.name for column in hostile.parts(TABLE).columns]
    assert columns == [
        "select",
        'A b"c.d',
        "%(name)s",
        "a_name_that_is_exactly_sixty_three_bytes_long_0123456789_abcdefg"[:63],
    ]
    assert Grant(ROLE, "SELECT") in table.grants
    (foreign_key,) = hostile.parts(TABLE).foreign_keys
    assert foreign_key.references == TABLE


def test_the_condition_and_arguments_of_a_trigger_are_cut_out_right(hostile: Snapshot) -> None:
    (trigger,) = hostile.of(Trigger)
    assert trigger.condition == (
        """((old."A b""c.d" <> 'WHEN ('::text) OR (new."A b""c.d" = ') EXECUTE FUNCTION \\'::text))"""
    )
    assert trigger.arguments == ("a\\b", "", "%s 🙂")


def test_json_gives_them_back(hostile: Snapshot) -> None:
    again = from_json(to_json(hostile))
    assert compare(hostile, again).equal
    assert again.hash == hostile.hash


def test_every_object_can_be_found_by_its_own_name_and_described(hostile: Snapshot) -> None:
    for key in hostile.objects:
        if key.kind is not Kind.DATABASE:
            assert hostile.find(str(key)) == key
        assert describe(hostile, key).key == key
    assert tree(hostile)


def test_quoted_parts_are_split_where_a_person_means(hostile: Snapshot) -> None:
    wanted = Key(Kind.COLUMN, (*TABLE, 'A b"c.d'))
    assert hostile.find('"Ta.ble ""x"" \\n 🙂"."A b""c.d"') == wanted
