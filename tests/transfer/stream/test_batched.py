"""Through the door: batches, checkpoints, kills and resumed runs on the fast road."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.database import Job
from toolkit.events import Event, StepStarted
from toolkit.transfer import LoadReport
from toolkit.transfer.errors import UnmappedFieldsError
from toolkit.transfer.loading.errors import ImportStoppedError
from toolkit.transfer.loading.terms import LoadOptions
from toolkit.transfer.stream import road

DDL = "CREATE TABLE t (id serial PRIMARY KEY, mail text UNIQUE, n int CHECK (n >= 0), note text DEFAULT 'x')"
TABLES = {"t": {"rows": "/*", "columns": {name: name for name in ("id", "mail", "n", "note")}}}
POLICY = {"mode": "batched", "batch_rows": 100, "on_error": "reject", "max_errors": 1000}


@pytest.fixture(autouse=True)
def _every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(road, "SMALL", 0)


COUNTS = ("read", "inserted", "merged", "rejected", "skipped", "before", "after")
ALL = {
    "read": 450, "inserted": 444, "merged": 1, "rejected": 5, "skipped": 0, "before": 0, "after": 444
}  # fmt: skip


def rows(count: int) -> list[str]:
    """Lines with a fault of each kind here and there; two rows share a key, two are the same."""
    lines = [json.dumps({"id": at, "mail": f"m{at}", "n": at, "note": "é\t\\"}) for at in range(1, count + 1)]
    lines[10] = json.dumps({"id": 11, "mail": "m11", "n": -1})
    lines[20] = '{"id": 21, "id": 21, "mail": "m21"}'
    lines[150] = json.dumps({"id": "151", "mail": "m151", "n": 1})
    lines[count - 5] = lines[30]
    lines[count - 6] = json.dumps({"id": 41, "mail": "other", "n": 1})
    return lines


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of 450 lines."""
    path = tmp_path / "t.ndjson"
    path.write_text("\n".join(rows(450)) + "\n")
    return path


def facts(report: LoadReport) -> dict[str, Any]:
    """What must not depend on the road."""
    told = [(one.ordinal, one.code, one.column, one.line, one.offset, one.reason) for one in report.rejects]
    table = report.tables[0]
    assert table.balances
    counts = {name: getattr(table, name) for name in COUNTS}
    return {
        "rejects": sorted(told),
        "outcome": report.outcome,
        "counts": counts,
        "sequences": report.sequences,
    }


def loader(importer: Importer) -> Callable[..., LoadReport]:
    def load(source: Path, *, policy: dict[str, Any] | None = None, **options: Any) -> LoadReport:
        rest = {"policy": POLICY | (policy or {})}
        emit = options.pop("emit", lambda event: None)
        return importer.load(source, TABLES, rest=rest, options=LoadOptions(**options), emit=emit)

    return load


