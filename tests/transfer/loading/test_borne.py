"""Rejects that are borne: the others are written, the rejected records can be mended and fed back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.transfer import LoadOptions, LoadReport
from toolkit.transfer.errors import RowsRejectedError
from toolkit.transfer.loading.errors import ImportOptionError, SomeRejectedError
from toolkit.transfer.refeed.reading import RefeedUnreadableError

DDL = """
CREATE TABLE users (id int PRIMARY KEY, name varchar(5), password text);
CREATE TABLE tasks (id int PRIMARY KEY, owner int NOT NULL REFERENCES users, title text NOT NULL);
"""
TABLES = {
    "users": {
        "rows": "/*",
        "columns": {"id": "id", "name": "name", "password": "password"},
    },
    "tasks": {
        "rows": "/*/tasks/*",
        "columns": {"id": "id", "owner": {"parent": "users"}, "title": "title"},
    },
}
RECORDS: list[dict[str, Any]] = [
    {"id": 1, "name": "Ada", "tasks": [{"id": 10, "title": "a"}, {"id": 11, "title": None}]},
    {"id": 2, "name": "too long", "password": "hidden", "tasks": [{"id": 20, "title": "b"}]},
    {"id": 3, "name": "Cleo", "tasks": []},
]
REJECT = LoadOptions(on_error="reject")


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    return importer


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "people.ndjson"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    return path


def everything(target: Importer) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    return target.stored("SELECT * FROM users ORDER BY id"), target.stored("SELECT * FROM tasks ORDER BY id")


def told(report: LoadReport) -> list[tuple[str, int, str]]:
    return [(one.table, one.ordinal, one.code) for one in report.rejects]


ALL = [("users", 2, "too_long"), ("tasks", 2, "null"), ("tasks", 3, "parent_rejected")]


@pytest.mark.parametrize("batched", [False, True], ids=["atomic", "batched"])
def test_the_others_are_written(target: Importer, source: Path, batched: bool) -> None:
    options = LoadOptions(on_error="reject", transaction="batched" if batched else "atomic", batch_rows=1)
    dry = target.load(source, TABLES, options=options, dry_run=True)
    assert everything(target) == ([], [])
    real = target.load(source, TABLES, options=options)
    assert (dry.outcome, real.outcome) == ("rehearsed", "partly")
    assert told(dry) == told(real) == ALL
    lines = [
        [(one.read, one.inserted, one.rejected, one.balances) for one in report.tables]
        for report in (dry, real)
    ]
    assert lines[0] == lines[1] == [(3, 2, 1, True), (3, 1, 2, True)]
    assert everything(target) == ([(1, "Ada", None), (3, "Cleo", None)], [(10, 1, "a")])
    with pytest.raises(SomeRejectedError, match="3 of 6 rows do not fit, the others are written"):
        real.require_loaded()


@pytest.mark.parametrize("batched", [False, True], ids=["atomic", "batched"])
def test_one_more_than_is_borne_and_nothing_is_written(target: Importer, source: Path, batched: bool) -> None:
    mode: Any = "batched" if batched else "atomic"
    options = LoadOptions(on_error="reject", max_errors=2, transaction=mode)
    report = target.load(source, TABLES, options=options)
    assert (report.outcome, [line.held_back for line in report.tables]) == ("rejected", [2, 1])
    assert everything(target) == ([], [])
    with pytest.raises(RowsRejectedError):
        report.require_loaded()
    assert target.load(source, TABLES, options=LoadOptions(on_error="reject", max_errors=3)).rejected == 3


def test_what_the_server_refuses_or_swallows_is_rejected_too(target: Importer, tmp_path: Path) -> None:
    target.make(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF new.name = 'gone' THEN RETURN NULL; END IF;"
        " IF new.name = 'evil' THEN RAISE 'no evil'; END IF; RETURN new; END $$;"
        "CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()"
    )
    records = [
        {"id": number, "name": name, "tasks": [{"id": number * 10, "title": "t"}]}
        for number, name in enumerate(["fine", "gone", "evil", "good"], start=1)
    ]
    report = target.load(records, TABLES, options=REJECT)
    assert set(told(report)) == {
        ("users", 2, "swallowed"), ("users", 3, "trigger"),
        ("tasks", 2, "parent_rejected"), ("tasks", 3, "parent_rejected"),
    }  # fmt: skip
    assert target.stored("SELECT id FROM users ORDER BY id") == [(1,), (4,)]
    assert target.stored("SELECT id FROM tasks ORDER BY id") == [(10,), (40,)]


def test_the_reject_file_holds_records_reasons_and_places(
    target: Importer, source: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rejects.ndjson"
    report = target.load(source, TABLES, options=LoadOptions(on_error="reject", rejects=file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["record"] for line in lines] == RECORDS[:2]
    assert [(line["line"], line["pointer"], line["run"] == report.run) for line in lines] == [
        (1, "/0", True),
        (2, "/1", True),
    ]
    rows = [(row["table"], row["pointer"], row["reasons"][0]["code"]) for row in lines[1]["rows"]]
    assert rows == [("users", "/1", "too_long"), ("tasks", "/1/tasks/0", "parent_rejected")]
    assert lines[1]["rows"][1]["caused_by"]["ordinal"] == 2
    assert file.stat().st_mode & 0o777 == 0o600
    (beside,) = report.record_files
    assert json.loads(Path(beside).read_text()) == RECORDS[:2]
    assert Path(beside).stat().st_mode & 0o777 == 0o600
    assert (report.reject_file, "hidden" in repr(report)) == (str(file), False)


def mend(file: Path, **changes: Any) -> None:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        if line["record"]["id"] == 2:
            line["record"] |= changes
        for task in line["record"]["tasks"]:
            task["title"] = task["title"] or "mended"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_mended_records_complete_the_import(target: Importer, source: Path, tmp_path: Path) -> None:
    file, second = tmp_path / "rejects.ndjson", tmp_path / "again.ndjson"
    target.load(source, TABLES, options=LoadOptions(on_error="reject", rejects=file))
    mend(file, name="longer")
    still = target.load(None, TABLES, options=LoadOptions(refeed=file, on_error="reject", rejects=second))
    assert told(still) == [("users", 2, "too_long"), ("tasks", 3, "parent_rejected")]
    assert [(one.source, one.line) for one in still.rejects] == [("people.ndjson", 2)] * 2
    assert everything(target)[1] == [(10, 1, "a"), (11, 1, "mended")]
    mend(second, name="Bob")
    done = target.load(None, TABLES, options=LoadOptions(refeed=second))
    assert (done.outcome, [(one.read, one.inserted) for one in done.tables]) == ("loaded", [(1, 1), (1, 1)])
    target.make("CREATE TABLE mended_users AS SELECT * FROM users; CREATE TABLE mended_tasks AS TABLE tasks")
    mended = everything(target)
    target.make("TRUNCATE users, tasks")
    right = json.loads(json.dumps(RECORDS))
    right[0]["tasks"][1]["title"], right[1]["name"] = "mended", "Bob"
    target.load(right, TABLES)
    assert everything(target) == mended


def test_keys_that_were_drawn_are_found_again(importer: Importer, tmp_path: Path) -> None:
    importer.make(
        "CREATE TABLE users (id serial PRIMARY KEY, name varchar(5));"
        "CREATE TABLE tasks (id serial PRIMARY KEY, owner int NOT NULL REFERENCES users, title text NOT NULL)"
    )
    key = {"legacy": "uuid", "to": "id", "assign": "serial"}
    tables = {
        "users": {"rows": "/users/*", "key": key, "columns": {"name": "name"}},
        "tasks": {
            "rows": "/tasks/*",
            "key": key,
            "columns": {"owner": {"ref": "users", "from": "ownerUuid"}, "title": "title"},
        },
    }
    document = {
        "users": [{"uuid": "a", "name": "Ada"}, {"uuid": "b", "name": "too long"}],
        "tasks": [
            {"uuid": "t", "ownerUuid": "a", "title": "one"},
            {"uuid": "u", "ownerUuid": "b", "title": "two"},
            {"uuid": "v", "ownerUuid": "a", "title": None},
        ],
    }
    source, file = tmp_path / "store.json", tmp_path / "rejects.ndjson"
    source.write_text(json.dumps(document))
    importer.load(source, tables, options=LoadOptions(on_error="reject", rejects=file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        record = line["record"]
        record |= {"name": "Bob"} if "name" in record else {"title": record["title"] or "three"}
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert importer.load(None, tables, options=LoadOptions(refeed=file)).outcome == "loaded"
    joined = "SELECT u.name, t.title FROM tasks t JOIN users u ON u.id = t.owner ORDER BY 2"
    assert importer.stored(joined) == [
        ("Ada", "one"), ("Ada", "three"), ("Bob", "two"),
    ]  # fmt: skip
    assert importer.load(source, tables, options=REJECT).outcome in ("partly", "unchanged")
    assert importer.stored("SELECT count(*) FROM users") == [(2,)], "a finished file writes nothing again"


def test_csv_rejects_are_csv_with_their_reasons(importer: Importer, tmp_path: Path) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, name varchar(5))")
    tables = {
        "t": {"rows": "/*", "columns": {"id": {"from": "id", "as": "int"}, "name": "name"}},
    }
    source, file = tmp_path / "rows.csv", tmp_path / "rejects.ndjson"
    source.write_text('id;name\n1;Ada\n"2";"too;long"\n3\n')
    rest = {"source": {"rows": {"from": "rows.csv", "shape": "csv"}}}
    report = importer.load(source, tables, rest=rest, options=LoadOptions(on_error="reject", rejects=file))
    (beside,) = report.record_files
    text = Path(beside).read_text()
    assert text.splitlines()[:2][0] == "id;name;neonkit_reasons"
    assert '"2";"too;long";' in text
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[2][0] == "3"
    Path(beside).write_text("id;name;neonkit_reasons\n2;Bob;why it was rejected\n")
    assert importer.load(Path(beside), tables, rest=rest).outcome == "loaded"
    assert importer.stored("SELECT * FROM t ORDER BY id") == [(1, "Ada"), (2, "Bob")]


def test_records_that_are_no_json_are_kept_as_bytes(importer: Importer, tmp_path: Path) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY)")
    source, file = tmp_path / "rows.ndjson", tmp_path / "rejects.ndjson"
    source.write_bytes(b'{"id": 1}\n{"id": 2, "id": 3}\n{"id": "\xff"}\n')
    tables = {"t": {"rows": "/*", "columns": {"id": "id"}}}
    importer.load(source, tables, options=LoadOptions(on_error="reject", rejects=file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["record"], bool(line["raw_b64"])) for line in lines] == [(None, True)] * 2
    with pytest.raises(RefeedUnreadableError, match="put the mended one into 'record'"):
        importer.load(None, tables, options=LoadOptions(refeed=file))
    for number, line in enumerate(lines, start=2):
        line["record"] = {"id": number}
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert importer.load(None, tables, options=LoadOptions(refeed=file)).tables[0].inserted == 2


@pytest.mark.parametrize("text", ["{}\n", "[1]\n", "nothing", '{"record": {}}'])
def test_another_file_cannot_be_fed_back(importer: Importer, tmp_path: Path, text: str) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY)")
    file = tmp_path / "other"
    file.write_text(text)
    with pytest.raises(RefeedUnreadableError):
        importer.load(None, {"t": {"rows": "/*", "columns": {"id": "id"}}}, options=LoadOptions(refeed=file))


@pytest.mark.parametrize(("place", "reason"), [("", "is a folder"), ("none/r.ndjson", "there is no folder")])
def test_a_reject_file_that_cannot_be_is_refused_first(
    target: Importer, source: Path, tmp_path: Path, place: str, reason: str
) -> None:
    options = LoadOptions(on_error="reject", rejects=tmp_path / place)
    with pytest.raises(ImportOptionError, match=reason):
        target.load(source, TABLES, options=options)
    assert everything(target) == ([], [])
