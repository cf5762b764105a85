"""A page as CSV is what COPY writes; a row can be read whole; what order an index gives is known."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import Connection

from toolkit.schema.objects import Qualified
from toolkit.schema.rows import (
    RowRequest,
    as_csv,
    columns_with_order,
    read_page,
    read_row,
    row_source,
    sorted_by,
)
from toolkit.schema.spelling import value_text

T = Qualified("public", "t")
HOSTILE = r"""
create table t (id integer primary key, "a ""quoted"", name" text, b bytea, j jsonb);
insert into t values
  (1, null, '\x00ff', '{"a": "[red]"}'), (2, '', null, null), (3, 'a,b', null, null), (4, '"', null, null),
  (5, e'two\nlines', null, null), (6, e'return\r', null, null), (7, '\.', null, null),
  (8, ' NULL ', null, null),
  (9, repeat('long ', 400), null, '[1]')
"""


ALONE = r"create table t (a text primary key); insert into t values (''), ('\.'), ('x'), ('a b')"


@pytest.mark.parametrize("tables", [HOSTILE, ALONE], ids=["several columns", "one column"])
def test_a_page_as_csv_is_what_copy_writes(connection: Connection, tables: str) -> None:
    connection.connection.cursor().execute(tables)
    copied = io.StringIO()
    driver = connection.connection.cursor()
    driver.copy_expert("copy (select * from t order by 1) to stdout (format csv, header)", copied)
    assert as_csv(read_page(connection, row_source(connection, T), RowRequest())) == copied.getvalue()


@pytest.mark.parametrize("sort", [(), ("-b",), ("id",)])
def test_a_row_is_read_whole_by_its_place(connection: Connection, sort: tuple[str, ...]) -> None:
    connection.connection.cursor().execute(HOSTILE)
    source = row_source(connection, T)
    request = RowRequest(sort=tuple(map(sorted_by, sort)), cell_limit=5)
    page = read_page(connection, source, request)
    whole = read_page(connection, source, RowRequest(sort=request.sort))
    assert page.cut
    assert [read_row(connection, source, request, place) for place in page.places] == list(whole.rows)
    connection.exec_driver_sql("delete from t")
    assert read_row(connection, source, request, page.places[0]) is None


def test_what_order_an_index_gives(connection: Connection) -> None:
    connection.connection.cursor().execute(
        'create table t (id integer primary key, a text, b text, c text collate "C", d text, e text, f text,'
        ' "%G" text);'
        "create index on t (a, b); create index on t using hash (b); create index on t (c desc);"
        "create index on t (d) where id > 0; create index on t (e text_pattern_ops);"
        'create index on t (f nulls first); create index on t (lower(b)); create index on t ("%G")'
    )
    assert columns_with_order(connection, T) == {"id", "a", "c", "%G"}


@pytest.mark.parametrize(
    ("value", "cut", "shown"),
    [
        (None, False, "NULL"),
        ("NULL", False, '"NULL"'),
        ("", False, ""),
        ("ab", True, "ab…"),
        ("x", False, "x"),
    ],
)
def test_cells(value: str | None, cut: bool, shown: str) -> None:
    assert value_text(value, cut=cut) == shown
