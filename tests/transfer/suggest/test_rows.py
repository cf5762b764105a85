"""Which rows are found in which shape, which tables they go to, and how they hang together."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.transfer import load, parse_mapping
from toolkit.transfer.suggest import Proposal, suggest, tables_of_database
from toolkit.transfer.suggest.errors import NothingToSuggestError

SCHEMA = """
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text);
CREATE TABLE tasks (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL,
    parent_id int REFERENCES tasks, done boolean NOT NULL DEFAULT false);
CREATE TABLE tags (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE task_tags (task_id int REFERENCES tasks, tag_id int REFERENCES tags, PRIMARY KEY (task_id, tag_id));
CREATE TABLE user_phones (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, phone text NOT NULL,
    position int);
"""  # noqa: E501 - one table a line
ADA: dict[str, Any] = {"id": 1, "email": "a@x", "name": "Ada"}
BO: dict[str, Any] = {"id": 2, "email": "b@x", "name": "Bo"}
SHOP: dict[str, Any] = {"id": 7, "userId": 1, "title": "Shop"}
COOK: dict[str, Any] = {"id": 8, "userId": 2, "title": "Cook", "parentId": 7}
CUT: dict[str, Any] = {"id": 9, "userId": 2, "title": "Cut", "parentId": 9}


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


NESTED = [
    {**ADA, "tasks": [without(SHOP, "userId")]},
    {**BO, "tasks": [without(COOK, "userId"), without(CUT, "userId")]},
]
SHAPES: dict[str, tuple[Any, str, dict[str, str]]] = {
    "document": (
        {"users": [ADA, BO], "tasks": [SHOP, COOK, CUT]},
        "document",
        {"users": "/users/*", "tasks": "/tasks/*"},
    ),
    "nested": (NESTED, "", {"users": "/*", "tasks": "/*/tasks/*"}),
    "keyed": ({"1": without(ADA, "id"), "2": without(BO, "id")}, "keyed", {"users": "/*"}),
    "keyed by e-mail": (
        {"a@x": without(ADA, "email"), "b@x": without(BO, "email")},
        "keyed",
        {"users": "/*"},
    ),
    "tinydb": (
        {"users": {"1": ADA, "2": BO}, "tasks": {"1": SHOP, "2": COOK, "3": CUT}},
        "document",
        {"users": "/users/*", "tasks": "/tasks/*"},
    ),
    "two keyed by a word, with lists": (
        {
            "ada": {**ADA, "tasks": [without(SHOP, "userId")]},
            "bo": {**BO, "tasks": [without(COOK, "userId"), without(CUT, "userId")]},
        },
        "keyed",
        {"users": "/*", "tasks": "/*/tasks/*"},
    ),
    "keyed and nested by key": (
        {"1": {**without(ADA, "id"), "tasks": {"7": without(SHOP, "id", "userId")}}, "2": without(BO, "id")},
        "keyed",
        {"users": "/*", "tasks": "/*/tasks/*"},
    ),
    "deep document": ({"data": {"users": [ADA, BO]}}, "document", {"users": "/data/users/*"}),
    "people by another name": (
        {"members": [ADA, BO], "todos": [SHOP]},
        "document",
        {"users": "/members/*", "tasks": "/todos/*"},
    ),
}


@pytest.fixture
def shop(importer: Importer) -> Importer:
    importer.make(SCHEMA)
    return importer


def proposed(shop: Importer, path: Path, content: Any) -> tuple[Proposal, dict[str, Any]]:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    proposal = suggest([path], tables_of_database(shop.database), home=path.parent)
    again = suggest([path], tables_of_database(shop.database), home=path.parent)
    assert proposal == again
    return proposal, tomllib.loads(proposal.text)


def loaded(shop: Importer, path: Path, proposal: Proposal) -> None:
    mapping = path.with_name("mapping.toml")
    mapping.write_text(proposal.text)
    report = load(mapping=mapping, database=shop.database)
    assert report.outcome == "loaded", (proposal.text, [reject.sentence for reject in report.rejects])


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_recognised_and_loads(shop: Importer, tmp_path: Path, name: str) -> None:
    content, shape, pointers = SHAPES[name]
    path = tmp_path / "users.json"
    proposal, mapping = proposed(shop, path, content)
    assert proposal.complete, proposal.undecided
    assert {name: table["rows"] for name, table in mapping["table"].items()} == pointers
    assert next(iter(mapping["source"].values())).get("shape", "") == shape
    loaded(shop, path, proposal)
    assert len(shop.stored("SELECT * FROM users")) == 2
    if "tasks" in pointers:
        joined = (
            "SELECT u.name, t.title, p.title FROM tasks t JOIN users u ON u.id = t.user_id"
            " LEFT JOIN tasks p ON p.id = t.parent_id ORDER BY 2"
        )
        whole = [("Bo", "Cook", "Shop"), ("Bo", "Cut", "Cut"), ("Ada", "Shop", None)]
        assert shop.stored(joined) == (whole if "CUT" in str(content).upper() else whole[2:])


def test_lists_by_owner(shop: Importer, tmp_path: Path) -> None:
    shop.make("INSERT INTO users VALUES (1, 'a@x', 'Ada'), (2, 'b@x', 'Bo')")
    content = {"1": [without(SHOP, "userId")], "2": [without(COOK, "userId"), without(CUT, "userId")]}
    proposal, mapping = proposed(shop, tmp_path / "tasks.json", content)
    assert mapping["source"]["tasks"]["shape"] == "grouped"
    assert mapping["table"]["tasks"]["rows"] == "/*/*"
    assert mapping["table"]["tasks"]["columns"]["user_id"] == {"from": "@1", "as": "int"}
    assert proposal.complete
    loaded(shop, tmp_path / "tasks.json", proposal)


def test_lines_and_csv(shop: Importer, tmp_path: Path) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in (ADA, BO))
    proposal, _ = proposed(shop, tmp_path / "users.ndjson", lines)
    loaded(shop, tmp_path / "users.ndjson", proposal)
    cells = "id,user,title,done\n7,1,Shop,yes\n8,2,Cook,no\n"
    proposal, mapping = proposed(shop, tmp_path / "tasks.csv", cells)
    assert mapping["table"]["tasks"]["columns"]["id"] == {"from": "id", "as": "int"}
    assert mapping["table"]["tasks"]["columns"]["done"] == {"from": "done", "as": "bool"}
    loaded(shop, tmp_path / "tasks.csv", proposal)
    assert shop.stored("SELECT user_id, done FROM tasks ORDER BY id") == [(1, True), (2, False)]


def test_extended_json_of_mongo_is_recognised(shop: Importer, tmp_path: Path) -> None:
    lines = [
        {"_id": {"$oid": "507f1f77bcf86cd799439011"}, "email": "a@x", "name": "Ada"},
        {"_id": {"$oid": "507f1f77bcf86cd799439012"}, "email": "b@x", "name": "Bo"},
    ]
    shop.make("DROP TABLE users CASCADE; CREATE TABLE users (id serial PRIMARY KEY, email text, name text)")
    text = "".join(json.dumps(line) + "\n" for line in lines)
    proposal, mapping = proposed(shop, tmp_path / "users.ndjson", text)
    assert mapping["source"]["users"]["shape"] == "mongo"
    assert mapping["table"]["users"]["key"] == {"legacy": "_id", "to": "id", "assign": "serial"}
    loaded(shop, tmp_path / "users.ndjson", proposal)


def test_what_is_left_can_go_into_a_document(shop: Importer, tmp_path: Path) -> None:
    shop.make("ALTER TABLE users ADD COLUMN extra jsonb")
    proposal, _ = proposed(shop, tmp_path / "users.json", [{**ADA, "shoe": 41}])
    assert "# or keep all of these in one column: extra = { rest = true }" in proposal.text
    decided = proposal.text.replace("[table.users.columns]", "[table.users.columns]\nextra = { rest = true }")
    mapping = parse_mapping(tomllib.loads(decided))
    assert load(tmp_path / "users.json", mapping=mapping, database=shop.database).outcome == "loaded"
    assert shop.stored("SELECT extra FROM users") == [({"shoe": 41},)]


def test_several_files_refer_to_each_other(shop: Importer, tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text(json.dumps([ADA, BO]))
    (tmp_path / "tasks.json").write_text(json.dumps([SHOP, COOK]))
    paths = [tmp_path / "tasks.json", tmp_path / "users.json"]
    proposal = suggest(paths, tables_of_database(shop.database), home=tmp_path)
    assert "100% of the values are keys of users" in proposal.text
    loaded(shop, tmp_path / "x", proposal)


def test_words_in_lists_become_rows_and_links(shop: Importer, tmp_path: Path) -> None:
    content = {
        "users": [ADA],
        "tasks": [{**SHOP, "tags": ["red", "blue"]}, {**SHOP, "id": 8, "tags": ["red", "red"]}],
    }
    proposal, mapping = proposed(shop, tmp_path / "x.json", content)
    assert proposal.complete, proposal.undecided
    assert mapping["table"]["tags"]["distinct"] == ["name"]
    assert mapping["table"]["task_tags"]["columns"] == {
        "task_id": {"parent": "tasks"},
        "tag_id": {"parent": "tags"},
    }
    loaded(shop, tmp_path / "x.json", proposal)
    stored = shop.stored("SELECT task_id, name FROM task_tags JOIN tags ON id = tag_id ORDER BY 1, 2")
    assert stored == [(7, "blue"), (7, "red"), (8, "red")]


def test_keys_in_lists_become_links(shop: Importer, tmp_path: Path) -> None:
    tags = [{"id": 50, "name": "red"}, {"id": 51, "name": "blue"}]
    content = {"users": [ADA], "tasks": [{**SHOP, "tagIds": [51, 50]}], "tags": tags}
    proposal, _ = proposed(shop, tmp_path / "x.json", content)
    assert proposal.complete, proposal.undecided
    loaded(shop, tmp_path / "x.json", proposal)
    assert shop.stored("SELECT * FROM task_tags ORDER BY 2") == [(7, 50), (7, 51)]


def test_values_in_lists_become_children_with_their_place(shop: Importer, tmp_path: Path) -> None:
    proposal, _ = proposed(shop, tmp_path / "users.json", [{**ADA, "phones": ["+1", "+2"]}])
    assert proposal.complete, proposal.undecided
    loaded(shop, tmp_path / "users.json", proposal)
    assert shop.stored("SELECT user_id, phone, position FROM user_phones ORDER BY 3") == [
        (1, "+1", 0),
        (1, "+2", 1),
    ]


def test_an_object_in_memory(shop: Importer) -> None:
    store: Any = {"users": {1: ADA, 2: BO}, "tasks": [SHOP]}
    proposal = suggest(store, tables_of_database(shop.database))
    mapping = parse_mapping(tomllib.loads(proposal.text))
    assert load(store, mapping=mapping, database=shop.database).outcome == "loaded"


@pytest.mark.parametrize("content", [[], [{"colour": "red", "shade": 7}], {"version": 3}, [1, 2]], ids=str)
def test_what_fits_nothing_is_said(shop: Importer, tmp_path: Path, content: Any) -> None:
    with pytest.raises(NothingToSuggestError, match="5 tables"):
        proposed(shop, tmp_path / "things.json", content)


def test_what_is_left_fails_the_import_until_decided(shop: Importer, tmp_path: Path) -> None:
    content = {"users": [{**ADA, "shoe": 41}], "exported": "today", "tasks": [without(SHOP, "title")]}
    proposal, _ = proposed(shop, tmp_path / "x.json", content)
    assert proposal.undecided == (
        "x /users/*: the field shoe", "tasks.title: must have a value", "source x: the part exported"
    )  # fmt: skip
    assert proposal.text.count("# ??") == 3
    from toolkit.errors import NeonkitError

    mapping = parse_mapping(tomllib.loads(proposal.text))
    with pytest.raises(NeonkitError, match="title"):
        load(tmp_path / "x.json", mapping=mapping, database=shop.database)
    decided = proposal.text.replace("[table.tasks.columns]", '[table.tasks.columns]\ntitle = { const = "-" }')
    with pytest.raises(NeonkitError, match=r"shoe|exported"):
        load(tmp_path / "x.json", mapping=parse_mapping(tomllib.loads(decided)), database=shop.database)
    decided = decided.replace("[table.users.columns]", 'ignore = ["shoe"]\n[table.users.columns]')
    decided = decided.replace("[source.x]", '[source.x]\nignore = ["exported"]')
    report = load(tmp_path / "x.json", mapping=parse_mapping(tomllib.loads(decided)), database=shop.database)
    assert report.outcome == "loaded"
