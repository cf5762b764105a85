"""Real data, whole: six tables of jsonplaceholder, counted, joined and compared value by value."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fixtures.alembic_projects import PRODUCTION, MakeProject
from fixtures.transfer import Importer

from toolkit.migrate import upgrade

pytestmark = pytest.mark.realdata

TABLES = """
CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    username varchar(40) NOT NULL UNIQUE, email text NOT NULL UNIQUE, street text, suite text, city text,
    zipcode text, lat numeric(8, 4), lng numeric(8, 4), phone text, website text, company jsonb NOT NULL);
CREATE TABLE posts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL,
    body text NOT NULL);
CREATE TABLE comments (id bigint PRIMARY KEY, post_id int NOT NULL REFERENCES posts, name text, email text,
    body text);
CREATE TABLE albums (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text);
CREATE TABLE photos (id int PRIMARY KEY, album_id int NOT NULL REFERENCES albums, title text, url text,
    thumbnail_url text);
CREATE TABLE todos (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text,
    completed boolean NOT NULL);
"""

ADDRESS = {name: f"address.{name}" for name in ("street", "suite", "city", "zipcode")}
GEO: dict[str, Any] = {name: {"from": f"address.geo.{name}", "as": "decimal"} for name in ("lat", "lng")}
USER: dict[str, Any] = {
    name: name for name in ("id", "name", "username", "email", "phone", "website", "company")
}
COLUMNS: dict[str, dict[str, Any]] = {
    "users": USER | ADDRESS | GEO,
    "posts": {"id": "id", "user_id": "userId", "title": "title", "body": "body"},
    "comments": {"id": "id", "post_id": "postId", "name": "name", "email": "email", "body": "body"},
    "albums": {"id": "id", "user_id": "userId", "title": "title"},
    "photos": {
        "id": "id",
        "album_id": "albumId",
        "title": "title",
        "url": "url",
        "thumbnail_url": "thumbnailUrl",
    },
    "todos": {"id": "id", "user_id": "userId", "title": "title", "completed": "completed"},
}
COUNTS = {"users": 10, "posts": 100, "comments": 500, "albums": 100, "photos": 5000, "todos": 200}


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("NEONKIT_TEST_DATA")
    if not folder:
        pytest.skip("NEONKIT_TEST_DATA names no folder with real data sets")
    return Path(folder) / "jsonplaceholder" / "data.json"


def _wanted(record: Any, rule: Any) -> Any:
    """What must be stored for a record, found without any code of ours."""
    for name in (rule["from"] if isinstance(rule, dict) else rule).split("."):
        record = record[name]
    return Decimal(record) if isinstance(rule, dict) else record


def test_every_value_arrives(data: Path, importer: Importer, make_project: MakeProject) -> None:
    project = make_project(bare=True)
    project.use_url(PRODUCTION)
    project.revision("b1", None, f"op.execute({TABLES!r})")
    upgrade(project.open(), importer.database)
    tables = {name: {"rows": f"/{name}/*", "columns": columns} for name, columns in COLUMNS.items()}
    report = importer.load(data, tables)

    assert report.outcome == "loaded"
    assert {table.table: table.inserted for table in report.tables} == COUNTS
    assert {table.altered for table in report.tables} == {0}
    document = json.loads(data.read_text())
    for table, columns in COLUMNS.items():
        records = sorted(document[table], key=lambda record: int(record["id"]))
        wanted = [tuple(_wanted(record, rule) for rule in columns.values()) for record in records]
        assert importer.stored(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id") == wanted
    for child, column, parent in (("comments", "post_id", "posts"), ("photos", "album_id", "albums")):
        orphans = f"SELECT count(*) FROM {child} WHERE {column} NOT IN (SELECT id FROM {parent})"
        assert importer.stored(orphans) == [(0,)]
    # The server numbers on from where the data stopped.
    importer.make("INSERT INTO posts (user_id, title, body) VALUES (1, '', '')")
    assert importer.stored("SELECT max(id) FROM posts") == [(101,)]


def test_a_second_run_skips_everything(data: Path, importer: Importer) -> None:
    importer.make(TABLES)
    tables = {"users": {"rows": "/users/*", "columns": COLUMNS["users"]}}
    rest = {"source": {"all": {"ignore": list(COUNTS)[1:]}}}
    importer.load(data, tables, rest=rest)
    again = importer.load(data, tables, rest=rest, mode="skip")
    assert again.outcome == "unchanged"
    assert (again.tables[0].skipped, again.tables[0].skipped_differing) == (10, 0)
