"""`neonkit schema` as a shell runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.command_line import Neonkit
from sqlalchemy import Connection

from toolkit.database import DatabaseUrl

SCHEMA = """
create table users (id integer primary key, email text not null unique);
create table tasks (
  id integer primary key, user_id integer not null references users (id) on delete cascade, title text
);
alter table tasks enable row level security;
create policy own on tasks using (user_id = 1);
comment on table tasks is 'what to do';
"""


@pytest.fixture
def url(connection: Connection, database_url: DatabaseUrl) -> str:
    """The URL of a database with two tables."""
    connection.exec_driver_sql(SCHEMA)
    connection.commit()
    return database_url.reveal_plain()


def differences(out: str) -> list[str]:
    """The lines but those on what was left out: the server's roles are not this test's."""
    return [line for line in out.splitlines() if not line.startswith("not compared")]


def test_summary_counts_and_lists(neonkit: Neonkit, url: str) -> None:
    ran = neonkit("schema", "summary", "--url", url)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "2 tables, 5 columns" in lines[1]
    (tasks,) = [line.split() for line in lines if line.startswith("public.tasks")]
    assert tasks[-5:] == ["3", "1", "1", "1", "enabled"]


def test_summary_as_json(neonkit: Neonkit, url: str) -> None:
    found = neonkit("schema", "summary", "--json", "--url", url).json
    assert found["counts"]["table"] == 2
    assert [table["name"] for table in found["tables"]] == ["tasks", "users"]
    assert found["tables"][0]["row_security"] == "enabled"
    assert found["measured"] is True
    assert len(found["hash"]) == 32


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "tasks",
            ["table public.tasks", "what to do", "foreign key (user_id) references public.users (id)", "own"],
        ),
        ("public.tasks.title", ["column public.tasks.title", "text"]),
        ("index users_pkey", ["index public.users_pkey", "btree"]),
        ("tasks.own", ["policy public.tasks.own", "(user_id = 1)"]),
        ("users", ["referenced by", "tasks_user_id_fkey"]),
    ],
)
def test_show_one_object(neonkit: Neonkit, url: str, name: str, wanted: list[str]) -> None:
    ran = neonkit("schema", "show", name, "--url", url)
    assert ran.code == 0
    for text in wanted:
        assert text in ran.out


def test_show_without_a_name_is_the_summary(neonkit: Neonkit, url: str) -> None:
    assert neonkit("schema", "show", "--url", url).out == neonkit("schema", "summary", "--url", url).out


def test_an_unknown_name_gets_a_suggestion(neonkit: Neonkit, url: str) -> None:
    ran = neonkit("schema", "show", "taks", "--url", url)
    assert ran.code == 2
    assert ran.out == ""
    assert "E185" in ran.err
    assert "public.tasks" in ran.err


def test_a_name_of_several_objects_lists_them(neonkit: Neonkit, url: str) -> None:
    ran = neonkit("schema", "show", "id", "--url", url)
    assert ran.code == 2
    assert "E186" in ran.err
    assert "column public.tasks.id" in ran.err
    assert "column public.users.id" in ran.err


def test_tree(neonkit: Neonkit, url: str) -> None:
    full = neonkit("schema", "tree", "--url", url).out
    assert "    tasks  3 columns" in full
    assert "        title  text" in full
    brief = neonkit("schema", "tree", "--brief", "--url", url).out
    assert "    tasks  3 columns" in brief
    assert "title" not in brief


def test_a_snapshot_is_stable_and_compares_equal(neonkit: Neonkit, url: str, folder: Path) -> None:
    first = neonkit("schema", "snapshot", "--url", url)
    assert first.out == neonkit("schema", "snapshot", "--url", url).out
    (folder / "before.json").write_text(first.out, "utf-8")
    same = neonkit("schema", "diff", "before.json", "--url", url)
    assert same.code == 0
    assert differences(same.out) == ["No difference."]


def test_diff_of_a_file_and_the_database(
    neonkit: Neonkit, url: str, folder: Path, connection: Connection
) -> None:
    (folder / "before.json").write_text(neonkit("schema", "snapshot", "--url", url).out, "utf-8")
    connection.exec_driver_sql(
        "alter table tasks force row level security; alter table users drop column email"
    )
    connection.commit()
    ran = neonkit("schema", "diff", "before.json", "live", "--url", url)
    assert ran.code == 5
    assert differences(ran.out) == [
        "~ table public.tasks",
        "    row security forced: no -> yes",
        "- column public.users.email (and 2 objects with it)",
    ]
    found = neonkit("schema", "diff", "before.json", "--json", "--url", url).json
    (change, _) = found["changes"]
    assert change["attributes"][0] == {
        "attribute": "row_security_forced",
        "before": False,
        "after": True,
        "rendering_only": False,
    }


def test_diff_of_two_databases(neonkit: Neonkit, url: str, server: object) -> None:
    other = url.rsplit("/", 1)[0] + "/postgres"
    ran = neonkit("schema", "diff", url, other)
    assert ran.code == 5
    assert "- table public.tasks" in ran.out


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), ("{}", "does not say"), ("{", "not JSON")]
)
def test_what_is_no_snapshot_is_an_error(
    neonkit: Neonkit, url: str, folder: Path, content: str | None, reason: str
) -> None:
    if content is not None:
        (folder / "other.json").write_text(content, "utf-8")
    ran = neonkit("schema", "diff", "other.json", "--url", url)
    assert ran.code == 2
    assert "E187" in ran.err
    assert reason in ran.err


def test_diagram(neonkit: Neonkit, url: str) -> None:
    ran = neonkit("schema", "diagram", "tasks", "--url", url)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "erDiagram"
    assert 't1_users ||--o{ t0_tasks : "user_id"' in ran.out
    assert neonkit("schema", "diagram", "--dot", "--url", url).out.startswith("digraph schema {")
