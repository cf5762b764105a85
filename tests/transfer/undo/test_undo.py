"""An import that stands is undone: what it wrote goes, what others did since stays and is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.cancel import CancelledError, CancelToken
from toolkit.events import Event, Progress
from toolkit.transfer import LoadOptions
from toolkit.transfer.ledger.errors import NoSuchRunError, RunUndoneError
from toolkit.transfer.undo import UndoReport, undo
from toolkit.transfer.undo.errors import NotKeptError, PartlyUndoneError

DDL = """
CREATE TABLE people (
    id int PRIMARY KEY, name text NOT NULL, boss int REFERENCES people, born date, at timestamptz,
    score float8, raw bytea, tags text[], doc json, twice int GENERATED ALWAYS AS (id * 2) STORED
);
CREATE TABLE pets (id serial PRIMARY KEY, owner int NOT NULL REFERENCES people ON DELETE CASCADE, name text);
"""
STORED = (
    "INSERT INTO people VALUES (1, 'Ada', NULL, '0044-03-15 BC', 'infinity', 'NaN', '\\x00ff', '{a,NULL}',"
    " '{\"a\": 1,  \"a\": 2}'), (2, 'Bob', 1, NULL, NULL, 0.1, NULL, NULL, NULL)"
)
TABLES: dict[str, Any] = {
    "people": {
        "rows": "/people/*",
        "conflict": "update-changed",
        "columns": {"id": "id", "name": "name", "boss": "boss"},
    },
    "pets": {
        "rows": "/pets/*",
        "key": {"legacy": "id", "to": "id", "assign": "serial"},
        "columns": {"owner": "owner", "name": "name"},
    },
}
DOCUMENT = {
    "people": [
        {"id": 1, "name": "Ada Lovelace", "boss": 4},
        {"id": 3, "name": "Cleo", "boss": 5},
        {"id": 4, "name": "Dora", "boss": 3},
        {"id": 5, "name": "Eve", "boss": 4},
    ],
    "pets": [{"id": "p1", "owner": 3, "name": "Rex"}, {"id": "p2", "owner": 2, "name": "Tom"}],
}
EVERYTHING = "SELECT p::text FROM people AS p UNION ALL SELECT 'pet ' || owner || name FROM pets ORDER BY 1"


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    importer.make(STORED)
    return importer


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "zoo.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def counts(report: UndoReport) -> dict[str, tuple[int, ...]]:
    return {
        line.target: (line.deleted, line.restored, line.kept, line.blocked, line.gone)
        for line in report.tables
    }


@pytest.mark.parametrize("rows", [None, 1])
def test_afterwards_everything_is_as_it_was(target: Importer, source: Path, rows: int | None) -> None:
    before = target.stored(EVERYTHING)
    options = LoadOptions(transaction="batched", batch_rows=rows) if rows else None
    run = target.load(source, TABLES, options=options).run
    stands = target.stored(EVERYTHING)
    rehearsed = undo(target.database, dry_run=True)
    assert target.stored(EVERYTHING) == stands
    done = undo(target.database, run)
    assert counts(done) == counts(rehearsed)
    assert counts(done) == {"public.people": (3, 1, 0, 0, 0), "public.pets": (2, 0, 0, 0, 0)}
    assert target.stored(EVERYTHING) == before
    assert (done.left, done.undone, done.require_undone()) == (0, 6, done)
    # Nobody's earlier values stay in the ledger, and the file is one that was never imported.
    assert target.stored("SELECT count(*) FROM neonkit_import.touched WHERE before IS NOT NULL") == [(0,)]
    again = target.load(source, TABLES)
    assert again.outcome == "loaded"
    assert target.stored("SELECT count(*) FROM pets") == [(2,)]


def test_what_others_did_since_stays_and_is_named(target: Importer, source: Path) -> None:
    run = target.load(source, TABLES).run
    target.make(
        "UPDATE pets SET name = 'Tommy' WHERE name = 'Tom';"  # changed
        "UPDATE people SET score = 1 WHERE id = 1;"  # changed, in a column that the import does not know
        "DELETE FROM pets WHERE name = 'Rex';"  # gone
        "INSERT INTO pets (owner, name) VALUES (5, 'Kim')"  # refers to an imported row
    )
    stands = target.stored(EVERYTHING)
    report = undo(target.database, run)
    assert counts(report) == {"public.people": (0, 0, 1, 3, 0), "public.pets": (0, 0, 1, 0, 1)}
    assert target.stored(EVERYTHING) == stands
    assert {(row.target, row.key, row.fate) for row in report.standing} == {
        ("public.people", "1", "kept"), ("public.people", "3", "blocked"), ("public.people", "4", "blocked"),
        ("public.people", "5", "blocked"), ("public.pets", "2", "kept"),
    }  # fmt: skip
    assert {row.reason for row in report.standing} == {
        "which was changed since", "which a row of public.pets refers to",
        "which a row of public.people refers to",
    }  # fmt: skip
    with pytest.raises(PartlyUndoneError, match=r"5 rows of the import run .* still stand; the first: "):
        report.require_undone()
    # When that is settled, the rest is undone.
    target.make("DELETE FROM pets WHERE name = 'Kim'; UPDATE people SET score = 'NaN' WHERE id = 1")
    later = undo(target.database, run)
    assert counts(later) == {"public.people": (3, 1, 0, 0, 0), "public.pets": (0, 0, 1, 0, 1)}


def test_values_that_changed_hands_come_back(importer: Importer, tmp_path: Path) -> None:
    """A changed row's old value is held by an inserted row, to which another changed row refers."""
    importer.make(
        "CREATE TABLE t (id int PRIMARY KEY, mail text UNIQUE, friend int REFERENCES t);"
        "INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', 1)"
    )
    path = tmp_path / "t.ndjson"
    records = [
        {"id": 1, "mail": "c", "friend": 3},
        {"id": 3, "mail": "a", "friend": 1},
        {"id": 2, "mail": "b", "friend": 3},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    rule = {"rows": "/*", "columns": {name: name for name in ("id", "mail", "friend")}}
    importer.make("UPDATE t SET mail = 'c' WHERE id = 1")
    importer.load(path, {"t": {**rule, "conflict": "update-changed"}})
    assert importer.stored("SELECT count(*) FROM t") == [(3,)]
    report = undo(importer.database)
    assert (report.left, report.undone) == (0, 3)
    assert importer.stored("SELECT * FROM t ORDER BY id") == [(1, "c", None), (2, "b", 1)]


def test_triggers_are_told(target: Importer, source: Path) -> None:
    """One that stamps changed rows, one that drops deletions without a word."""
    target.make(
        "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " new.score = coalesce(nullif(new.score, 'NaN'), 0) + 1; RETURN new; END $$;"
        "CREATE TRIGGER stamps BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION stamp();"
        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF old.name = 'Tom' THEN RETURN NULL; END IF; RETURN old; END $$;"
        "CREATE TRIGGER holds BEFORE DELETE ON pets FOR EACH ROW EXECUTE FUNCTION hold()"
    )
    run = target.load(source, TABLES).run
    report = undo(target.database, run)
    assert counts(report) == {"public.people": (3, 1, 0, 0, 0), "public.pets": (1, 0, 1, 0, 0)}
    assert report.tables[0].otherwise == 1
    assert target.stored("SELECT name, boss, score FROM people WHERE id = 1") == [("Ada", None, 1.0)]


def test_a_run_that_stopped_is_undone_and_not_gone_on_with(target: Importer, source: Path) -> None:
    before = target.stored(EVERYTHING)
    token = CancelToken()

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done >= 2:
            token.cancel("enough")

    options = LoadOptions(transaction="batched", batch_rows=1)
    with pytest.raises(CancelledError):
        target.load(source, TABLES, options=options, emit=emit, cancel=token)
    assert target.stored(EVERYTHING) != before
    run = undo(target.database).run
    assert target.stored(EVERYTHING) == before
    with pytest.raises(RunUndoneError):
        target.load(source, TABLES, options=LoadOptions(resume=run))
    assert target.load(source, TABLES, options=options).outcome == "loaded"


def test_rows_without_a_known_key_are_counted(importer: Importer, tmp_path: Path) -> None:
    importer.make("CREATE TABLE log (at int, said text); CREATE TABLE t (id serial PRIMARY KEY, said text)")
    path = tmp_path / "log.ndjson"
    path.write_text('{"at": 1, "said": "a"}\n{"at": 2, "said": "b"}\n')
    log = {"rows": "/*", "columns": {"at": "at", "said": "said"}}
    said = {"rows": "/*", "ignore": ["at"], "columns": {"said": "said"}}
    run = importer.load(path, {"log": log, "t": said}).run
    report = undo(importer.database, run)
    assert [(line.deleted, line.unknown) for line in report.tables] == [(0, 2), (0, 2)]
    with pytest.raises(PartlyUndoneError, match="whose rows have no key that the import knew"):
        report.require_undone()
    assert importer.stored("SELECT count(*) FROM log") == [(2,)]


def test_what_cannot_be_undone_says_why(
    target: Importer, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoSuchRunError, match="no import that could be undone"):
        undo(target.database)
    target.load(source, TABLES, options=LoadOptions(undo=False))
    with pytest.raises(NotKeptError, match="nothing is to be kept"):
        undo(target.database)
    monkeypatch.setattr("toolkit.transfer.undo.keeping.LIMIT", 3)
    target.make("TRUNCATE people, pets")
    target.make(STORED)
    target.load(source, TABLES, options=LoadOptions(again=True))
    with pytest.raises(NotKeptError, match="it has more than 3 rows"):
        undo(target.database)
    source.write_text(json.dumps({"pets": [{"id": "p9", "owner": 1, "name": "Gus"}] * 5}))
    pets = {"pets": {**TABLES["pets"], "duplicates": "first"}}
    target.load(source, pets, options=LoadOptions(undo=True))
    assert undo(target.database).undone == 1
    with pytest.raises(NoSuchRunError, match="no import run 7"):
        undo(target.database, "7")


def test_a_ledger_of_before_learns_it(target: Importer, source: Path) -> None:
    target.load(source, TABLES)
    target.make("DROP TABLE neonkit_import.touched; UPDATE neonkit_import.run SET facts = facts - 'undo'")
    with pytest.raises(NotKeptError, match="by an older neonkit"):
        undo(target.database)
    source.write_text(json.dumps({"people": [{"id": 9, "name": "Zoe", "boss": 1}], "pets": []}))
    target.load(source, TABLES)
    assert undo(target.database).undone == 1


def test_what_an_undone_run_rejected_is_not_fed_back(target: Importer, source: Path, tmp_path: Path) -> None:
    """Its parents may be gone, and its new keys are nobody's."""
    source.write_text(json.dumps({**DOCUMENT, "pets": [{"id": "p1", "owner": "three", "name": "Rex"}]}))
    file = tmp_path / "rejects.ndjson"
    target.load(source, TABLES, options=LoadOptions(on_error="reject", rejects=file))
    undo(target.database)
    file.write_text(file.read_text().replace('"three"', "3"))
    with pytest.raises(RunUndoneError):
        target.load(None, TABLES, options=LoadOptions(refeed=file))
