"""Keys drawn from a sequence: every reference is rewritten, in any order, to itself and in circles."""

from __future__ import annotations

import random
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.transfer import LoadOptions
from toolkit.transfer.errors import CycleError, MappingDoesNotFitError

SERIAL = {"to": "id", "assign": "serial"}
DDL = """
CREATE TABLE users (id serial PRIMARY KEY, name text, boss int REFERENCES users);
CREATE TABLE tasks (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES users,
    watchers int[], meta jsonb, title text);
"""
USERS: dict[str, Any] = {
    "rows": "/users/*",
    "key": {"legacy": "@key", **SERIAL},
    "columns": {"name": "name", "boss": {"ref": "users", "from": "boss", "none": ["", "0"]}},
}
TASKS: dict[str, Any] = {
    "rows": "/tasks/*",
    "key": {"legacy": "no", **SERIAL},
    "columns": {
        "user_id": {"ref": "users", "from": "owner"},
        "watchers": {"ref": "users", "from": "watchers"},
        "meta": {"from": "meta", "inside": {"/by": "users", "/seen/*": "users", "/task": "tasks"}},
        "title": "title",
    },
}
STORE: dict[str, Any] = {
    "users": {
        "u2": {"name": "Bob", "boss": "u1"},
        "u1": {"name": "Ada", "boss": "u1"},
        "u3": {"name": "Eve", "boss": "0"},
    },
    "tasks": [
        {
            "no": 7,
            "owner": "u1",
            "watchers": ["u3", None, "u2"],
            "meta": {"by": "u2", "x": 1.25},
            "title": "a",
        },
        {"no": "8", "owner": "u2", "watchers": None, "meta": {"seen": ["u1", "u3"], "task": 7}, "title": "b"},
    ],
}
BOSSES = "SELECT u.name, b.name FROM users AS u LEFT JOIN users AS b ON b.id = u.boss ORDER BY 1"


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    return importer


def test_every_reference_is_rewritten(target: Importer) -> None:
    target.make("SELECT setval('users_id_seq', 100); SELECT setval('tasks_id_seq', 500)")
    assert target.load(STORE, {"tasks": TASKS, "users": USERS}).outcome == "loaded"
    assert target.stored(BOSSES) == [("Ada", "Ada"), ("Bob", "Ada"), ("Eve", None)]
    watchers = "unnest(watchers) WITH ORDINALITY AS w(id, place)"
    names = f"SELECT array_agg(name ORDER BY place) FROM {watchers} LEFT JOIN users USING (id)"
    tasks = target.stored(
        f"SELECT title, u.name, ({names}), meta::text FROM tasks JOIN users AS u ON u.id = user_id ORDER BY 1"
    )
    ids = {name: number for number, name in target.stored("SELECT id, name FROM users")}
    assert min(ids.values()) == 101
    assert tasks == [
        ("a", "Ada", ["Eve", None, "Bob"], f'{{"x": 1.25, "by": {ids["Bob"]}}}'),
        ("b", "Bob", None, f'{{"seen": [{ids["Ada"]}, {ids["Eve"]}], "task": 501}}'),
    ]


def test_numbers_are_drawn_in_the_order_of_the_source_and_for_sound_rows_only(target: Importer) -> None:
    tables = {"users": USERS}
    bad = {"users": {"u1": {"name": 1}, "u2": {"name": "x"}}}
    assert target.load(bad, tables).outcome == "rejected"
    assert target.stored("SELECT last_value, is_called FROM users_id_seq") == [(1, False)]
    target.load({"users": {f"u{n}": {"name": f"{n:02}"} for n in range(12)}}, tables)
    assert target.stored("SELECT id FROM users ORDER BY name") == [(n,) for n in range(1, 13)]


