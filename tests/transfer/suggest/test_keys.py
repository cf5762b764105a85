"""Legacy keys of another kind than the new ones: each reference is found and rewritten."""

from __future__ import annotations

import tomllib
from typing import Any
from uuid import UUID

import pytest
from fixtures.transfer import Importer

from toolkit.transfer import load, parse_mapping
from toolkit.transfer.suggest import suggest, tables_of_database

KEYS: dict[str, list[Any]] = {
    "uuid": [str(UUID(int=number)) for number in (7, 8, 9)],
    "object id": ["507f1f77bcf86cd799439011", "507f1f77bcf86cd799439012", "507f1f77bcf86cd799439013"],
    "name": ["ada", "bo", "cy"],
    "number": [7, 8, 9],
    "digits": ["7", "8", "9"],
}
NEW = {
    "serial": ("serial PRIMARY KEY", "int"),
    "identity": ("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "bigint"),
    "uuid": ("uuid PRIMARY KEY", "uuid"),
    "text": ("text PRIMARY KEY", "text"),
}


def store(keys: list[Any]) -> Any:
    one, two, three = keys
    return {
        "people": [{"uuid": one, "name": "Ada", "boss": None}, {"uuid": two, "name": "Bo", "boss": one}],
        "notes": [
            {"uuid": three, "ownerUuid": two, "text": "x"},
            {"uuid": one, "ownerUuid": one, "text": "y"},
            {"uuid": two, "ownerUuid": two, "text": "z"},
        ],
    }


@pytest.mark.parametrize("new", NEW)
@pytest.mark.parametrize("legacy", KEYS)
def test_every_reference_is_rewritten(importer: Importer, legacy: str, new: str) -> None:
    key, column = NEW[new]
    importer.make(
        f"CREATE TABLE people (id {key}, name text, boss_id {column} REFERENCES people);"
        f"CREATE TABLE notes (id {key}, person_id {column} NOT NULL REFERENCES people, text text)"
    )
    source = store(KEYS[legacy])
    proposal = suggest(source, tables_of_database(importer.database))
    assert proposal.complete, (proposal.undecided, proposal.text)
    mapping = parse_mapping(tomllib.loads(proposal.text))
    report = load(source, mapping=mapping, database=importer.database)
    assert report.outcome == "loaded", (proposal.text, [reject.sentence for reject in report.rejects])
    joined = "SELECT n.text, p.name FROM notes AS n JOIN people AS p ON p.id = n.person_id ORDER BY 1"
    assert importer.stored(joined) == [("x", "Bo"), ("y", "Ada"), ("z", "Bo")]
    bosses = "SELECT p.name, b.name FROM people AS p JOIN people AS b ON b.id = p.boss_id"
    assert importer.stored(bosses) == [("Bo", "Ada")]


def test_a_reference_by_a_natural_key(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE people (id serial PRIMARY KEY, email text NOT NULL UNIQUE);"
        "CREATE TABLE notes (id int PRIMARY KEY, person_id int NOT NULL REFERENCES people)"
    )
    source: Any = {
        "people": [{"email": "a@x"}, {"email": "b@x"}],
        "notes": [{"id": 1, "person": "b@x"}, {"id": 2, "person": "a@x"}, {"id": 3, "person": "b@x"}],
    }
    proposal = suggest(source, tables_of_database(importer.database))
    text = tomllib.loads(proposal.text)
    assert text["table"]["notes"]["columns"]["person_id"] == {"ref": "people", "by": {"email": "person"}}
    report = load(source, mapping=parse_mapping(text), database=importer.database)
    assert report.outcome == "loaded", (proposal.text, [reject.sentence for reject in report.rejects])
    joined = "SELECT n.id, p.email FROM notes AS n JOIN people AS p ON p.id = n.person_id ORDER BY 1"
    assert importer.stored(joined) == [(1, "b@x"), (2, "a@x"), (3, "b@x")]


@pytest.mark.parametrize(("sentinel", "none"), [(0, [0]), ("", [""]), ("-1", ["-1"])], ids=str)
def test_a_value_that_means_no_parent(importer: Importer, sentinel: Any, none: list[Any]) -> None:
    importer.make("CREATE TABLE nodes (id int PRIMARY KEY, label text, parent_id int REFERENCES nodes)")
    words = isinstance(sentinel, str)
    rows = [
        {
            "id": str(n) if words else n,
            "label": "x",
            "parentId": sentinel if n == 1 else (str(1) if words else 1),
        }
        for n in (1, 2, 3)
    ]
    proposal = suggest({"nodes": rows}, tables_of_database(importer.database))
    mapping = tomllib.loads(proposal.text)
    assert mapping["table"]["nodes"]["columns"]["parent_id"]["none"] == none
    assert (
        load({"nodes": rows}, mapping=parse_mapping(mapping), database=importer.database).outcome == "loaded"
    )


def test_small_numbers_that_are_keys_of_everything_are_no_proof(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE users (id int PRIMARY KEY, name text);"
        "CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users, stars int, colour int)"
    )
    source: Any = {
        "users": [{"id": n, "name": "x"} for n in range(1, 6)],
        "notes": [{"id": n, "stars": 1 + n % 5, "colour": 1 + n % 4} for n in range(1, 9)],
    }
    columns = tomllib.loads(suggest(source, tables_of_database(importer.database)).text)["table"]["notes"][
        "columns"
    ]
    assert columns == {"id": "id", "stars": "stars", "colour": "colour"}
