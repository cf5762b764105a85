"""Mapping files: the documented one is valid, and each mistake is told with its key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.transfer import parse_mapping, read_mapping
from toolkit.transfer.errors import (
    MappingDoesNotFitError,
    MappingInvalidError,
    MappingUnreadableError,
    UnmappedFieldsError,
)

PAGE = Path(__file__).parents[2] / "docs" / "mapping.md"
DOCUMENTED = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
GOOD: dict[str, Any] = {"rows": "/*", "columns": {"a": "a"}}


def test_the_documented_mapping_is_valid() -> None:
    assert DOCUMENTED
    for text in DOCUMENTED:
        assert parse_mapping(tomllib.loads(text)).version == 1


def test_every_key_is_documented() -> None:
    from toolkit.transfer.mapping.model import ColumnRule, KeyRule, SourceRule, TableRule

    page = PAGE.read_text(encoding="utf-8")
    for model in (SourceRule, TableRule, ColumnRule, KeyRule):
        for name, field in model.model_fields.items():
            key = re.escape(field.alias or name)
            assert re.search(rf"[`{{ .]{key}( =|`|\]|\n)", page), f"{model.__name__}.{key}"


def table(**changes: Any) -> dict[str, Any]:
    return {"table": {"t": {**GOOD, **changes}}}


def column(**rule: Any) -> dict[str, Any]:
    return table(columns={"a": rule})


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"version": 2, **table()}, "'version' is not 1"),
    ({"version": 1}, "table: this key is missing"),
    ({"table": {}}, "table: "),
    (table(rows="users"), "table.t.rows: 'users' must begin with '/'"),
    (table(rows="/users"), "table.t.rows: '/users' must end with '/*'"),
    (table(colums={}), "table.t.colums: there is no such key"),
    (table(columns={}), "table.t: no column is mapped"),
    (column(), "table.t.columns.a: say exactly one of"),
    (column(**{"from": "a", "const": 1}), "table.t.columns.a: say exactly one of"),
    (column(**{"from": ""}), "table.t.columns.a.from: '' names no field"),
    (column(**{"from": "a..b"}), "table.t.columns.a.from: 'a..b' names no field"),
    (column(**{"from": "@name"}), "table.t.columns.a.from: '@name' is no known word"),
    (column(**{"from": "a", "as": "integer"}), "table.t.columns.a.as: "),
    (
        column(**{"from": "a", "zone": "Mars/Base"}),
        "table.t.columns.a.zone: there is no time zone 'Mars/Base'",
    ),
    (column(**{"from": "a", "formats": []}), "table.t.columns.a: 'formats' is empty"),
    (column(**{"from": "a", "formats": ["%d.%m."]}), "table.t.columns.a: the format '%d.%m.' has no year"),
    (column(**{"from": "a", "true": ["y"]}), "table.t.columns.a: 'true' and 'false' are given together"),
    (column(**{"from": "a", "default": 1, "required": True}), "contradict"),
    (column(parent="x"), "table.t.columns.a.parent: there is no [table.x]"),
    (column(parent="t"), "do not lie inside"),
    (column(ref="x", **{"from": "a"}), "table.t.columns.a.ref: there is no [table.x]"),
    (column(ref="t"), "needs either 'from' or 'by'"),
    (column(ref="t", by={"zz": "a"}), "maps no column 'zz'"),
    (column(**{"from": "a", "by": {"a": "a"}}), "'by' needs 'ref'"),
    (table(distinct=["b"]), "'distinct' names 'b'"),
    (table(key={"to": "a", "legacy": "x"}), "column 'a' has its value from 'key'"),
    (table(key={"to": "id"}), "'key' without 'legacy' needs 'distinct'"),
    (table(source="gone"), "table.t.source: there is no [source.gone]"),
    ({"source": {"a": {}, "b": {}}, **table()}, "table.t.source: there are several sources"),
    ({"source": {"a": {"timezone": "X"}}, **table()}, "source.a.timezone: there is no time zone 'X'"),
    ({"policy": {"max_errors": 0}, **table()}, "policy.max_errors: "),
]


@pytest.mark.parametrize(("content", "told"), MISTAKES)
def test_mistakes_are_told_with_their_key(content: dict[str, Any], told: str) -> None:
    with pytest.raises(MappingInvalidError) as caught:
        parse_mapping({"version": 1, **content})
    assert told in caught.value.sentence


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(MappingInvalidError) as caught:
        parse_mapping({"version": 1, "table": {"t": {"rows": "x", "columns": {"a": {"from": "@b"}}}}})
    assert [problem.key for problem in caught.value.problems] == ["table.t.rows", "table.t.columns.a.from"]
    assert "table.t.columns.a.from" in str(caught.value.hint)


def test_what_the_file_says_is_not_repeated() -> None:
    with pytest.raises(MappingInvalidError) as caught:
        parse_mapping({"version": 1, **column(const={"password": "hunter2"})})
    assert "hunter2" not in f"{caught.value.sentence}{caught.value.hint}"


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"version = ", "not TOML"), (b"# caf\xe9", "byte 5 is not UTF-8"), (None, "No such file")],
)
def test_files_that_are_no_mapping(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "mapping.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MappingUnreadableError, match=told):
        read_mapping(path)


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"nowhere": GOOD}, "table.nowhere: there is no table nowhere"),
    ({"v": GOOD}, "table.v: there is no table v"),
    ({"t": {"rows": "/*", "columns": {"w": "a"}}}, "column public.t.id must have a value"),
    ({"t": {"rows": "/*", "columns": {"id": "a", "zz": "b"}}}, "has no column 'zz'"),
    (
        {
            "t": {
                "rows": "/*",
                "columns": {"id": "a"},
                "key": {"legacy": "b", "to": "twice", "assign": "serial"},
            }
        },
        "is generated by the server",
    ),
    ({"t": {"rows": "/*", "columns": {"id": {"from": "a", "as": "uuid"}}}}, 'as = "uuid" makes no integer'),
    ({"t": {"rows": "/*", "columns": {"id": {"const": "x"}}}}, "const does not fit: a text where"),
    ({"t": {"rows": "/*", "columns": {"id": {"from": "a", "default": 2**40}}}}, "default does not fit"),
    (
        {"t": {"rows": "/*", "columns": {"id": "a", "w": {"from": "b", "enum": {"x": "long"}}}}},
        "enum 'long' does",
    ),
    ({"t": {"rows": "/*", "key": {"legacy": "a", "to": "id", "assign": "uuid5"}}}, "makes no integer"),
]


@pytest.mark.parametrize(("tables", "told"), MISFITS)
def test_mappings_that_do_not_fit_the_database(importer: Importer, tables: dict[str, Any], told: str) -> None:
    importer.make(
        "CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED, w varchar(3));"
        "CREATE VIEW v AS SELECT 1 AS a"
    )
    with pytest.raises(MappingDoesNotFitError) as caught:
        importer.load([], tables)
    assert told in caught.value.sentence


def test_fields_that_nobody_maps_are_listed_and_nothing_is_written(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, city text)")
    rows = [
        {"id": 1, "at": {"city": "x", "zip": 1}},
        {"id": 2, "at": {"zip": 2}, "more": [{"deep": 1}]},
        {"id": 3, "at": None},
    ]
    columns = {"id": "id", "city": "at.city"}
    with pytest.raises(UnmappedFieldsError) as caught:
        importer.load(rows, {"t": {"rows": "/*", "columns": columns}})
    assert [(item.field, item.rows, item.where) for item in caught.value.fields] == [
        ("at.zip", 2, "memory /0"),
        ("more", 1, "memory /1"),
    ]
    assert importer.stored("SELECT count(*) FROM t") == [(0,)]
    ignoring = {"rows": "/*", "columns": columns, "ignore": ["at.zip", "more"]}
    assert importer.load(rows, {"t": ignoring}).tables[0].inserted == 3


def test_parts_of_a_document_that_nobody_maps(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY)")
    tables = {"t": {"rows": "/t/*", "columns": {"id": "id"}}}
    with pytest.raises(UnmappedFieldsError, match="'meta'"):
        importer.load({"meta": 1, "t": []}, tables)
    assert (
        importer.load({"meta": 1, "t": []}, tables, rest={"source": {"s": {"ignore": ["meta"]}}}).notices
        == ()
    )


DOMAIN = """
CREATE TABLE users (id uuid PRIMARY KEY, email text UNIQUE, created_at timestamptz, role text, active bool,
    source text);
