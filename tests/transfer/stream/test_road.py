"""Which imports take the fast road, and what is said about the others before they begin."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from fixtures.transfer import Importer

from toolkit.database import Job
from toolkit.events import Event, Notice, StepStarted
from toolkit.transfer import parse_mapping
from toolkit.transfer.judge.plan import make_plan
from toolkit.transfer.loading.terms import LoadOptions, terms_of
from toolkit.transfer.sources.located import FileSource, FilesSource, MemorySource, PathSource, StdinSource
from toolkit.transfer.stream import road, size
from toolkit.transfer.stream.eligible import reason_against
from toolkit.transfer.stream.errors import ImportTooLargeError
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire

DDL = """
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (
    id serial PRIMARY KEY, p int REFERENCES p, n int, made int GENERATED ALWAYS AS (n * 2) STORED
);
CREATE TABLE lower (id int PRIMARY KEY, mail text); CREATE UNIQUE INDEX ON lower (lower(mail));
CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree);
CREATE TABLE watched (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER w BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
"""
ID = {"id": "id"}
CASES: Mapping[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "plain": ({"t": {"columns": ID | {"p": "p", "n": {"const": 1}}}}, {}, None),
    "uuid5 keys": ({"t": {"columns": ID | {"n": {"from": "n", "as": "int", "default": 3}}}}, {}, None),
    "any mode": ({"t": {"columns": ID, "conflict": "update-changed", "duplicates": "last"}}, {}, None),
    "inner rows": ({"t": {"columns": ID, "rows": "/a/*"}}, {}, "not the records"),
    "serial": (
        {"t": {"columns": {"n": "n"}, "key": {"legacy": "k", "to": "id", "assign": "serial"}}},
        {},
        "keys",
    ),
    "self": ({"tree": {"columns": ID | {"up": "up"}}}, {}, "refers to rows of this import"),
    "where": ({"t": {"columns": ID, "where": {"kind": "a"}}}, {}, "'where'"),
    "sums": ({"t": {"columns": ID | {"n": "n"}, "reconcile": {"sums": ["n"]}}}, {}, "reconciled"),
    "generated": ({"t": {"columns": ID | {"made": "made"}}}, {}, "generated"),
    "expression": ({"lower": {"columns": ID | {"mail": "mail"}}}, {}, "unique or exclusion rule"),
    "trigger": ({"watched": {"columns": ID}}, {}, "triggers"),
    "partitions": ({"parted": {"columns": ID}}, {}, "partitions"),
    "batches that refuse": ({"t": {"columns": ID}}, {"policy": {"mode": "batched"}}, "batches"),
    "one source for two": ({"t": {"columns": ID}, "p": {"columns": ID}}, {}, "shares its source"),
    "cut": ({"t": {"columns": ID}}, {"source": {"s": {"cut": "reject"}}}, "cut"),
}


def test_the_plans_that_may(importer: Importer) -> None:
    importer.make(DDL)
    with importer.database.connect(Job.DATA) as connection:
        wire = Wire(connection)
        for name, (tables, rest, expected) in CASES.items():
            given = {table: {"rows": "/*"} | rule for table, rule in tables.items()}
            mapping = parse_mapping({"version": 1, "table": given, **rest})
            plan = make_plan(mapping, read_tables(wire, {table: table for table in given}))
            sources = {table.source: FileSource("s", b"") for table in plan.tables.values()}
            terms = terms_of(mapping, LoadOptions(), dry_run=False)
            reason = reason_against(mapping, plan, sources, terms, wire)
            assert (reason is None) if expected is None else (reason and expected in reason), (name, reason)


def test_the_size_of_sources(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a", tmp_path / "b"
    plain.write_bytes(b"x" * 100)
    packed.write_bytes(gzip.compress(b"x" * 100, mtime=0))
    both = (PathSource("a", plain), PathSource("b", packed))
    assert size.size_of(both[0]) == 100
    assert size.size_of(both[1]) == 8 * packed.stat().st_size
    assert size.size_of(FilesSource("ab", both)) == 100 + 8 * packed.stat().st_size
    assert size.size_of(MemorySource("m", [])) == 0
    assert size.size_of(StdinSource()) is None
    assert size.size_of(PathSource("no", tmp_path / "no")) is None
    os.mkfifo(tmp_path / "pipe")
    assert size.size_of(PathSource("pipe", tmp_path / "pipe")) is None


def test_the_memory_that_an_import_takes_goes_by_bytes_and_records(tmp_path: Path) -> None:
    narrow, wide = b'{"id": 1}\n' * 10_000, (b'{"id": 1, "x": "' + b"x" * 73 + b'"}\n') * 1000
    packed = tmp_path / "p"
    packed.write_bytes(gzip.compress(narrow, mtime=0))
    array = b"[" + b",".join([b'{"id": 1}'] * 10_000) + b"]"
    pretty = b'[\n{\n "id": 1,\n "a": {}\n}\n]' * 1000
    needs = [size.memory_for(FileSource("s", content)) or 0 for content in (narrow, array, wide, pretty)]
    assert needs[0] == pytest.approx(needs[1], rel=0.2)
    assert needs[0] == pytest.approx(8 * 100_000 + 1_800 * 10_000, rel=0.1)
    assert needs[2] == pytest.approx(8 * 91_000 + 1_800 * 1_000, rel=0.1)
    assert needs[3] < 1_800 * 3_000
    assert (size.memory_for(PathSource("p", packed)) or 0) > 0
    assert size.memory_for(PathSource("no", tmp_path / "no")) is None
    assert size.memory_for(StdinSource()) is None
    assert size.memory_for(MemorySource("m", [])) == 0


def test_an_import_that_must_be_in_memory_says_so_first(
    importer: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.make("CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree)")
    file = tmp_path / "t.ndjson"
    file.write_text('{"id": 1, "up": 1}\n')
    tables = {"tree": {"rows": "/*", "columns": {"id": "id", "up": "up"}}}
    monkeypatch.setattr(road, "SMALL", 0)
    monkeypatch.setattr(size, "_LARGE", 0)
    heard: list[Event] = []
    assert importer.load(file, tables, emit=heard.append).outcome == "loaded"
    first = next(event for event in heard if isinstance(event, Notice | StepStarted))
    assert isinstance(first, Notice)
    assert "public.tree refers to rows of this import" in first.sentence
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10})())
    with pytest.raises(ImportTooLargeError, match="read into memory as a whole"):
        importer.load(file, tables)
