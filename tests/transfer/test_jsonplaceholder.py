"""Real data, whole: six tables of jsonplaceholder, counted, joined and compared value by value."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from toolkit.database import Database, DatabaseUrl
from toolkit.transfer import load, parse_mapping

pytestmark = pytest.mark.realdata

TABLES = """
CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    username varchar(40) NOT NULL UNIQUE, email text NOT NULL UNIQUE, street text, suite text, city text,
    zipcode text, lat numeric(8, 4), lng numeric(8, 4), phone text, website text, company jsonb NOT NULL);
CREATE TABLE posts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL, body text NOT NULL);
CREATE TABLE comments (id bigint PRIMARY KEY, post_id int NOT NULL REFERENCES posts, name text, email text, body text);
CREATE TABLE albums (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text);
CREATE TABLE photos (id int PRIMARY KEY, album_id int NOT NULL REFERENCES albums, title text, url text, thumbnail_url text);
CREATE TABLE todos (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text, completed boolean NOT NULL);
"""

COLUMNS: dict[str, dict[str, str]] = {
    "users": {
        "id": "id", "name": "name", "username": "username", "email": "email", "street": "address.street",
        "suite": "address.suite", "city": "address.city", "zipcode": "address.zipcode", "lat": "address.geo.lat",
        "lng": "address.geo.lng", "phone": "phone", "website": "website", "company": "company",
    },
    "posts": {"id": "id", "user_id": "userId", "title": "title", "body": "body"},
    "comments": {"id": "id", "post_id": "postId", "name": "name", "email": "email", "body": "body"},
    "albums": {"id": "id", "user_id": "userId", "title": "title"},
    "photos": {"id": "id", "album_id": "albumId", "title": "title", "url": "url", "thumbnail_url": "thumbnailUrl"},
    "todos": {"id": "id", "user_id": "userId", "title": "title", "completed": "completed"},
}  # fmt: skip
COUNTS = {"users": 10, "posts": 100, "comments": 500, "albums": 100, "photos": 5000, "todos": 200}


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("NEONKIT_TEST_DATA")
    if not folder:
        pytest.skip("NEONKIT_TEST_DATA names no folder with real data sets")
    return Path(folder) / "jsonplaceholder" / "data.json"


def _at(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = record[name]
    return record


def test_every_value_arrives(data: Path, engine: Engine, database_url: DatabaseUrl) -> None:
    with engine.begin() as connection:
        connection.execute(text(TABLES))
    tables: dict[str, Any] = {
        name: {"rows": f"/{name}/*", "columns": dict(columns)} for name, columns in COLUMNS.items()
    }
    for coordinate in ("lat", "lng"):
        tables["users"]["columns"][coordinate] = {"from": f"address.geo.{coordinate}", "as": "decimal"}
    mapping = parse_mapping({"version": 1, "table": tables})

    report = load(data, mapping=mapping, database=Database.at(database_url))

    assert report.outcome == "loaded"
    assert {table.table: table.inserted for table in report.tables} == COUNTS
    assert {table.altered for table in report.tables} == {0}
    document = json.loads(data.read_text())
    with engine.connect() as connection:
        for table, columns in COLUMNS.items():
            stored = connection.execute(text(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")).all()
            wanted = [
                tuple(
                    Decimal(_at(record, path)) if column in ("lat", "lng") else _at(record, path)
                    for column, path in columns.items()
                )
                for record in sorted(document[table], key=lambda record: record["id"])
            ]
            assert list(map(tuple, stored)) == wanted
        orphans = text(
            "SELECT count(*) FROM comments LEFT JOIN posts ON posts.id = post_id WHERE posts.id IS NULL"
        )
        assert connection.execute(orphans).scalar() == 0
        # The server numbers on from where the data stopped.
        new = "INSERT INTO posts (user_id, title, body) VALUES (1, '', '') RETURNING id"
        assert connection.execute(text(new)).scalar() == 101


def test_a_second_run_skips_everything(data: Path, engine: Engine, database_url: DatabaseUrl) -> None:
    with engine.begin() as connection:
        connection.execute(text(TABLES))
    table = {"rows": "/users/*", "columns": COLUMNS["users"] | {
        name: {"from": f"address.geo.{name}", "as": "decimal"} for name in ("lat", "lng")
    }}  # fmt: skip
    rules = {"version": 1, "source": {"all": {"ignore": list(COUNTS)[1:]}}, "table": {"users": table}}
    mapping, database = parse_mapping(rules), Database.at(database_url)
    load(data, mapping=mapping, database=database)
    again = load(data, mapping=mapping, database=database, mode="skip")
    assert again.outcome == "unchanged"
    assert (again.tables[0].skipped, again.tables[0].skipped_differing) == (10, 0)
