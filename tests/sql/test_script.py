"""Scripts into statements: places, comments, errors."""

from __future__ import annotations

import pytest

from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.parse import parse_script, parse_statement

SCRIPT = """-- first the é
/* a /* nested */ comment */ create table "naïve" (id int); ;
  select 'a;b', $$ ; $$
  , 1; -- between
drop table x"""


def test_a_script_becomes_statements_with_places() -> None:
    statements = parse_script(SCRIPT)
    assert [(one.line, one.column, one.node_type) for one in statements] == [
        (2, 30, "CreateStmt"),
        (3, 3, "SelectStmt"),
        (5, 1, "DropStmt"),
    ]
    assert all(SCRIPT[one.start : one.end] == one.text for one in statements)
    assert statements[2].text == "drop table x"


@pytest.mark.parametrize("script", ["", " \n", "-- nothing", ";;", "/* nothing */ ;"])
def test_an_empty_script_has_no_statements(script: str) -> None:
    assert parse_script(script) == ()


@pytest.mark.parametrize(
    ("script", "line", "column"),
    [
        ("selec 1", 1, 1),
        ("select 'é';\n  selec 2", 2, 3),
        ("select 1;\nalter table ö add columm x int y", 2, 28),
        ("select (1", 1, 10),
    ],
)
def test_what_does_not_parse_is_told_with_its_place(script: str, line: int, column: int) -> None:
    with pytest.raises(SqlSyntaxError) as refused:
        parse_script(script)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert f"line {line}, column {column}" in refused.value.sentence


def test_one_statement_is_one_statement() -> None:
    with pytest.raises(SqlSyntaxError, match="expected one statement, found 2"):
        parse_statement("select 1; select 2")
