"""Which relation a name means; and that no name, however odd, keeps its rows from being read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from toolkit.schema import read_snapshot
from toolkit.schema.errors import AmbiguousObjectError, UnknownObjectError
from toolkit.schema.objects import Qualified
from toolkit.schema.rows import RowRequest, Sorted, find_relation, read_page, row_source

HOSTILE = Path(__file__).parents[1] / "hostile.sql"
HOSTILE_ROLE = 'create role "ro=le ""x""/%, 🙂"'


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("t", Qualified("public", "t")),
        ("T", Qualified("public", "t")),
        ("a.t", Qualified("a", "t")),
        ("view v", Qualified("a", "v")),
        ('"x.y"', Qualified("public", "x.y")),
    ],
)
def test_a_name_is_understood(connection: Connection, name: str, wanted: Qualified) -> None:
    connection.exec_driver_sql(
        "create schema a; create table t (i int); create table a.t (i int); create view a.v as select 1 as i;"
        'create table "x.y" (i int)'
    )
    assert find_relation(connection, name) == wanted


def test_an_index_or_an_unclear_name_is_no_relation(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create schema a; create schema b; create table a.t (i int primary key); create table b.t (i int)"
    )
    with pytest.raises(AmbiguousObjectError):
        find_relation(connection, "t")
    with pytest.raises(UnknownObjectError):
        find_relation(connection, "t_pkey")


def test_hostile_names_are_found_and_read(connection: Connection) -> None:
    # A cursor of the driver's own: without parameters it leaves percent signs alone.
    raw = connection.connection.cursor()
    raw.execute(HOSTILE_ROLE)
    raw.execute(HOSTILE.read_text("utf-8"))
    relations = read_snapshot(connection).relations
    assert len(relations) > 1
    for relation in relations:
        assert find_relation(connection, str(relation)) == relation
        source = row_source(connection, relation)
        order = tuple(Sorted(column.name) for column in source.columns if column.comparable)
        assert read_page(connection, source, RowRequest(sort=order)).columns == source.columns
