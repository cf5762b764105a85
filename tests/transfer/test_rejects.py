"""Rows that do not fit: each reason, told with place, column and value; and then nothing is written."""

from __future__ import annotations

import random
from typing import Any

import pytest
from fixtures.transfer import Importer

DDL = """
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN short AS text CHECK (length(VALUE) < 4);
CREATE TABLE parents (id int PRIMARY KEY, name text UNIQUE);
CREATE TABLE rows (
    id int PRIMARY KEY, code varchar(3) UNIQUE, age int CHECK (age >= 0), mood mood,
    parent int REFERENCES parents, born timestamptz, tag short, address inet,
    must text NOT NULL DEFAULT 'x', password text,
    CONSTRAINT late CHECK (born IS NULL OR age IS NOT NULL)
);
INSERT INTO parents VALUES (1, 'first');
"""
FIELDS = ("id", "code", "age", "mood", "parent", "born", "tag", "address", "must", "password")
TABLE = {"rows": {"rows": "/*", "columns": {name: name for name in FIELDS}}}


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    return importer


CASES: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({"id": "1"}, "wrong_type", "id", "/2/id"),
    ({"id": None}, "null", "id", "/2/id"),
    ({}, "missing", "id", "/2"),
    ({"id": 3, "code": "abcd"}, "too_long", "code", "/2/code"),
    ({"id": 3, "code": "a\0"}, "nul", "code", "/2/code"),
    ({"id": 3, "code": "\ud800"}, "surrogate", "code", "/2/code"),
    ({"id": 3, "mood": "Happy"}, "not_listed", "mood", "/2/mood"),
    ({"id": 3, "born": "2024-01-01T00:00:00"}, "no_zone", "born", "/2/born"),
    ({"id": 3, "must": None}, "null", "must", "/2/must"),
    ({"id": 3, "age": -1}, "check", "age", "/2/age"),
    ({"id": 3, "born": "2024-01-01T00:00:00Z", "age": None}, "check", "born", "/2/born"),
    ({"id": 3, "tag": "long!"}, "check", "tag", "/2/tag"),
    ({"id": 3, "address": "10.0.0.999"}, "server_type", "address", "/2/address"),
    ({"id": 3, "parent": 9}, "orphan", "parent", "/2/parent"),
]


@pytest.mark.parametrize(("bad", "code", "column", "pointer"), CASES)
def test_one_bad_row_and_nothing_is_written(
    target: Importer, bad: dict[str, Any], code: str, column: str, pointer: str
) -> None:
    good = [{"id": 1, "code": "a", "parent": 1}, {"id": 2, "mood": "sad", "address": "10.0.0.1/8"}]
    report = target.load([*good, bad], TABLE)
    assert report.outcome == "rejected"
    (reject,) = report.rejects
    assert (reject.code, reject.column, reject.pointer, reject.ordinal) == (code, column, pointer, 3)
    (table,) = report.tables
    assert (table.read, table.rejected, table.held_back, table.inserted) == (3, 1, 2, 0)
    assert target.stored("SELECT count(*) FROM rows") == [(0,)]


def test_all_reasons_of_all_rows_are_told(target: Importer) -> None:
    rows = [
        {"id": 1, "code": "toolong", "mood": "angry", "age": "x"},
        {"id": 2},
        {"id": 3, "age": -5},
        {"id": 4, "parent": 7},
        {"id": 4},
    ]
    report = target.load(rows, TABLE)
    told = [(reject.ordinal, reject.code) for reject in report.rejects]
    assert sorted(told) == [
        (1, "not_listed"), (1, "too_long"), (1, "wrong_type"), (3, "check"), (4, "duplicate"), (4, "orphan"),
        (5, "duplicate"),
    ]  # fmt: skip
    assert told == sorted(told, key=lambda item: item[0]), "in the order of the source"


def test_the_order_of_the_input_changes_nothing(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t, n int CHECK (n < 5))")
    rows: list[dict[str, Any]] = [
        {"id": first + n, "up": first + n - 1 if n else None, "n": n}
        for first in (0, 10, 20, 30)
        for n in range(5)
        if first + n != 31
    ]
    rows[2]["n"] = 7
    rows[11]["n"] = "x"
    verdicts = set()
    for seed in range(6):
        random.Random(seed).shuffle(rows)
        report = importer.load(rows, {"t": {"rows": "/*", "columns": {"id": "id", "up": "up", "n": "n"}}})
        verdicts.add(frozenset((rows[reject.ordinal - 1]["id"], reject.code) for reject in report.rejects))
    (verdict,) = verdicts
    assert {number for number, code in verdict if code != "parent_rejected"} == {2, 21, 32}
    assert {number for number, code in verdict if code == "parent_rejected"} == {3, 4, 22, 23, 24, 33, 34}


