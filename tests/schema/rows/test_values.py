"""Values of rows: shown exactly, filtered by bound values only, never changed by looking."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.schema.objects import Qualified
from toolkit.schema.rows import (
    Equals,
    RowRequest,
    RowRequestError,
    RowsNotReadError,
    equals,
    read_page,
    row_source,
    sorted_by,
)

T = Qualified("public", "t")

VALUES = [
    ("bytea", r"'\x00ff'", r"\x00ff"),
    ("json", """'{"a":  1}'""", '{"a":  1}'),
    ("jsonb", """'{"b": 1, "a":  2}'""", '{"a": 2, "b": 1}'),
    ("text[]", """array['a,b', null, '"']""", r'{"a,b",NULL,"\""}'),
    ("text", r"e'tab\t bell\x07 \\ and '' quote'", "tab\t bell\x07 \\ and ' quote"),
    ("char(5)", "'ab'", "ab   "),
    ("date", "'0044-03-15 BC'", "0044-03-15 BC"),
    ("timestamptz", "'infinity'", "infinity"),
    ("numeric", "'NaN'", "NaN"),
    ("numeric", "12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890"),
    ("float8", "0.1::float8 + 0.2", "0.30000000000000004"),
    ("boolean", "true", "true"),
    ("interval", "'1 mon 2 days 03:04:05'", "1 mon 2 days 03:04:05"),
    ("int4range", "'[1,3)'", "[1,3)"),
    ("point", "'(1,2)'", "(1,2)"),
    ("text", "null", None),
    ("text", "''", ""),
]


@pytest.mark.parametrize(("type_", "literal", "wanted"), VALUES)
def test_a_value_is_the_servers_own_text_and_finds_itself(
    connection: Connection, type_: str, literal: str, wanted: str | None
) -> None:
    connection.connection.cursor().execute(f"create table t (v {type_}); insert into t select {literal}")
    source = row_source(connection, T)
    (row,) = read_page(connection, source, RowRequest()).rows
    assert row == (wanted,)
    found = read_page(connection, source, RowRequest(where=(Equals("v", wanted),)))
    assert found.rows == (row,)
    other = None if wanted is not None else "x"
    assert not read_page(connection, source, RowRequest(where=(Equals("v", other),))).rows


def test_a_value_is_never_read_as_sql(connection: Connection) -> None:
    connection.exec_driver_sql("create table t (\"a'b%%\" text); insert into t values ('x')")
    source = row_source(connection, T)
    for value in ("' or true --", "%(v0)s", "x'; drop table t; --", "\\"):
        assert not read_page(connection, source, RowRequest(where=(Equals("a'b%", value),))).rows
    assert read_page(connection, source, RowRequest(where=(equals(source, "a'b%=x"),))).rows == (("x",),)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a=1", Equals("a", "1")),
        ("A=1", Equals("a", "1")),
        ("a=", Equals("a", "")),
        ("a=b=c", Equals("a=b", "c")),
        ("a=x=c", Equals("a", "x=c")),
    ],
)
def test_column_equals_value(connection: Connection, text: str, wanted: Equals) -> None:
    connection.exec_driver_sql('create table t (a text, "a=b" text)')
    assert equals(row_source(connection, T), text) == wanted


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (RowRequest(where=(Equals("id", "one"),)), "invalid input syntax for type integer"),
        (RowRequest(where=(Equals("id", "99999999999"),)), "out of range"),
        (RowRequest(where=(Equals("nothing", "1"),)), "no readable column 'nothing'"),
        (RowRequest(where=(Equals("doc", "\0"),)), "NUL"),
        (RowRequest(sort=(sorted_by("-doc"),)), "have no order"),
        (RowRequest(size=0), "1 to 10,000"),
        (RowRequest(after="###"), "cursor is damaged"),
        (RowRequest(after="W10"), "cursor is damaged"),
        (RowRequest(after="WyJ4IiwiMSJd"), "another listing"),
    ],
)
def test_a_request_that_does_not_fit_is_told(connection: Connection, request_: RowRequest, says: str) -> None:
    connection.exec_driver_sql("create table t (id integer primary key, doc json)")
    with pytest.raises(RowRequestError) as refused:
        read_page(connection, row_source(connection, T), request_)
    assert says in refused.value.sentence


def test_long_values_are_cut_by_the_server(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table t (a text, b text); insert into t values (repeat('ä', 99), 'ab')"
    )
    page = read_page(connection, row_source(connection, T), RowRequest(cell_limit=2))
    assert page.rows == (("ää", "ab"),)
    assert page.cut == ((0, 0),)


def test_looking_changes_nothing(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table seen (n integer); create function look() returns integer language plpgsql"
        " as $$ begin insert into seen values (1); return 1; end $$; create view t as select look() as n"
    )
    connection.commit()
    with pytest.raises(DBAPIError, match="read-only transaction"):
        read_page(connection, row_source(connection, T), RowRequest())


def test_a_slow_page_is_cancelled(connection: Connection) -> None:
    connection.exec_driver_sql("create view t as select pg_sleep(30)::text")
    connection.commit()
    with pytest.raises(DBAPIError, match="statement timeout"):
        read_page(connection, row_source(connection, T), RowRequest(), timeout=0.05)
    connection.rollback()
    assert connection.exec_driver_sql("show statement_timeout").scalar_one() == "0"


def test_only_what_the_role_may_read(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create role peeker; create table t (id integer primary key, secret text);"
        "insert into t values (1, 'x'); grant select (id) on t to peeker; set local role peeker"
    )
    source = row_source(connection, T)
    page = read_page(connection, source, RowRequest())
    assert page.rows == (("1",),)
    assert page.hidden == ("secret",)
    connection.exec_driver_sql("reset role; revoke select (id) on t from peeker; set local role peeker")
    with pytest.raises(RowsNotReadError, match="none of its columns"):
        row_source(connection, T)


def test_a_failing_view_and_a_missing_table(connection: Connection) -> None:
    connection.exec_driver_sql("create view t as select 1 / (select 0) as n")
    with pytest.raises(RowsNotReadError, match="division by zero"):
        read_page(connection, row_source(connection, T), RowRequest())
    with pytest.raises(RowsNotReadError, match="no such relation"):
        row_source(connection, Qualified("public", "nothing"))