def test_a_sequence_that_lags_behind_gives_other_numbers(target: Importer) -> None:
    target.make("INSERT INTO users (id, name) VALUES (2, 'old'), (3, 'old')")
    target.load({"users": {f"u{n}": {"name": str(n)} for n in range(3)}}, {"users": USERS})
    assert target.stored("SELECT id FROM users WHERE name <> 'old' ORDER BY 1") == [(1,), (4,), (5,)]


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ({"owner": "u9"}, ("orphan", "/tasks/0/owner")),
        ({"owner": "U1 "}, ("orphan", "/tasks/0/owner")),
        ({"owner": "u1", "watchers": ["u1", "u9"]}, ("orphan", "/tasks/0/watchers/1")),
        ({"owner": "u1", "watchers": "u1"}, ("wrong_type", "/tasks/0/watchers")),
        ({"owner": "u1", "meta": {"seen": ["u1", "zz"]}}, ("orphan", "/tasks/0/meta/seen/1")),
    ],
)
def test_references_to_nobody_are_told_to_the_element(
    target: Importer, task: dict[str, Any], told: tuple[str, str]
) -> None:
    source = {**STORE, "tasks": [{"no": 1, "title": "x", **task}]}
    report = target.load(source, {"users": USERS, "tasks": TASKS})
    assert [(reject.code, reject.pointer) for reject in report.rejects] == [told]
    if task["owner"] == "U1 ":
        assert "'u1' is there" in report.rejects[0].hint


def test_children_find_parents_by_place_without_legacy_keys(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE p (id serial PRIMARY KEY, n text); CREATE TABLE c (p int REFERENCES p, at int, v text)"
    )
    tables = {
        "p": {"rows": "/*", "key": SERIAL, "columns": {"n": "n"}},
        "c": {"rows": "/*/kids/*", "columns": {"p": {"parent": "p"}, "at": "@index", "v": "@value"}},
    }
    source = [{"n": "a", "kids": ["x", "y"]}, {"n": "b", "kids": ["z"]}]
    assert importer.load(source, tables).outcome == "loaded"
    assert importer.stored("SELECT n, at, v FROM c JOIN p ON p.id = c.p ORDER BY 1, 2") == [
        ("a", 0, "x"), ("a", 1, "y"), ("b", 0, "z"),
    ]  # fmt: skip


def test_the_same_legacy_key_twice_is_one_row_or_none(target: Importer) -> None:
    rows = [{"no": 1, "owner": "u1", "title": "a"}, {"no": "1", "owner": "u1", "title": "a"}]
    tables = {"users": USERS, "tasks": TASKS}
    same = target.load({**STORE, "tasks": rows}, tables, dry_run=True)
    assert (same.outcome, same.tables[1].merged) == ("rehearsed", 1)
    other = target.load({**STORE, "tasks": [*rows, {"no": 1.0, "owner": "u2", "title": "a"}]}, tables)
    assert [(told.code, told.ordinal) for told in other.rejects] == [("duplicate", 1), ("duplicate", 3)]


CIRCLE = """
CREATE TABLE a (id serial PRIMARY KEY, b int REFERENCES {b}, name text);
CREATE TABLE b (id serial PRIMARY KEY, a int {null} REFERENCES a {deferrable}, name text);
ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b
"""
ROUND = {
    "a": {
        "rows": "/a/*",
        "key": {"legacy": "k", **SERIAL},
        "columns": {"b": {"ref": "b", "from": "b"}, "name": "k"},
    },
    "b": {
        "rows": "/b/*",
        "key": {"legacy": "k", **SERIAL},
        "columns": {"a": {"ref": "a", "from": "a"}, "name": "k"},
    },
}
RING = {
    "a": [{"k": "a1", "b": "b1"}, {"k": "a2", "b": "b2"}],
    "b": [{"k": "b2", "a": "a1"}, {"k": "b1", "a": "a2"}],
}


@pytest.mark.parametrize(("null", "nullable"), [("NOT NULL", "a"), ("", "a"), ("", "")])
def test_circles_are_closed_in_a_second_pass(importer: Importer, null: str, nullable: str) -> None:
    importer.make(
        "CREATE TABLE a (id serial PRIMARY KEY, b int, name text);"
        f"CREATE TABLE b (id serial PRIMARY KEY, a int {null} REFERENCES a, name text);"
        f"ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b{'' if nullable else ' DEFERRABLE'}"
    )
    assert importer.load(RING, ROUND).outcome == "loaded"
    joined = (
        "SELECT a.name, b.name, aa.name FROM a JOIN b ON b.id = a.b JOIN a AS aa ON aa.id = b.a ORDER BY 1"
    )
    assert importer.stored(joined) == [("a1", "b1", "a2"), ("a2", "b2", "a1")]