def test_the_list_is_cut_and_says_so(target: Importer) -> None:
    report = target.load([{"id": "x"}] * 7, TABLE, rest={"policy": {"show_errors": 3}})
    assert (len(report.rejects), report.reasons, report.rejected) == (3, 7, 7)


def test_file_line_and_byte_are_told(target: Importer, tmp_path: Any) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_bytes(b'{"id": 1}\n\n{"id": "\xc3\xa4"}\n{"id": 2, "id": 3}\n{"id"')
    report = target.load(path, TABLE)
    told = [
        (reject.code, reject.source, reject.line, reject.offset, reject.value) for reject in report.rejects
    ]
    assert told == [
        ("wrong_type", "rows.ndjson", 3, 11, '"\\u00e4"'),
        ("duplicate_key", "rows.ndjson", 4, 24, "2 and 3"),
        ("truncated", "rows.ndjson", 5, 43, None),
    ]
    assert report.tables[0].read == report.tables[0].rejected + report.tables[0].held_back == 4


@pytest.mark.parametrize(
    ("masked", "value"),
    [({"password": "password"}, 5), ({"code": {"from": "code", "mask": True}}, "a-secret-text")],
)
def test_masked_values_are_never_shown(target: Importer, masked: dict[str, Any], value: Any) -> None:
    columns = {"id": "id", **masked}
    (name,) = masked
    rows = [{"id": 1, name: value}, {"id": "x", name: "fine"}]
    report = target.load(rows, {"rows": {"rows": "/*", "columns": columns}})
    assert {reject.value for reject in report.rejects} == {"***", '"x"'}
    assert str(value) not in repr([reject.sentence for reject in report.rejects])


def test_children_of_a_rejected_parent_fall_with_it(target: Importer) -> None:
    tables = {
        "parents": {"rows": "/*", "ignore": [], "columns": {"id": "id"}},
        "rows": {"rows": "/*/kids/*", "columns": {"id": "@value", "parent": {"parent": "parents"}}},
    }
    report = target.load([{"id": 5, "kids": [1, 2]}, {"id": "bad", "kids": [3, 4]}], tables)
    told = [(reject.table, reject.code, reject.pointer) for reject in report.rejects]
    assert told == [
        ("parents", "wrong_type", "/1/id"),
        ("rows", "parent_rejected", "/1/kids/0"),
        ("rows", "parent_rejected", "/1/kids/1"),
    ]


def test_dependants_over_a_foreign_key_fall_too(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t, n int)")
    chain = [
        {"id": 3, "up": 2, "n": 0},
        {"id": 2, "up": 1, "n": 0},
        {"id": 1, "up": None, "n": "bad"},
        {"id": 9},
    ]
    report = importer.load(chain, {"t": {"rows": "/*", "columns": {"id": "id", "up": "up", "n": "n"}}})
    assert sorted((reject.ordinal, reject.code) for reject in report.rejects) == [
        (1, "parent_rejected"), (2, "parent_rejected"), (3, "wrong_type"),
    ]  # fmt: skip
    assert report.tables[0].held_back == 1


def test_distinct_rows_that_differ_elsewhere(importer: Importer) -> None:
    importer.make("CREATE TABLE tags (id uuid PRIMARY KEY, name text UNIQUE, colour text)")
    table = {"rows": "/*", "distinct": ["name"], "key": {"to": "id", "assign": "uuid5"}}
    tables = {"tags": table | {"columns": {"name": {"from": "name", "case": "lower"}, "colour": "colour"}}}
    same = [{"name": "A", "colour": "red"}, {"name": "a", "colour": "red"}]
    assert importer.load(same, tables, dry_run=True).tables[0].merged == 1
    report = importer.load([*same, {"name": "a", "colour": "blue"}], tables)
    told = [(reject.ordinal, reject.code, reject.column) for reject in report.rejects]
    assert told == [(number, "distinct_conflict", "colour") for number in (1, 2, 3)]