CREATE TABLE tasks (id uuid PRIMARY KEY, user_id uuid REFERENCES users, title text NOT NULL, notes text);
CREATE TABLE tags (id uuid PRIMARY KEY, user_id uuid REFERENCES users, name text, UNIQUE (user_id, name));
CREATE TABLE task_tag_links (task_id uuid REFERENCES tasks, tag_id uuid REFERENCES tags, user_id uuid,
    PRIMARY KEY (task_id, tag_id));
"""
ONE, TWO = "94d94fc6-8b8e-430c-a9cd-ca7ded37ac28", "a955fe9e-f6c4-4e7f-bc32-f6d82289177d"


def test_the_documented_mapping_does_what_the_page_says(importer: Importer, tmp_path: Path) -> None:
    from toolkit.transfer import load

    importer.make(DOMAIN)
    (tmp_path / "mapping.toml").write_text(DOCUMENTED[0])
    (tmp_path / "people.json").write_text(
        f'{{"users": [{{"id": "{ONE.upper()}", "eMail": " A@X ", "createdAt": 0, "role": "Admin", '
        '"avatarUrl": 1}]}'
    )
    (tmp_path / "tasks.ndjson").write_text(
        f'{{"id": "{TWO}", "ownerId": "{ONE}", "title": "x", "details": {{"notes": ""}}, '
        '"tags": ["Home", " home ", "Work"]}\n'
    )
    report = load(mapping=tmp_path / "mapping.toml", database=importer.database)
    assert {line.table: (line.inserted, line.merged) for line in report.tables} == {
        "users": (1, 0),
        "tasks": (1, 0),
        "tags": (2, 1),
        "task_tag_links": (2, 1),
    }
    user = "SELECT email, extract(epoch FROM created_at)::int, role, active, source FROM users"
    assert importer.stored(user) == [("a@x", 0, "admin", True, "legacy-2019")]
    assert importer.stored("SELECT title, notes FROM tasks") == [("x", None)]
    linked = "SELECT name FROM task_tag_links JOIN tags ON id = tag_id ORDER BY name"
    assert importer.stored(linked) == [("home",), ("work",)]
    again = load(mapping=tmp_path / "mapping.toml", database=importer.database, mode="skip")
    assert again.outcome == "unchanged"