def test_a_circle_that_cannot_be_closed_is_refused_with_its_columns(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE a (id serial PRIMARY KEY, b int NOT NULL, name text);"
        "CREATE TABLE b (id serial PRIMARY KEY, a int NOT NULL REFERENCES a, name text);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b"
    )
    with pytest.raises(
        CycleError, match=r"public\.a -> public\.b -> public\.a|public\.b -> public\.a"
    ) as caught:
        importer.load(RING, ROUND)
    assert "public.a (b)" in str(caught.value.hint)
    assert "public.b (a)" in str(caught.value.hint)


def test_pairs_of_type_and_id(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE posts (id serial PRIMARY KEY, t text);"
        "CREATE TABLE users (id serial PRIMARY KEY, t text);"
        "CREATE TABLE likes (kind text, target int, PRIMARY KEY (kind, target))"
    )
    make = {"key": {"legacy": "id", **SERIAL}, "columns": {"t": "t"}}
    like = {"refs": {"Post": "posts", "User": "users"}, "ref_type": "type", "from": "of"}
    tables = {
        "posts": {"rows": "/posts/*", **make},
        "users": {"rows": "/users/*", **make},
        "likes": {"rows": "/likes/*", "columns": {"kind": "type", "target": like}},
    }
    base = {"posts": [{"id": 5, "t": "p5"}, {"id": 6, "t": "p6"}], "users": [{"id": 6, "t": "u6"}]}
    good = {**base, "likes": [{"type": "Post", "of": 6}, {"type": "User", "of": "6"}]}
    assert importer.load(good, tables, dry_run=True).outcome == "rehearsed"
    bad = importer.load({**base, "likes": [{"type": "Page", "of": 6}, {"type": "User", "of": 5}]}, tables)
    assert [told.code for told in bad.rejects] == ["not_listed", "orphan"]
    importer.load(good, tables)
    assert importer.stored(
        "SELECT kind, coalesce(p.t, u.t) FROM likes LEFT JOIN posts AS p ON kind = 'Post' AND p.id = target "
        "LEFT JOIN users AS u ON kind = 'User' AND u.id = target ORDER BY 1"
    ) == [("Post", "p6"), ("User", "u6")]


def test_serial_needs_a_sequence(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY)")
    with pytest.raises(MappingDoesNotFitError, match="needs a sequence"):
        importer.load([], {"t": {"rows": "/*", "key": {"legacy": "a", **SERIAL}}})


def test_the_order_of_everything_changes_nothing_but_the_numbers(target: Importer) -> None:
    seen = set()
    for seed in range(3):
        mixed = random.Random(seed)
        users = list(STORE["users"].items())
        tasks = list(STORE["tasks"])
        mixed.shuffle(users)
        mixed.shuffle(tasks)
        parts = [("tasks", tasks), ("users", dict(users))]
        mixed.shuffle(parts)
        target.load(dict(parts), {"tasks": TASKS, "users": USERS})
        seen.add(str(target.stored(BOSSES)))
        target.make("TRUNCATE users, tasks")
    assert len(seen) == 1


def test_a_stored_row_may_refer_to_a_rejected_one(importer: Importer) -> None:
    """It is skipped as it stands; the key that the other one would have got is never asked for."""
    importer.make(
        "CREATE TABLE p (id serial PRIMARY KEY, n int CHECK (n < 9));"
        "CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p); INSERT INTO c VALUES (1, NULL)"
    )
    tables = {
        "p": {
            "rows": "/p/*",
            "key": {"legacy": "id", "to": "id", "assign": "serial"},
            "columns": {"n": "n"},
        },
        "c": {"rows": "/c/*", "conflict": "skip", "columns": {"id": "id", "p": {"ref": "p", "from": "p"}}},
    }
    records = {"p": [{"id": "x", "n": 9}], "c": [{"id": 1, "p": "x"}, {"id": 2, "p": None}]}
    report = importer.load(records, tables, options=LoadOptions(on_error="reject"))
    assert [(line.rejected, line.skipped, line.inserted) for line in report.tables] == [(1, 0, 0), (0, 1, 1)]
