"""Real data: what is proposed for six tables of jsonplaceholder loads whole, after the edits listed here."""

from __future__ import annotations

import json
import os
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer
from sqlalchemy import MetaData

from toolkit.transfer import load, parse_mapping
from toolkit.transfer.suggest import suggest, tables_of_database, tables_of_models

pytestmark = pytest.mark.realdata

FLAT = """
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, username varchar(40) NOT NULL UNIQUE,
    email text NOT NULL UNIQUE, address_street text, address_suite text, address_city text,
    address_zipcode text, address_geo_lat numeric(8, 4), address_geo_lng numeric(8, 4),
    phone text, website text,
    company_name text NOT NULL, company_catch_phrase text, company_bs text);
CREATE TABLE posts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL,
    body text NOT NULL);
CREATE TABLE comments (id serial PRIMARY KEY, post_id int NOT NULL REFERENCES posts, name text NOT NULL,
    email text NOT NULL, body text NOT NULL);
CREATE TABLE albums (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL);
CREATE TABLE photos (id serial PRIMARY KEY, album_id int NOT NULL REFERENCES albums, title text NOT NULL,
    url text NOT NULL, thumbnail_url text NOT NULL);
CREATE TABLE todos (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL,
    completed boolean NOT NULL);
"""
"""What a generator makes of the document: nested fields by their whole path, foreign keys by `...Id`."""
BY_HAND = (
    FLAT.replace("address_geo_", "")
    .replace("address_", "")
    .replace("company_name text NOT NULL", "company jsonb NOT NULL")
    .replace(", company_catch_phrase text, company_bs text", "")
)
"""As somebody writes it: short names, what is rarely asked for as a document."""
UUIDS = FLAT.replace("id serial PRIMARY KEY", "id uuid PRIMARY KEY").replace("_id int", "_id uuid")
"""New keys of another kind: every reference has to be rewritten."""

EDITS: dict[str, list[tuple[str, str]]] = {"flat": [], "by hand": [], "uuids": []}
"""What has to be replaced in the proposal, line by line; at most three."""
COUNTS = {"users": 10, "posts": 100, "comments": 500, "albums": 100, "photos": 5000, "todos": 200}


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("NEONKIT_TEST_DATA")
    if not folder:
        pytest.skip("NEONKIT_TEST_DATA names no folder with real data sets")
    return Path(folder) / "jsonplaceholder" / "data.json"


@pytest.mark.parametrize(
    ("name", "schema"),
    [("flat", FLAT), ("by hand", BY_HAND), ("uuids", UUIDS)],
    ids=["flat", "by hand", "uuids"],
)
def test_the_proposal_loads_everything(data: Path, importer: Importer, name: str, schema: str) -> None:
    importer.make(schema)
    proposal = suggest([data], tables_of_database(importer.database))
    text = proposal.text
    for old, new in EDITS[name]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert len(EDITS[name]) <= 3
    report = load(data, mapping=parse_mapping(tomllib.loads(text)), database=importer.database)
    assert report.outcome == "loaded", [reject.sentence for reject in report.rejects]
    assert {table.target.removeprefix("public."): table.inserted for table in report.tables} == COUNTS
    _compare(json.loads(data.read_text()), importer, name)


def test_models_give_the_same_proposal_as_their_tables(data: Path, importer: Importer) -> None:
    importer.make(UUIDS)
    metadata = MetaData()
    metadata.reflect(importer.engine)
    proposal = suggest([data], tables_of_models(metadata.tables.values()))
    assert proposal == suggest([data], tables_of_database(importer.database))


def _compare(document: dict[str, list[dict[str, Any]]], importer: Importer, name: str) -> None:
    """Every value against the document, found without any code of ours."""
    lat = "lat" if name == "by hand" else "address_geo_lat"
    city = "city" if name == "by hand" else "address_city"
    company = "company ->> 'bs'" if name == "by hand" else "company_bs"
    stored = importer.stored(f"SELECT username, {lat}, {city}, {company}, email FROM users ORDER BY username")
    assert stored == sorted(
        (
            user["username"],
            Decimal(user["address"]["geo"]["lat"]),
            user["address"]["city"],
            user["company"]["bs"],
            user["email"],
        )
        for user in document["users"]
    )
    owners = {user["id"]: user["username"] for user in document["users"]}
    for table in ("posts", "albums", "todos"):
        joined = importer.stored(
            f"SELECT u.username, t.title FROM {table} AS t JOIN users AS u ON u.id = t.user_id"
        )
        assert sorted(joined) == sorted((owners[row["userId"]], row["title"]) for row in document[table])
    posts = {post["id"]: post["title"] for post in document["posts"]}
    joined = importer.stored(
        "SELECT p.title, c.email, c.body FROM comments AS c JOIN posts AS p ON p.id = c.post_id"
    )
    assert sorted(joined) == sorted(
        (posts[row["postId"]], row["email"], row["body"]) for row in document["comments"]
    )
    photos = importer.stored("SELECT title, url, thumbnail_url FROM photos")
    assert sorted(photos) == sorted(
        (row["title"], row["url"], row["thumbnailUrl"]) for row in document["photos"]
    )