def test_batches_give_the_verdicts_rows_and_reject_files_of_memory(
    importer: Importer, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.make(DDL)
    heard: list[Event] = []
    load = loader(importer)
    report = load(source, rejects=tmp_path / "a.ndjson", emit=heard.append)
    assert any(isinstance(event, StepStarted) and event.step.startswith("survey") for event in heard)
    stored = importer.stored("SELECT * FROM t ORDER BY id")
    batches = importer.stored("SELECT number, first, last FROM neonkit_import.batch ORDER BY number")
    ends = [(1, 99), (100, 199), (200, 299), (300, 399), (400, 449), (None, None)]
    assert batches == [(number, *end) for number, end in enumerate(ends, start=1)]
    importer.make("TRUNCATE t RESTART IDENTITY")
    monkeypatch.setattr(road, "SMALL", 1 << 40)
    expected = load(source, rejects=tmp_path / "b.ndjson", again=True)
    assert facts(report) == facts(expected)
    assert stored == importer.stored("SELECT * FROM t ORDER BY id")
    mine, theirs = (
        [json.loads(line) | {"run": None} for line in (tmp_path / name).read_text().splitlines()]
        for name in ("a.ndjson", "b.ndjson")
    )
    assert mine == theirs
    assert len(mine) == report.rejected


def test_a_finished_file_is_left_as_it_is(importer: Importer, source: Path) -> None:
    importer.make(DDL)
    load = loader(importer)
    load(source)
    version = importer.stored("SELECT sum(xmin::text::bigint) FROM t")
    again = load(source)
    table = again.tables[0]
    assert (table.inserted, table.unchanged, table.merged, table.rejected) == (0, 444, 1, 5)
    assert again.outcome == "partly"
    assert importer.stored("SELECT sum(xmin::text::bigint) FROM t") == version


def test_more_rejects_than_are_borne_stop_it(importer: Importer, source: Path) -> None:
    importer.make(DDL)
    load = loader(importer)
    with pytest.raises(ImportStoppedError, match="Stopped with 98 rows dealt with and 352 left"):
        load(source, policy={"max_errors": 2})
    assert importer.stored("SELECT count(*) FROM t") == [(96,)]
    report = load(source, resume="latest")
    assert facts(report)["counts"] == ALL


def test_rejects_in_the_first_block_leave_nothing_behind(importer: Importer, source: Path) -> None:
    importer.make(DDL)
    report = loader(importer)(source, policy={"max_errors": 1})
    assert (report.outcome, report.rejected, len(report.rejects)) == ("rejected", 5, 5)
    assert importer.stored("SELECT count(*) FROM t") == [(0,)]


def test_an_unmapped_field_at_the_end_is_seen_before_anything_is_written(
    importer: Importer, source: Path
) -> None:
    importer.make(DDL)
    source.write_text(source.read_text() + '{"id": 999, "stranger": 1}\n')
    with pytest.raises(UnmappedFieldsError, match=r"'stranger' .*in 1 records, first at t.ndjson:451"):
        loader(importer)(source)
    assert importer.stored("SELECT count(*) FROM t") == [(0,)]


CHILD = """
import sys
import time
from pathlib import Path
from toolkit.database import Database, DatabaseUrl
from toolkit.transfer import load, parse_mapping
from toolkit.transfer.ledger import Run
from toolkit.transfer.stream import road
road.SMALL = 0
enter = Run.record_batch
def slowly(self, wire, batch):
    time.sleep(0.03)  # so that the kill meets a run that is under way, however fast the machine
    enter(self, wire, batch)
Run.record_batch = slowly
mapping = parse_mapping({mapping!r})
load(Path(sys.argv[1]), mapping=mapping, database=Database.at(DatabaseUrl.parse(sys.argv[2])))
"""


def killed(importer: Importer, source: Path, batches: int) -> None:
    """Import in another process, and kill it as soon as so many batches stand."""
    code = CHILD.replace(
        "{mapping!r}", repr({"version": 1, "table": TABLES, "policy": POLICY | {"batch_rows": 20}})
    )
    url = importer.database.url(Job.DATA)
    child = subprocess.Popen([sys.executable, "-c", code, str(source), url.reveal()])
    try:
        while child.poll() is None:
            there = importer.stored("SELECT to_regclass('neonkit_import.batch') IS NOT NULL")[0][0]
            if there and importer.stored("SELECT count(*) FROM neonkit_import.batch")[0][0] >= batches:
                break
            time.sleep(0.005)
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("batches", [1, pytest.param(9, marks=pytest.mark.slow), 17])
def test_killed_and_resumed_is_exactly_once(
    importer: Importer, source: Path, batches: int, tmp_path: Path
) -> None:
    importer.make(DDL)
    killed(importer, source, batches)
    stand = importer.stored("SELECT count(*), max(number) FROM neonkit_import.batch")[0]
    assert stand[0] >= batches
    load = loader(importer)
    report = load(source, resume="latest", rejects=tmp_path / "rejects.ndjson")
    assert report.outcome == "partly"
    assert facts(report)["counts"] == ALL
    assert len((tmp_path / "rejects.ndjson").read_text().splitlines()) == report.rejected
    missing = {11, 21, 41, 151, 445, 446}
    stored = importer.stored("SELECT id FROM t ORDER BY id")
    assert [one for (one,) in stored] == [one for one in range(1, 451) if one not in missing]
    assert importer.stored("SELECT count(*), count(DISTINCT number) FROM neonkit_import.batch") == [(24, 24)]
    assert load(source).tables[0].rejected == report.rejected


def test_a_broken_record_and_the_row_behind_it_keep_their_own_reasons(
    importer: Importer, tmp_path: Path
) -> None:
    importer.make(DDL)
    source = tmp_path / "t.ndjson"
    source.write_text('{"id": 1, "id": 1}\n{"id": "two"}\n{"id": 3}\n')
    report = loader(importer)(source, rejects=tmp_path / "rejects.ndjson")
    assert [told.ordinal for told in report.rejects] == [1, 1]
    broken, row = map(json.loads, (tmp_path / "rejects.ndjson").read_text().splitlines())
    assert [told["code"] for told in broken["reasons"]] == ["duplicate_key"]
    assert broken["rows"] == []
    assert row["reasons"] == []
    assert [told["code"] for one in row["rows"] for told in one["reasons"]] == ["wrong_type"]
