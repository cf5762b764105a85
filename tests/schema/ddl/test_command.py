"""`neonkit schema ddl` as a shell runs it: only SQL on standard output, and it runs."""

from __future__ import annotations

import pytest
from fixtures.command_line import Neonkit
from fixtures.schema_ddl import cursor_at, snapshot_of

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases

SQL = """
create table users (id integer primary key, email text not null unique);
create table tasks (id serial primary key, user_id integer references users (id), title text default '100%');
create view open_tasks as select id, title from tasks;
create schema other;
create table other.things (a integer);
create policy own on tasks using (user_id = 1);
comment on table tasks is 'what to do; -- it says';
"""


@pytest.fixture
def url(database_url: DatabaseUrl) -> str:
    """The URL of a database with a few objects."""
    with cursor_at(database_url) as cursor:
        cursor.execute(SQL)
    return database_url.reveal_plain()


def test_the_script_makes_an_equal_database(
    neonkit: Neonkit, url: str, database_url: DatabaseUrl, scratch: ScratchDatabases
) -> None:
    ran = neonkit("schema", "ddl", "--url", url)
    assert ran.code == 0
    with scratch.create() as empty:
        with cursor_at(empty) as cursor:
            cursor.execute(ran.out)
        assert snapshot_of(empty).hash == snapshot_of(database_url).hash


def test_one_object_with_what_stands_on_it(neonkit: Neonkit, url: str) -> None:
    lines = neonkit("schema", "ddl", "tasks", "--url", url).out
    for wanted in (
        "CREATE TABLE public.tasks",
        "PRIMARY KEY (id)",
        "CREATE POLICY own",
        "OWNED BY",
        "COMMENT ON",
    ):
        assert wanted in lines
    for other in ("TABLE public.users (", "VIEW", "SCHEMA", "SET search_path"):
        assert other not in lines


def test_a_schema_with_all_that_is_in_it(neonkit: Neonkit, url: str) -> None:
    out = neonkit("schema", "ddl", "other", "--url", url).out
    assert "CREATE SCHEMA other;" in out
    assert "CREATE TABLE other.things" in out
    assert "public" not in out


def test_a_column_is_added(neonkit: Neonkit, url: str) -> None:
    out = neonkit("schema", "ddl", "tasks.title", "--url", url).out
    assert out == "ALTER TABLE public.tasks ADD COLUMN title text DEFAULT '100%'::text;\n"


def test_statements_as_json(neonkit: Neonkit, url: str) -> None:
    found = neonkit("schema", "ddl", "other.things", "--json", "--url", url).json
    assert found[0] == {
        "object": "table other.things",
        "sql": "CREATE TABLE other.things (\n  a integer\n)",
    }


def test_an_unknown_object(neonkit: Neonkit, url: str) -> None:
    ran = neonkit("schema", "ddl", "thinks", "--url", url)
    assert ran.code == 2
    assert ran.out == ""
    assert "things" in ran.err
