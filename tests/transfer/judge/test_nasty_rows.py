"""Rows whose fields break importers: keys twice, mixed kinds, names of every sort, fields nobody maps.

The numbers in the names are those of the catalogue of nasty inputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures.judging import Judge, table, told
from fixtures.transfer import Importer

from toolkit.transfer.errors import MappingDoesNotFitError, UnmappedFieldsError
from toolkit.transfer.judge.errors import NameCollisionError


def write(folder: Path, text: str) -> Path:
    path = folder / "x.json"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("policy", "stored"), [("first", 1), ("last", 2), ("reject", None)])
def test_21_a_key_twice_in_one_object(
    importer: Importer, tmp_path: Path, policy: str, stored: int | None
) -> None:
    importer.make("CREATE TABLE t (a int)")
    source = {"s": {"duplicate_keys": policy}}
    report = importer.load(write(tmp_path, '[{"a": 1, "a": 2}]'), {"t": table("a")}, rest={"source": source})
    assert [(reject.code, reject.value) for reject in report.rejects] == (
        [] if stored else [("duplicate_key", "1 and 2")]
    )
    assert importer.stored("SELECT a FROM t") == ([(stored,)] if stored else [])


@pytest.mark.parametrize(
    ("row", "pair"),
    [
        ({"userName": 1, "user_name": 2}, ("user_name", "userName")),
        ({"userName": 1, "at": {"caf\u00e9": 1, "cafe\u0301": 2}}, ("at.cafe\u0301", "caf\u00e9")),
    ],
)
def test_22_names_that_are_spellings_of_one(
    judge: Judge, importer: Importer, row: Any, pair: tuple[str, str]
) -> None:
    importer.make("CREATE TABLE t (n int, c int)")
    columns = {"n": "userName", "c": "at.caf\u00e9"}
    with pytest.raises(NameCollisionError) as caught:
        judge([row], {"t": {"rows": "/*", "columns": columns}})
    assert [(item.field, item.other) for item in caught.value.fields] == [pair]
    if "user_name" in row:
        judge([row], {"t": {"rows": "/*", "columns": columns, "ignore": ["user_name"]}})


def test_24_numbers_that_floats_have_rounded_are_warned_about(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int8 PRIMARY KEY)")
    rows = [{"id": 250075927172759550, "id_str": "250075927172759552"}, {"id": 1, "id_str": "1"}]
    book = judge(rows, {"t": table("id", ignore=["id_str"])})
    assert book.rejects == []
    assert any("in 1 rows the number differs" in warning for warning in book.warnings)


def test_30_31_a_mixed_column_is_judged_row_by_row_and_its_kinds_told(
    judge: Judge, importer: Importer
) -> None:
    importer.make("CREATE TABLE t (v int)")
    values: list[Any] = [*range(2000), "x", True, None, [1], {"a": 1}, "y"]
    book = judge([{"v": value} for value in values], {"t": table("v")})
    assert len(book.rejects) == 5
    (mixed,) = book.mixed
    assert [(kind.kind, kind.count, kind.where) for kind in mixed.kinds] == [
        ("a number", 2000, "memory /0/v"), ("a text", 2, "memory /2000/v"),
        ("a boolean", 1, "memory /2001/v"),
        ("a list", 1, "memory /2003/v"), ("an object", 1, "memory /2004/v"),
    ]  # fmt: skip


def test_33_44_keys_that_look_the_same_are_warned_about(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (n text UNIQUE)")
    book = judge([{"n": n} for n in ("a", "a ", "B", "b", "\u200bc", "d")], {"t": table("n")})
    assert book.rejects == []
    assert any("2 keys differ" in warning for warning in book.warnings)


def test_35_missing_null_and_empty_are_three_things(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int, a text DEFAULT 'server', b text NOT NULL)")
    rows = [{"id": 1, "b": ""}, {"id": 2, "a": None, "b": "x"}, {"id": 3, "a": "", "b": "x"}]
    missing = {"a": {"from": "a", "null": "missing"}, "b": "b", "id": "id"}
    importer.load(rows, {"t": table("id", "a", "b")})
    assert importer.stored("SELECT a, b FROM t ORDER BY id") == [("server", ""), (None, "x"), ("", "x")]
    importer.make("TRUNCATE t")
    importer.load(rows, {"t": {"rows": "/*", "columns": missing}})
    assert importer.stored("SELECT a FROM t ORDER BY id") == [("server",), ("server",), ("",)]
    report = importer.load([{"id": 1}, {"id": 2, "b": None}], {"t": table("id", "a", "b")})
    assert [(reject.code, reject.sqlstate) for reject in report.rejects] == [
        ("missing", "23502"),
        ("null", "23502"),
    ]


def test_37_fields_nobody_maps_are_collected(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int, city text, extra jsonb)")
    rows = [
        {"id": 1, "at": {"city": "x", "zip": [1.50]}, "more": None, "gone": 1, "kids": [1]},
        {"id": 2, "at": None},
    ]
    columns = {"id": "id", "city": "at.city", "extra": {"rest": True}}
    kids = {"rows": "/*/kids/*", "columns": {"n": "@value"}}
    importer.make("CREATE TABLE kids (n int)")
    importer.load(rows, {"t": {"rows": "/*", "columns": columns, "ignore": ["gone"]}, "kids": kids})
    assert importer.stored("SELECT extra FROM t ORDER BY id") == [
        ({"at": {"zip": [1.5]}, "more": None},),
        ({},),
    ]


def test_38_names_of_every_kind(importer: Importer) -> None:
    names = ["select", "Mixed Case", "dot.ted", 'qu"ote', "per%cent", "\U0001f600", "b" * 63]
    columns = ", ".join('"' + name.replace('"', '""') + '" int CHECK (true)' for name in names)
    importer.make(f'CREATE TABLE "Ta ble.%" ({columns})')
    mapped = {name: "/" + name.replace("~", "~0").replace("/", "~1") for name in names}
    report = importer.load([dict.fromkeys(names, 7)], {"Ta ble.%": {"rows": "/*", "columns": mapped}})
    assert (report.outcome, importer.stored('SELECT * FROM "Ta ble.%"')) == ("loaded", [(7,) * 7])
    for wrong in (
        {"into": "Ta ble.%", "columns": {"b" * 64: "x"}},
        {"into": "t" * 64, "columns": {"a": "x"}},
    ):
        with pytest.raises(MappingDoesNotFitError):
            importer.load([], {"t": {"rows": "/*", **wrong}})


def test_where_takes_rows_by_their_fields_and_loses_none(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE a (n int); CREATE TABLE b (n int, m int)")
    rows = [{"type": "a", "n": 1}, {"type": "b", "n": 2, "m": 3}, {"type": "b", "n": 4, "m": 5}]
    tables = {"a": table("n", where={"type": "a"}), "b": table("n", "m", where={"type": ["b", "c"]})}
    book = judge(rows, tables)
    assert ({name: len(found) for name, found in book.rows.items()}, dict(book.filtered)) == (
        {"a": 1, "b": 2}, {"a": 2, "b": 1},
    )  # fmt: skip
    with pytest.raises(UnmappedFieldsError, match="rows with another type"):
        judge([*rows, {"type": "z", "n": 1}], tables)
    judge([*rows, {"type": "z", "n": 1}], tables, {"source": {"s": {"unmatched": "ignore"}}})
    with pytest.raises(UnmappedFieldsError, match="'m'"):
        judge([{"type": "a", "n": 1, "m": 1}], tables)


def test_69_generated_columns_are_compared_and_not_written(judge: Judge, importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, d int GENERATED ALWAYS AS (id * 2) STORED)")
    book = judge([{"id": 1, "d": 2}, {"id": 2, "d": 5}, {"id": 3}], {"t": table("id", "d")})
    assert told(book) == [(2, "generated_differs", "d")]
    assert importer.load([{"id": 1, "d": 2}], {"t": table("id", "d")}).outcome == "loaded"


def test_70_checks_and_domains_are_named(judge: Judge, importer: Importer) -> None:
    importer.make(
        "CREATE DOMAIN short AS text CONSTRAINT not_long CHECK (length(VALUE) < 4);"
        "CREATE TABLE t (id int PRIMARY KEY, s short, n int CONSTRAINT low CHECK (n < 5))"
    )
    book = judge([{"id": 1, "s": "long!", "n": 9}], {"t": table("id", "s", "n")})
    assert [(reject.code, reject.sqlstate) for reject in book.rejects] == [("check", "23514")] * 2
    assert "not_long" in book.rejects[0].reason
    assert "low: (n < 5)" in book.rejects[1].reason
