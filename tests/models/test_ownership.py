"""The ownership graph: whose is a table, on hand-made tables."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.ownership import TASKS, USERS, graph

CASES: list[tuple[str, list[str], dict[str, Any], str, str]] = [
    ("the root", [USERS], {}, "users", "root id"),
    ("a column", [USERS, TASKS], {}, "tasks", "column user_id"),
    ("a path", [USERS, TASKS, "notes: id; task_id; task_id>tasks"], {}, "notes", "path task_id.user_id"),
    (
        "a long path",
        [USERS, TASKS, "notes: id; task_id; task_id>tasks", "marks: id; note_id; note_id>notes"],
        {},
        "marks",
        "path note_id.task_id.user_id",
    ),
    ("a profile that shares the key", [USERS, "profiles: id;; id>users"], {}, "profiles", "column id"),
    (
        "a reference to another key of the root",
        [USERS, "mails: id; email; email>users.email"],
        {},
        "mails",
        "path email.id",
    ),
    ("no way", [USERS, "countries: id; name;"], {}, "countries", "unclassified"),
    ("shared", [USERS, "countries: id;;"], {"shared": {"countries": "lookup"}}, "countries", "shared"),
    (
        "no path through a shared table",
        [USERS, "plans: id; user_id; user_id>users", "offers: id; plan_id; plan_id>plans"],
        {"shared": {"plans": "public catalogue"}},
        "offers",
        "unclassified",
    ),
    (
        "an owner column without a key",
        ["logs: id; who;"],
        {"owner_root": None, "owner_columns": ("who",)},
        "logs",
        "column who",
    ),
    (
        "two users in a row",
        [USERS, "mails: id; sender receiver; sender>users receiver>users"],
        {},
        "mails",
        "ambiguous",
    ),
    (
        "two users, one declared",
        [USERS, "mails: id; sender receiver; sender>users receiver>users"],
        {"owner_columns": ("receiver",)},
        "mails",
        "column receiver",
    ),
    (
        "two users, overridden",
        [USERS, "mails: id; sender receiver; sender>users receiver>users"],
        {"overrides": {"public.mails": "sender"}},
        "mails",
        "column sender",
    ),
    (
        "behind an ambiguous table",
        [USERS, "mails: id; a b; a>users b>users", "files: id; mail_id; mail_id>mails"],
        {},
        "files",
        "ambiguous",
    ),
    (
        "a diamond",
        [
            USERS,
            TASKS,
            "lists: id; user_id; user_id>users",
            "items: id; task_id list_id; task_id>tasks list_id>lists",
        ],
        {},
        "items",
        "ambiguous",
    ),
    (
        "a diamond whose way is declared",
        [
            USERS,
            TASKS,
            "lists: id; user_id; user_id>users",
            "items: id; task_id list_id; task_id>tasks list_id>lists",
        ],
        {"overrides": {"items": "list_id.user_id"}},
        "items",
        "path list_id.user_id",
    ),
    (
        "a link",
        [
            USERS,
            TASKS,
            "tags: id; user_id; user_id>users",
            "links: task_id tag_id;; task_id>tasks tag_id>tags",
        ],
        {},
        "links",
        "link tag_id.user_id",
    ),
    (
        "a link that carries the owner",
        [
            USERS,
            TASKS,
            "tags: id; user_id; user_id>users",
            "links: task_id tag_id; user_id; task_id+user_id>tasks.id+user_id tag_id+user_id>tags.id+user_id",
        ],
        {},
        "links",
        "column user_id",
    ),
    (
        "a child that carries the owner",
        [USERS, TASKS, "notes: id; task_id user_id; task_id+user_id>tasks.id+user_id"],
        {},
        "notes",
        "column user_id",
    ),
    (
        "a carried owner beside the plain key",
        [USERS, TASKS, "notes: id; task_id user_id; task_id>tasks task_id+user_id>tasks.id+user_id"],
        {},
        "notes",
        "column user_id",
    ),
    (
        "an owner that a nullable key does not carry",
        [USERS, TASKS, "notes: id; task_id? user_id; task_id+user_id>tasks.id+user_id"],
        {},
        "notes",
        "path task_id+user_id.user_id",
    ),
    (
        "a diamond that a composite key closes",
        [
            USERS,
            "lists: id; user_id; user_id>users",
            "tasks: id; list_id; list_id>lists",
            "items: id; task_id list_id; list_id>lists task_id+list_id>tasks.id+list_id",
        ],
        {},
        "items",
        "path list_id.user_id",
    ),
    (
        "an optional diamond whose short side is always there",
        [
            USERS,
            "lists: id; user_id; user_id>users",
            "tasks: id; list_id; list_id>lists",
            "items: id; task_id? list_id?; task_id+list_id>tasks.id+list_id list_id>lists",
        ],
        {},
        "items",
        "path list_id.user_id",
    ),
    (
        "either of two ways that agree where both are there",
        [USERS, TASKS, "pairs: id; a? b? user?; a+user>tasks.id+user_id b+user>tasks.id+user_id"],
        {},
        "pairs",
        "ambiguous",
    ),
    (
        "a tree",
        [USERS, TASKS, "notes: id; task_id up?; task_id>tasks up>notes"],
        {},
        "notes",
        "path task_id.user_id",
    ),
    (
        "a ring",
        [USERS, TASKS, "a: id; task_id b_id; task_id>tasks b_id>b", "b: id; a_id; a_id>a"],
        {},
        "b",
        "path a_id.task_id.user_id",
    ),
    (
        "behind a link",
        [
            USERS,
            TASKS,
            "tags: id; user_id; user_id>users",
            "links: task_id tag_id;; task_id>tasks tag_id>tags",
            "votes: id; t g; t+g>links.task_id+tag_id",
        ],
        {},
        "votes",
        "path t+g.tag_id.user_id",
    ),
    (
        "either parent",
        [USERS, TASKS, "lists: id; user_id; user_id>users", "files: id; t? l?; t>tasks l>lists"],
        {},
        "files",
        "ambiguous",
    ),
    ("an optional parent", [USERS, TASKS, "files: id; t?; t>tasks"], {}, "files", "path t.user_id"),
    ("a table that was not read", [USERS, "files: id; x; x>elsewhere"], {}, "files", "unclassified"),
]


@pytest.mark.parametrize(
    ("tables", "rules", "name", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_classification(tables: list[str], rules: dict[str, Any], name: str, expected: str) -> None:
    answer = graph(*tables, **rules).of(f"public.{name}")
    assert f"{answer.kind} {answer.path or ''}".strip() == expected
