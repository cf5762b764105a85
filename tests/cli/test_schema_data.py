"""`neonkit schema rows` and `neonkit schema sizes` as a shell runs them."""

from __future__ import annotations

import re

import pytest
from fixtures.command_line import Neonkit
from sqlalchemy import Connection

from toolkit.database import DatabaseUrl

SCHEMA = r"""
create table notes (id integer primary key, body text, size integer);
insert into notes values (1, 'plain', 3), (2, null, 1), (3, 'NULL', 2), (4, e'two\nlines \x1b[31m', null);
insert into notes values (5, repeat('long', 40), 9);
create table "My ""odd"" Table" ("a b" text); insert into "My ""odd"" Table" values ('x');
create view wide as select * from notes order by id;
"""


@pytest.fixture
def url(connection: Connection, database_url: DatabaseUrl) -> str:
    """The URL of a database with rows."""
    connection.exec_driver_sql(SCHEMA)
    connection.commit()
    return database_url.reveal_plain()


def test_values_are_shown_literally(neonkit: Neonkit, url: str) -> None:
    lines = neonkit("schema", "rows", "notes", "--url", url).out.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["id", "body", "size"],
        ["1", "plain", "3"],
        ["2", "NULL", "1"],
        ["3", '"NULL"', "2"],
    ]
    assert r"two\nlines \x1b[31m" in lines[4]
    assert "long" * 15 + "\N{HORIZONTAL ELLIPSIS}" in lines[5]
    assert "long" * 40 in neonkit("schema", "rows", "notes", "--full", "--url", url).out


def test_pages_by_cursor(neonkit: Neonkit, url: str) -> None:
    first = neonkit("schema", "rows", "notes", "--sort", "-size", "--page-size", "3", "--url", url).out
    cursor = re.search(r"--after (\S+)$", first, re.MULTILINE)
    assert cursor is not None
    second = neonkit(
        "schema", "rows", "notes", "--sort", "-size", "--page-size", "3", "--after", cursor[1], "--url", url
    ).out
    ids = [line.split()[0] for line in first.splitlines()[1:4] + second.splitlines()[1:]]
    assert ids == ["4", "5", "1", "3", "2"]


def test_rows_as_json(neonkit: Neonkit, url: str) -> None:
    found = neonkit(
        "schema", "rows", "notes", "--where", "size=1", "--null", "body", "--json", "--url", url
    ).json
    assert found["rows"] == [["2", None, "1"]]
    assert found["columns"][0] == {"name": "id", "type": "integer", "not_null": True}
    assert found["next"] is None


def test_rows_as_csv(neonkit: Neonkit, url: str) -> None:
    found = neonkit("schema", "rows", "notes", "--where", "size=9", "--csv", "--url", url).out
    assert found == f"id,body,size\n5,{'long' * 40},9\n"


def test_a_hostile_name_and_a_view(neonkit: Neonkit, url: str) -> None:
    odd = neonkit("schema", "rows", '"My ""odd"" Table"', "--where", "a b=x", "--url", url)
    assert odd.out.splitlines() == ["a b", "x"]
    view = neonkit("schema", "rows", "wide", "--page-size", "2", "--url", url).out.splitlines()
    assert view[-2:] == ["there are more rows", "no key: there is only a first page"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["notes", "--where", "nothing=1"], 2, "E189"),
        (["notes", "--where", "id=x"], 2, "invalid input syntax"),
        (["nots"], 2, "public.notes"),
        (["notes", "--page-size", "0"], 2, "page-size"),
    ],
)
def test_what_cannot_be_asked_for(
    neonkit: Neonkit, url: str, arguments: list[str], code: int, says: str
) -> None:
    ran = neonkit("schema", "rows", *arguments, "--url", url)
    assert ran.code == code
    assert ran.out == ""
    assert says in ran.err


def test_a_slow_view_gives_way(neonkit: Neonkit, url: str, connection: Connection) -> None:
    connection.exec_driver_sql("create view slow as select pg_sleep(30)::text as nap")
    connection.commit()
    assert neonkit("schema", "rows", "slow", "--timeout", "0.1", "--url", url).code == 4


def test_sizes(neonkit: Neonkit, url: str, connection: Connection) -> None:
    connection.exec_driver_sql("analyze")
    connection.commit()
    out = neonkit("schema", "sizes", "--indexes", "--limit", "1", "--url", url).out
    lines = out.splitlines()
    assert lines[1].split()[:2] == ["public.notes", "~5"]
    assert any(line.startswith("notes_pkey") for line in lines)
    assert any(line.startswith("1 of 2 tables") for line in lines)
    assert "bloat: estimated" in lines[-1]
    found = neonkit("schema", "sizes", "--json", "--url", url).json
    assert [table["relation"] for table in found["tables"]] == [
        ["public", "notes"],
        ["public", 'My "odd" Table'],
    ]
    assert found["tables"][0]["bloat"]["bytes"] == 0
