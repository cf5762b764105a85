"""An import in batches that stops between two says what stands, and leaves the rejected records to mend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.import_batches import TABLES, graph, numbers, options
from fixtures.transfer import Importer

from toolkit.cancel import CancelledError, CancelToken
from toolkit.events import Event, Progress
from toolkit.transfer import LoadOptions
from toolkit.transfer.ledger.errors import MappingChangedError
from toolkit.transfer.loading.errors import ImportStoppedError, TooManyRejectsError


def pointers(file: Path) -> list[str]:
    return [json.loads(line)["pointer"] for line in file.read_text().splitlines()]


def test_more_rejects_than_are_borne_in_the_middle(
    target: Importer, source: Path, whole: Any, tmp_path: Path
) -> None:
    """The judge finds five, which are borne; a trigger refuses one more when batches stand."""
    target.make(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF new.id = 15 THEN RAISE 'not this one'; END IF; RETURN new; END $$;"
        "CREATE TRIGGER refuses BEFORE INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION no()"
    )
    file = tmp_path / "rejects.ndjson"
    borne = whole[0][0][3] + whole[0][1][3]
    with pytest.raises(TooManyRejectsError, match=r"Stopped with 28 rows dealt with.*not this one") as caught:
        target.load(source, TABLES, options=options(5, max_errors=borne, rejects=file))
    assert "--max-errors" in str(caught.value.hint)
    assert "/leaves/15" in pointers(file)
    report = caught.value.report
    assert report is not None
    assert (report.outcome, report.run, report.reject_file) == ("stopped", caught.value.run, str(file))
    for line, table in zip(report.tables, ("nodes", "leaves"), strict=True):
        (stored,) = target.stored(f"SELECT count(*) FROM {table}")[0]
        assert (line.inserted, line.after, line.balances) == (stored, stored, True)
    assert sum(line.held_back for line in report.tables) > 0
    target.make("DROP TRIGGER refuses ON leaves")
    resumed = target.load(source, TABLES, options=options(5, resume=report.run, rejects=file))
    assert (numbers(resumed), graph(target)) == whole
    assert "/leaves/15" not in pointers(file)


def test_cancelled_it_leaves_the_rejected_records(target: Importer, source: Path, tmp_path: Path) -> None:
    token = CancelToken()
    file = tmp_path / "rejects.ndjson"

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done >= 5:
            token.cancel("enough")

    with pytest.raises(CancelledError):
        target.load(source, TABLES, options=options(5, rejects=file), emit=emit, cancel=token)
    stopped = pointers(file)
    target.load(source, TABLES, options=options(5, resume="latest", rejects=file))
    assert sorted(stopped) == sorted(pointers(file))


def test_a_resumed_run_proves_all_of_it(target: Importer, source: Path, whole: Any) -> None:
    """The checksum is over the rows of both processes, with the columns of the second pass."""
    expected = target.load(source, TABLES, options=LoadOptions(on_error="reject"))
    rows = {line.table: line.checksum.rows for line in expected.tables if line.checksum}
    target.make("TRUNCATE nodes, leaves, log; DROP SCHEMA neonkit_import CASCADE")
    token = CancelToken()

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done >= 15:
            token.cancel("enough")

    with pytest.raises(CancelledError):
        target.load(source, TABLES, options=options(5), emit=emit, cancel=token)
    resumed = target.load(source, TABLES, options=options(5, resume="latest"))
    assert {line.table: line.checksum.rows for line in resumed.tables if line.checksum} == rows
    assert all(line.checksum.holds for line in resumed.tables if line.checksum)


def test_what_the_second_pass_writes_is_read_back(target: Importer, source: Path) -> None:
    """A trigger that alters the column which closes circles is told, as in one piece."""
    target.make(
        "CREATE FUNCTION lone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF new.id = 3 THEN new.twin = NULL; END IF; RETURN new; END $$;"
        "CREATE TRIGGER lonely BEFORE INSERT OR UPDATE ON leaves FOR EACH ROW EXECUTE FUNCTION lone()"
    )
    report = target.load(source, TABLES, options=options(5))
    assert [line.altered for line in report.tables] == [0, 1]
    assert not report.reconciles


def test_stored_rows_may_come_to_refer_to_new_ones(target: Importer, tmp_path: Path) -> None:
    """An update that refers to a row of a later batch waits until that stands."""
    target.make("INSERT INTO nodes (id, label) VALUES (1, 'n'); INSERT INTO leaves VALUES (1, 1, NULL)")
    path = tmp_path / "leaves.json"
    leaves = [{"id": 1, "node": 1, "twin": 9}, {"id": 5, "node": 1, "twin": 1}, {"id": 9, "node": 1}]
    path.write_text(json.dumps(leaves))
    rule = {"rows": "/*", "conflict": "update-changed", "columns": {c: c for c in ("id", "node", "twin")}}
    report = target.load(path, {"leaves": rule}, options=LoadOptions(transaction="batched", batch_rows=1))
    assert [(line.inserted, line.updated) for line in report.tables] == [(2, 1)]
    assert report.reconciles
    assert target.stored("SELECT id, twin FROM leaves ORDER BY id") == [(1, 9), (5, 1), (9, None)]


def test_a_column_that_a_migration_drops_meanwhile_is_named(target: Importer, source: Path) -> None:
    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done == 13:
            target.make("ALTER TABLE leaves DROP COLUMN twin")

    with pytest.raises(
        ImportStoppedError, match='column "twin" of relation "leaves" does not exist'
    ) as caught:
        target.load(source, TABLES, options=options(5), emit=emit)
    assert target.stored("SELECT count(*) FROM nodes") == [(11,)]
    with pytest.raises(MappingChangedError, match="a target table"):
        target.load(source, TABLES, options=options(5, resume=caught.value.run))
