"""Pages of rows: whatever the key and the order, all pages together are all rows, each once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine

from toolkit.database.scratch import ScratchDatabases
from toolkit.schema.objects import Qualified
from toolkit.schema.rows import RowPage, RowRequest, read_page, row_source, sorted_by
from toolkit.schema.rows.cursor import decode
from toolkit.schema.rows.request import order_of
from toolkit.schema.rows.statement import Statement

TABLES = """
create extension citext;
create type mood as enum ('low', 'high', 'mid');
create type pair as (a integer, b text);
create domain code as varchar(3) check (value <> 'zzzz');
create table single (id bigint primary key, n integer, f float8, m mood, p pair);
insert into single select
  i, nullif(i % 5, 0), case i % 4 when 0 then 'NaN'::float8 when 1 then 'infinity' else i end,
  (enum_range(null::mood))[i % 4], (nullif(i % 3, 0), null)::pair from generate_series(1, 40) i;
create table several (a integer, b text collate "C", c code, primary key (a, b, c));
insert into several select i % 3, chr(65 + i % 7), 'x' || i % 4 from generate_series(1, 60) i
  on conflict do nothing;
create table folded (name citext primary key, "100% ""odd"" one" text not null unique);
insert into folded select chr(65 + (i * 7) % 26 + (i % 2) * 32) || i, i from generate_series(1, 30) i;
create table keyless (n integer, j json);
insert into keyless select i % 3, '{"a": 1}' from generate_series(1, 20) i;
create table parted (id integer, at date, primary key (id, at)) partition by range (at);
create table parted_old partition of parted for values from (minvalue) to ('2020-01-01');
create table parted_new partition of parted default;
insert into parted select i, date '2010-01-01' + i * 300 from generate_series(1, 30) i;
create table parted_keyless (id integer) partition by hash (id);
create table parted_0 partition of parted_keyless for values with (modulus 2, remainder 0);
create table parted_1 partition of parted_keyless for values with (modulus 2, remainder 1);
insert into parted_keyless select i % 9 from generate_series(1, 30) i;
create table mother (id integer primary key);
create table child () inherits (mother);
insert into mother select i from generate_series(1, 10) i;
insert into child select i % 5 from generate_series(1, 20) i;
create materialized view frozen as select * from single;
"""


@pytest.fixture(scope="module")
def tables_engine(scratch: ScratchDatabases) -> Iterator[Engine]:
    """A database with tables of many shapes, that the tests of this module only read."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy, poolclass=NullPool)
        with engine.begin() as connection:
            connection.connection.cursor().execute(TABLES)
        yield engine


@pytest.fixture
def tables(tables_engine: Engine) -> Iterator[Connection]:
    """A connection to it."""
    with tables_engine.connect() as connection:
        yield connection


def all_pages(connection: Connection, name: str, size: int, *sort: str) -> list[RowPage]:
    """Every page, first to last."""
    source = row_source(connection, Qualified("public", name))
    order = tuple(map(sorted_by, sort))
    pages = [read_page(connection, source, RowRequest(sort=order, size=size))]
    while pages[-1].next is not None:
        assert len(pages) < 100
        pages.append(read_page(connection, source, RowRequest(sort=order, size=size, after=pages[-1].next)))
    return pages


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("single", ()),
        ("single", ("n",)),
        ("single", ("-n",)),
        ("single", ("-f", "m")),
        ("single", ("m", "-id")),
        ("single", ("p",)),
        ("single", ("-p", "f")),
        ("several", ()),
        ("several", ("-c", "a")),
        ("folded", ()),
        ("folded", ("-name",)),
        ("folded", ('100% "odd" one',)),
        ("keyless", ()),
        ("keyless", ("-n",)),
        ("parted", ()),
        ("parted", ("-at",)),
        ("parted_keyless", ()),
        ("mother", ()),
        ("mother", ("-id",)),
        ("frozen", ()),
        ("frozen", ("-n",)),
    ],
)
def test_pages_together_are_all_rows_in_order(
    tables: Connection, name: str, sort: tuple[str, ...], size: int
) -> None:
    (whole,) = all_pages(tables, name, 1000, *sort)
    pages = all_pages(tables, name, size, *sort)
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert len(whole.rows) == tables.exec_driver_sql(f"select count(*) from {name}").scalar_one()
    assert all(len(page.rows) == size for page in pages[:-1])
    assert all(page.more for page in pages[:-1])
    assert not pages[-1].more


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("single", ["id"]),
        ("several", ["a", "b", "c"]),
        ("keyless", ["ctid"]),
        ("parted", ["id", "at"]),
        ("parted_keyless", ["tableoid", "ctid"]),
        ("mother", ["id", "tableoid", "ctid"]),
        ("frozen", ["ctid"]),
    ],
)
def test_what_tells_rows_apart(tables: Connection, name: str, place: list[str]) -> None:
    source = row_source(tables, Qualified("public", name))
    assert [column.name for column in source.place] == place
    assert (source.note is None) is (place[-1] != "ctid" or name == "mother")


@pytest.mark.parametrize(
    "index",
    [
        "create unique index on t (n)",
        "create unique index on t (a) where a > 3",
        "create unique index on t ((a + 1))",
        'create unique index on t (s collate "C")',
        "create unique index on t (s text_pattern_ops)",
    ],
)
def test_an_index_that_may_not_tell_rows_apart_is_no_key(connection: Connection, index: str) -> None:
    connection.exec_driver_sql(f"create table t (n integer, a integer not null, s text not null); {index}")
    assert [column.name for column in row_source(connection, Qualified("public", "t")).place] == ["ctid"]
    connection.exec_driver_sql("create unique index good on t (s)")
    assert [column.name for column in row_source(connection, Qualified("public", "t")).place] == ["s"]


def test_a_view_has_only_a_first_page(connection: Connection) -> None:
    connection.exec_driver_sql("create view v as select i from generate_series(1, 5) i")
    (page,) = all_pages(connection, "v", 3, "-i")
    assert page.rows == (("5",), ("4",), ("3",))
    assert page.more
    assert "first page" in (page.note or "")


def test_a_later_page_is_served_by_the_index(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table t (a integer, b integer, primary key (a, b));"
        "insert into t select i / 10, mod(i, 10) from generate_series(1, 50000) i; analyze t"
    )
    source = row_source(connection, Qualified("public", "t"))
    first = read_page(connection, source, RowRequest(size=1000))
    order = order_of(source, RowRequest())
    statement = Statement(source, order)
    statement.behind(decode(first.next or "", source.relation, order))
    plan = "\n".join(
        row[0] for row in connection.exec_driver_sql(f"explain {statement.text(50)}", statement.values)
    )
    assert "Index Cond" in plan
    assert "Sort" not in plan
