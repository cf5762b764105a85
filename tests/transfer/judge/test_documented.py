"""The mapping of the page on mappings that uses most of the language does what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fixtures.transfer import Importer

from toolkit.transfer import load

PAGE = Path(__file__).parents[3] / "docs" / "mapping.md"
DOCUMENTED = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
DDL = """
CREATE TABLE accounts (id int PRIMARY KEY, login text UNIQUE);
CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE NOT NULL, name text NOT NULL,
    mentor int REFERENCES users, joined timestamptz, extra jsonb);
CREATE TABLE posts (id serial PRIMARY KEY, author int NOT NULL REFERENCES users, title varchar(8),
    price numeric(6,2), seen_by int[]);
CREATE TABLE comments (post int REFERENCES posts, place int, author int REFERENCES users, body text,
    PRIMARY KEY (post, place));
CREATE TABLE things (id serial PRIMARY KEY, owner int REFERENCES accounts);
CREATE TABLE logins (user_id int REFERENCES users, at timestamptz);
CREATE TABLE likes (user_id int REFERENCES users, kind text, target int, times int,
    PRIMARY KEY (user_id, kind, target));
INSERT INTO accounts VALUES (1, 'root'), (9, 'ada');
INSERT INTO users (id, email, name) VALUES (500, 'bob@x', 'Bob of old');
"""
STORE = {
    "users": {
        "ada": {
            "mail": " Ada@X ", "name": "Ad\u0061\u0301", "mentor": "bob", "joined": "01.05.2024", "shoe": 38,
            "posts": [
                {
                    "title": "a long title", "price": "1.235", "seen": ["bob", "ada"],
                    "comments": [{"by": "zoe", "text": "hi\0"}, {"by": "bob", "text": "ho"}],
                },
                {"title": "b", "price": 2, "seen": [], "comments": []},
            ],
        },
        "bob": {"mail": "bob@x", "name": "Bob", "mentor": "nobody", "joined": "2024-05-01T12:00:00"},
        "eve": {"mail": "eve@x", "name": 7, "mentor": "", "joined": None, "posts": [{"title": "x"}]},
    },
    "events": [
        {"type": "login", "who": "ada", "at": 1714521600},
        {"type": "like", "who": "ada", "about": {"type": "person", "id": "bob"}, "n": 2},
        {"type": "star", "who": "ada", "about": {"type": "person", "id": "bob"}},
        {"type": "like", "who": "bob", "about": {"type": "likeable", "id": 5}},
    ],
    "things": [{"id": "5", "owner": "ada"}, {"id": 6, "owner": "gone"}],
}  # fmt: skip


def test_the_documented_store_arrives(importer: Importer, tmp_path: Path) -> None:
    importer.make(DDL)
    (tmp_path / "mapping.toml").write_text(DOCUMENTED)
    (tmp_path / "store.json").write_text(json.dumps(STORE))
    report = load(tmp_path / "store.json", mapping=tmp_path / "mapping.toml", database=importer.database)
    assert [(told.table, told.code, told.pointer) for told in report.rejects] == [
        ("people", "wrong_type", "/users/eve/name"), ("posts", "parent_rejected", "/users/eve/posts/0"),
    ]  # fmt: skip
    columns = "u.email, u.name, m.name, u.joined AT TIME ZONE 'UTC', u.extra"
    joined = "users AS u LEFT JOIN users AS m ON m.id = u.mentor"
    stored = importer.stored(f"SELECT {columns} FROM {joined} ORDER BY 1")
    assert [(*row[:3], str(row[3]), row[4]) for row in stored] == [
        ("ada@x", "Ad\u00e1", "Bob of old", "2024-04-30 22:00:00", {"shoe": 38}),
        ("bob@x", "Bob of old", None, "None", None),
        ("unknown@example.org", "unknown", None, "None", None),
    ]
    (ada,), *_ = importer.stored("SELECT id FROM users WHERE email = 'ada@x'")
    posts = "SELECT title, price::text, seen_by, author FROM posts ORDER BY id"
    assert importer.stored(posts) == [("a long t", "1.24", [500, ada], ada), ("b", "2.00", [], ada)]
    comments = "SELECT place, u.email, body FROM comments JOIN users AS u ON u.id = author ORDER BY 1"
    assert importer.stored(comments) == [(0, "unknown@example.org", "hi"), (1, "bob@x", "ho")]
    owners = "SELECT login FROM things JOIN accounts AS a ON a.id = owner ORDER BY things.id"
    assert importer.stored(owners) == [("ada",), ("root",)]
    (thing,), *_ = importer.stored("SELECT min(id) FROM things")
    likes = importer.stored("SELECT user_id, kind, target, times FROM likes ORDER BY kind")
    assert likes == [(500, "likeable", thing, 1), (ada, "person", 500, 3)]
    assert importer.stored("SELECT count(*) FROM logins") == [(1,)]
    rules = {(line.table, line.column, line.rule) for line in report.altered}
    assert {
        ("people", "email", "trim"), ("people", "name", 'normal = "NFC"'), ("people", "joined", "zone"),
        ("posts", "title", "truncate"), ("posts", "price", 'scale = "half-even"'),
        ("comments", "author", 'unknown = "stub"'), ("comments", "body", "nul"),
        ("likes", "times", 'duplicates = "sum"'), ("likes_of", "owner", "unknown = { use = ... }"),
    } <= rules  # fmt: skip
