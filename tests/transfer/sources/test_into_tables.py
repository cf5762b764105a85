"""Sources of every shape through the whole import, into a real table."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fixtures.transfer import Importer

from toolkit.transfer.errors import SourceCutError
from toolkit.transfer.report import LoadReport

KEY = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
COLUMNS = {"id": {"from": "id", "as": "int"}, "name": "name"}


@pytest.fixture
def people(importer: Importer) -> Importer:
    importer.make(
        "CREATE TABLE people (id int PRIMARY KEY, name text);"
        "CREATE TABLE pets (owner int REFERENCES people, name text, PRIMARY KEY (owner, name))"
    )
    return importer


def load(
    importer: Importer, source: Any, *, rows: str = "/*", said: dict[str, Any] | None = None
) -> LoadReport:
    tables = {"people": {"rows": rows, "columns": COLUMNS}}
    return importer.load(source, tables, rest={"source": {"people": said or {}}})


ADA_BOB = [(1, "Ada"), (2, "Bob")]
RECORDS = '{"id": 1, "name": "Ada"}', '{"id": 2, "name": "Bob"}'
MONGO = b"""{"id": {"$numberLong": "1"}, "name": "Ada"}
{"id": {"$numberInt": "2"}, "name": "Bob"}
"""
FILES: dict[str, tuple[str, bytes, str, dict[str, Any]]] = {
    "array": ("p.json", "[{},\n{}]".format(*RECORDS).encode(), "/*", {}),
    "keyed": ("p.json", '{{"a": {}, "b": {}}}'.format(*RECORDS).encode(), "/*", {"shape": "keyed"}),
    "grouped": ("p.json", '{{"x": [{}], "y": [{}]}}'.format(*RECORDS).encode(), "/*/*", {"shape": "grouped"}),
    "document": ("p.json", '{{"people": [{}, {}]}}'.format(*RECORDS).encode(), "/people/*", {}),
    "tinydb": ("p.json", '{{"_default": {{"1": {}, "2": {}}}}}'.format(*RECORDS).encode(), "/_default/*", {
        "shape": "tinydb"}),
    "ndjson": ("p.ndjson", "{}\n\n{}\n".format(*RECORDS).encode(), "/*", {}),
    "concatenated": ("p.json", "\x1e{}\n\x1e{}\n".format(*RECORDS).encode(), "/*", {"shape": "concatenated"}),
    "csv": ("p.csv", b'id;name\n1;"Ada"\n2;Bob\n', "/*", {"csv": {"delimiter": ";"}}),
    "gzip": ("p.json", gzip.compress("[{},{}]".format(*RECORDS).encode(), mtime=0), "/*", {}),
    "utf16": ("p.json", "[{},{}]".format(*RECORDS).encode("utf-16"), "/*", {}),
    "mongo": ("p.json", MONGO, "/*", {"shape": "mongo"}),
}  # fmt: skip


def test_every_shape_arrives(people: Importer, tmp_path: Path) -> None:
    for name, (file, content, rows, said) in FILES.items():
        people.make("TRUNCATE people CASCADE")
        (tmp_path / file).write_bytes(content)
        report = load(people, tmp_path / file, rows=rows, said=said)
        assert report.outcome == "loaded", (name, report.rejects)
        assert people.stored("SELECT id, name FROM people ORDER BY id") == ADA_BOB, name


def test_several_files_with_children_keep_their_parents(people: Importer, tmp_path: Path) -> None:
    for number, (name, pet) in enumerate([("Ada", "Rex"), ("Bob", "Tom")], start=1):
        record = {"id": number, "name": name, "pets": [pet, "Both"]}
        (tmp_path / f"{number}.ndjson").write_text(json.dumps(record))
    tables = {
        "people": {"rows": "/*", "columns": {"id": "id", "name": "name"}},
        "pets": {
            "rows": "/*/pets/*",
            "columns": {"owner": {"parent": "people", "column": "id"}, "name": "@value"},
        },
    }
    report = people.load(str(tmp_path / "*.ndjson"), tables)
    assert report.outcome == "loaded", report.rejects
    assert people.stored("SELECT owner, name FROM pets ORDER BY 1, 2") == [
        (1, "Both"), (1, "Rex"), (2, "Both"), (2, "Tom")
    ]  # fmt: skip


TEXTS = [
    "\\.",
    "=1+1",
    "007",
    "+1415",
    "1E5",
    "NA",
    "NULL",
    "null",
    " x ",
    "true",
    "\u2028",
    '"',
    "a,b",
    "x\ny",
]


def test_cells_that_look_like_something_else_stay_texts(people: Importer, tmp_path: Path) -> None:
    quoted = ['"{}"'.format(text.replace('"', '""')) if set(text) & set('",\n') else text for text in TEXTS]
    lines = [f"{number},{text}" for number, text in enumerate(quoted)]
    rest = [f"{len(TEXTS)},", f'{len(TEXTS) + 1},""']
    path = tmp_path / "p.csv"
    path.write_text("\n".join(["id,name", *lines, *rest]))
    assert load(people, path).outcome == "loaded"
    stored = [name for _, name in people.stored("SELECT id, name FROM people ORDER BY id")]
    assert stored == [*TEXTS, None, ""]


def test_a_ragged_row_is_a_reject_with_its_line(people: Importer, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('id,name\n1,"A\nda"\n2\n')
    report = load(people, path)
    assert report.outcome == "rejected"
    (reject,) = report.rejects
    assert (reject.code, reject.line, reject.offset, reject.pointer) == ("ragged", 4, 17, "/1")


def test_scalars_among_records_are_rejected_by_index(people: Importer, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('[{"id": 1, "name": "Ada"}, 7, "x"]')
    report = load(people, path)
    assert {reject.pointer for reject in report.rejects} == {"/1", "/2"}


def test_a_cut_file_refuses_the_whole_unless_it_is_said(people: Importer, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('[{"id": 1, "name": "Ada"},\n{"id": 2, "na')
    with pytest.raises(SourceCutError):
        load(people, path)
    report = load(people, path, said={"cut": "reject"})
    assert (report.outcome, [reject.code for reject in report.rejects]) == ("rejected", ["truncated"])
    assert people.stored("SELECT count(*) FROM people") == [(0,)]


@dataclasses.dataclass
class Person:
    id: int
    name: str


def test_objects_arrive_like_files(importer: Importer) -> None:
    importer.make("CREATE TABLE things (key text PRIMARY KEY, price numeric, raw bytea, name text)")
    columns = {"key": "@key", "price": "price", "raw": "raw", "name": "who.name"}
    store = {KEY: {"price": Decimal("1.50"), "raw": b"\x00\xff", "who": Person(1, "Ada")}}
    report = importer.load(store, {"things": {"rows": "/*", "columns": columns, "ignore": ["who.id"]}})
    assert report.outcome == "loaded", report.rejects
    (row,) = importer.stored("SELECT key, price::text, encode(raw, 'hex'), name FROM things")
    assert row == (str(KEY), "1.50", "00ff", "Ada")


def test_standard_input_is_a_source(people: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "[{},{}]".format(*RECORDS).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert load(people, "-").outcome == "loaded"
    assert people.stored("SELECT id, name FROM people ORDER BY id") == ADA_BOB


def test_values_that_stand_twice_are_masked_like_their_column(people: Importer, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('[{"id": 1, "nin": "AB1", "nin": "CD2"}]')
    columns: dict[str, Any] = {"id": "id", "name": {"from": "nin", "mask": True}}
    report = people.load(path, {"people": {"rows": "/*", "columns": columns}})
    assert [(reject.code, reject.value) for reject in report.rejects] == [("duplicate_key", "***")]
    assert "AB1" not in str(report)


def test_the_owner_of_a_grouped_source_is_its_key(importer: Importer, tmp_path: Path) -> None:
    importer.make("CREATE TABLE notes (owner text, name text)")
    path = tmp_path / "n.json"
    path.write_text('{"ada": [{"name": "a"}, {"name": "b"}], "bob": [{"name": "c"}], "eve": []}')
    tables = {"notes": {"rows": "/*/*", "columns": {"owner": "@1", "name": "name"}}}
    report = importer.load(path, tables, rest={"source": {"n": {"shape": "grouped"}}})
    assert report.outcome == "loaded", report.rejects
    assert importer.stored("SELECT owner, name FROM notes ORDER BY name") == [
        ("ada", "a"),
        ("ada", "b"),
        ("bob", "c"),
    ]
