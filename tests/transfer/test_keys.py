"""Keys: kept or made anew, and every reference rewritten with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fixtures.transfer import Importer

DDL = """
CREATE TABLE users (id uuid PRIMARY KEY, name text);
CREATE TABLE tasks (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users,
    up uuid REFERENCES tasks, title text)
"""
NEW = {"to": "id", "assign": "uuid5"}
USERS = {"rows": "/users/*", "key": {"legacy": "@key", **NEW}, "columns": {"name": "name"}}
TASKS = {
    "rows": "/tasks/*",
    "key": {"legacy": "no", **NEW},
    "columns": {
        "user_id": {"ref": "users", "from": "owner"},
        "up": {"ref": "tasks", "from": "parent", "none": [0]},
        "title": "title",
    },
}
STORE = {
    "users": {"u1": {"name": "Ada"}, "u2": {"name": "Bob"}},
    "tasks": [
        {"no": 1, "owner": "u2", "parent": 2, "title": "a"},
        {"no": 2, "owner": "u1", "parent": 0, "title": "b"},
    ],
}


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    return importer


def test_new_keys_and_every_reference_to_them(target: Importer) -> None:
    assert target.load(STORE, {"users": USERS, "tasks": TASKS}).outcome == "loaded"
    joined = """SELECT t.title, u.name, p.title FROM tasks AS t JOIN users AS u ON u.id = t.user_id
                LEFT JOIN tasks AS p ON p.id = t.up ORDER BY t.title"""
    assert target.stored(joined) == [("a", "Bob", "b"), ("b", "Ada", None)]
    (first,), *_ = target.stored("SELECT id FROM users ORDER BY name")
    assert UUID(str(first)).version == 5


def test_the_same_keys_on_every_run(target: Importer) -> None:
    tables = {"users": USERS, "tasks": TASKS}
    target.load(STORE, tables)
    assert target.load(STORE, tables, mode="skip").outcome == "unchanged"


def test_a_parent_may_be_there_from_an_earlier_import(target: Importer) -> None:
    users: dict[str, Any] = {"users": STORE["users"], "tasks": []}
    target.load(users, {"users": USERS, "tasks": TASKS})
    tasks: dict[str, Any] = {"users": {}, "tasks": STORE["tasks"]}
    assert target.load(tasks, {"users": USERS, "tasks": TASKS}).outcome == "loaded"


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ({"owner": "u9"}, [("orphan", "user_id", "/tasks/0/owner")]),
        ({"owner": "u1", "parent": 9}, [("orphan", "up", "/tasks/0/parent")]),
        ({"owner": None}, [("null", "user_id", "/tasks/0/owner")]),
        ({"owner": ["u1"]}, [("wrong_type", "user_id", "/tasks/0/owner")]),
    ],
)
def test_references_to_nobody(
    target: Importer, task: dict[str, Any], told: list[tuple[str, str, str]]
) -> None:
    report = target.load({**STORE, "tasks": [{"no": 1, **task}]}, {"users": USERS, "tasks": TASKS})
    assert [(reject.code, reject.column, reject.pointer) for reject in report.rejects] == told


def test_a_kept_key_is_read_like_the_column_it_becomes(importer: Importer) -> None:
    importer.make("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a, at int)")
    tables = {
        "a": {"rows": "/*", "key": {"legacy": "id", "to": "id"}},
        "b": {"rows": "/*/kids/*", "columns": {"a": {"ref": "a", "from": "of"}, "at": "@index"}},
    }
    source = [{"id": 1.0, "kids": [{"of": 2}, {"of": 1}]}, {"id": 2, "kids": None}]
    assert importer.load(source, tables).outcome == "loaded"
    assert importer.stored("SELECT a, at FROM b ORDER BY at") == [(2, 0), (1, 1)]


def test_two_sections_fill_one_table(importer: Importer) -> None:
    importer.make("CREATE TABLE a (id int PRIMARY KEY, n int UNIQUE); CREATE TABLE b (a int REFERENCES a)")
    one = {"rows": "/one/*", "columns": {"id": "id", "n": "n"}}
    tables = {
        "a": one,
        "more": {**one, "into": "a", "rows": "/two/*"},
        "b": {"rows": "/b/*", "columns": {"a": {"ref": "a", "from": "@value"}}},
    }
    source = {"one": [{"id": 1, "n": 1}], "two": [{"id": 2, "n": 2}], "b": [1, 2]}
    report = importer.load(source, tables)
    assert [(line.table, line.inserted, line.after) for line in report.tables] == [
        ("a", 1, 2), ("more", 1, 2), ("b", 2, 2),
    ]  # fmt: skip
    clash = importer.load({"one": [{"id": 8, "n": 8}], "two": [{"id": 9, "n": 8}], "b": []}, tables)
    told = [(r.table, r.code, r.column, r.clashes_with) for r in clash.rejects]
    assert told == [
        ("a", "duplicate", "n", "memory /two/0"), ("more", "duplicate", "n", "memory /one/0")
    ]  # fmt: skip
