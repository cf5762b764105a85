"""Batches: cut anywhere, cancelled, stopped and gone on with; the numbers are those of one piece."""

from __future__ import annotations

import json
import os
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from fixtures.import_batches import TABLES, clear, document, graph, numbers, options
from fixtures.transfer import Importer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import RetryPolicy
from toolkit.database.errors import CapacityError, LockWaitTimedOutError, StatementTimedOutError
from toolkit.errors import NeonkitError
from toolkit.events import Event, Progress
from toolkit.transfer import LoadOptions, LoadReport
from toolkit.transfer.ledger.errors import ImportBusyError, MappingChangedError, SourceChangedError
from toolkit.transfer.loading.errors import ImportOptionError, ImportStoppedError


@pytest.mark.parametrize("rows", [1, 7])
def test_the_size_of_batches_changes_nothing(target: Importer, source: Path, whole: Any, rows: int) -> None:
    dry = target.load(source, TABLES, options=options(rows), dry_run=True)
    assert graph(target) == [[], [], []]
    real = target.load(source, TABLES, options=options(rows))
    expected, stands = whole
    assert graph(target) == stands
    assert numbers(real) == expected
    after = [line[:-1] for line in numbers(real)]
    assert [line[:-1] for line in numbers(dry)] == after, "a dry run tells the same"


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_random_batches_orders_and_faults(target: Importer, data: st.DataObject) -> None:
    clear(target)
    size = data.draw(st.integers(1, 9))
    made = document(size, bad=False)
    for node in made["nodes"]:
        node["up"] = data.draw(st.one_of(st.none(), st.sampled_from([f"n{i}" for i in range(size + 1)])))
        node["n"] = data.draw(st.sampled_from([1, 2, 95, "x"]))
    one = target.load(made, TABLES, options=LoadOptions(on_error="reject"))
    stands = graph(target)
    clear(target)
    random.Random(data.draw(st.integers(0, 99))).shuffle(made["nodes"])
    batched = target.load(made, TABLES, options=options(data.draw(st.sampled_from([1, 2, 7]))))
    assert graph(target) == stands
    assert [line.rejected for line in batched.tables] == [line.rejected for line in one.tables]


def test_cancelled_it_says_how_to_go_on(target: Importer, source: Path, whole: Any) -> None:
    token = CancelToken()
    heard: list[Progress] = []

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches":
            heard.append(event)
            if event.done >= 15:
                token.cancel("the test says so")

    with pytest.raises(CancelledError) as caught:
        target.load(source, TABLES, options=options(5), emit=emit, cancel=token)
    assert caught.value.sentence == (
        "Stopped: the test says so; 18 rows are dealt with and stand, 21 are left; "
        "the same command with --resume goes on."
    )
    assert [event.done for event in heard] == [0, 5, 10, 13, 18]
    resumed = target.load(source, TABLES, options=options(5, resume="latest"))
    assert (numbers(resumed), graph(target)) == whole


def test_what_stops_between_batches_is_told_with_what_stands(target: Importer, source: Path) -> None:
    """A lock that nobody lets go of, in the middle."""
    target.make("ALTER DATABASE " + str(target.engine.url.database) + " SET lock_timeout = '200ms'")
    blocker = target.engine.connect()

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done == 10:
            blocker.exec_driver_sql("LOCK TABLE nodes IN SHARE MODE")

    patient = Importer(target.database.with_retries(RetryPolicy(lock_waits=2)), target.engine)
    try:
        with pytest.raises(ImportStoppedError) as caught:
            patient.load(source, TABLES, options=options(5), emit=emit)
    finally:
        blocker.close()
    assert isinstance(caught.value.__cause__, LockWaitTimedOutError)
    assert (caught.value.written, caught.value.left) == (10, 29)
    assert "--run" in str(caught.value.hint)
    assert len(target.stored("SELECT FROM nodes")) in (9, 10)
    target.load(source, TABLES, options=options(5, resume=caught.value.run))
    assert target.stored("SELECT count(*) FROM nodes") == [(11,)]


@pytest.mark.parametrize(
    ("state", "error"), [("53100", CapacityError), ("57014", StatementTimedOutError)], ids=["full", "slow"]
)
@pytest.mark.parametrize("batched", [False, True], ids=["atomic", "batched"])
def test_what_the_server_cannot_do_stops_cleanly(
    target: Importer, source: Path, whole: Any, state: str, error: type[NeonkitError], batched: bool
) -> None:
    target.make(
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF new.id = 15 THEN RAISE 'no more' USING ERRCODE = '{state}'; END IF; RETURN new; END $$;"
        "CREATE TRIGGER stops BEFORE INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION stop()"
    )
    if not batched:
        with pytest.raises(error, match="no more"):
            target.load(source, TABLES, options=LoadOptions(on_error="reject"))
        assert graph(target) == [[], [], []]
        return
    with pytest.raises(ImportStoppedError, match=r"28 rows dealt with and 11 left.*no more") as caught:
        target.load(source, TABLES, options=options(5))
    assert isinstance(caught.value.__cause__, error)
    target.make("DROP TRIGGER stops ON leaves")
    resumed = target.load(source, TABLES, options=LoadOptions(on_error="reject", resume="latest"))
    assert (numbers(resumed), graph(target)) == whole


def test_a_conflict_is_tried_again(target: Importer, source: Path, whole: Any) -> None:
    target.make(
        "CREATE SEQUENCE tries; CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF nextval('tries') IN (3, 9) THEN RAISE 'again' USING ERRCODE = '40001'; END IF;"
        " RETURN new; END $$;"
        "CREATE TRIGGER clashes BEFORE INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION clash()"
    )
    report = target.load(source, TABLES, options=options(5))
    assert (numbers(report), graph(target)) == whole


def test_only_what_was_begun_is_gone_on_with(target: Importer, source: Path) -> None:
    token = CancelToken()

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done:
            token.cancel("enough")

    with pytest.raises(CancelledError):
        target.load(source, TABLES, options=options(5), emit=emit, cancel=token)
    mapped = {**TABLES, "nodes": {**TABLES["nodes"], "ignore": ["other"]}}
    with pytest.raises(MappingChangedError):
        target.load(source, mapped, options=options(5, resume="latest"))
    with pytest.raises(ImportOptionError):
        target.load(source, TABLES, options=options(5, resume="latest"), dry_run=True)
    kept = source.read_text()
    source.write_text(json.dumps(document(5)))
    with pytest.raises(SourceChangedError):
        target.load(source, TABLES, options=options(5, resume="latest"))
    source.write_text(kept)
    target.make("ALTER TABLE nodes ADD COLUMN more int")
    with pytest.raises(MappingChangedError, match="a target table"):
        target.load(source, TABLES, options=options(5, resume="latest"))


@pytest.mark.parametrize("modes", [("batched", "batched"), ("atomic", "batched"), ("batched", "atomic")])
def test_the_same_file_is_imported_once_at_a_time(
    target: Importer, source: Path, modes: tuple[Any, Any]
) -> None:
    refused: list[ImportBusyError] = []

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "load public.leaves" and not refused:
            with pytest.raises(ImportBusyError) as caught:
                target.load(source, TABLES, options=LoadOptions(transaction=modes[1], on_error="reject"))
            refused.append(caught.value)

    first = LoadOptions(transaction=modes[0], batch_rows=5, on_error="reject")
    assert target.load(source, TABLES, options=first, emit=emit).outcome == "partly"
    assert len(refused) == 1
    if modes[0] == "batched":
        assert refused[0].process == os.getpid()


def test_a_finished_file_says_what_changed_since(target: Importer, source: Path) -> None:
    target.load(source, TABLES, options=LoadOptions(on_error="reject"))
    stands = graph(target)
    again = target.load(source, TABLES, options=LoadOptions(on_error="reject"))
    assert (again.outcome, sum(line.inserted for line in again.tables), graph(target)) == (
        "partly",
        0,
        stands,
    )
    target.make("DELETE FROM leaves WHERE id = 900; UPDATE leaves SET twin = NULL WHERE id = 1")
    later = target.load(source, TABLES, options=LoadOptions(on_error="reject"))
    assert [line.known_differing for line in later.tables] == [0, 2]
    mapped = {**TABLES, "nodes": {**TABLES["nodes"], "ignore": ["other"]}}
    with pytest.raises(MappingChangedError):
        target.load(source, mapped)


def test_a_finished_file_is_imported_again_when_told(target: Importer, source: Path) -> None:
    leaves = {"leaves": {"rows": "/leaves/*", "columns": {"id": "id", "node": "node"}}}
    target.make("INSERT INTO nodes (id, label) VALUES (1, 'one')")
    source.write_text(json.dumps({"leaves": [{"id": number, "node": 1} for number in range(3)]}))
    for again in (False, True, True):
        target.make("DELETE FROM leaves WHERE id = 1")
        report = target.load(source, leaves, mode="skip", options=LoadOptions(again=again))
        assert report.outcome == "loaded"
    assert target.stored("SELECT count(*) FROM leaves") == [(3,)]


def test_parents_that_nobody_has_are_made_once(importer: Importer, tmp_path: Path) -> None:
    importer.make(
        "CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL);"
        "CREATE TABLE posts (id int PRIMARY KEY, author int NOT NULL REFERENCES people)"
    )
    tables = {
        "people": {
            "rows": "/people/*",
            "key": {"legacy": "id", "to": "id", "assign": "serial"},
            "stub": {"name": "unknown"},
            "columns": {"name": "name"},
        },
        "posts": {
            "rows": "/posts/*",
            "columns": {"id": "id", "author": {"ref": "people", "from": "by", "unknown": "stub"}},
        },
    }
    source = tmp_path / "blog.json"
    posts = [{"id": number, "by": f"u{number % 3}"} for number in range(6)]
    source.write_text(json.dumps({"people": [{"id": "u0", "name": "Ada"}], "posts": posts}))
    token = CancelToken()

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.step == "batches" and event.done >= 5:
            token.cancel("enough")

    with pytest.raises(CancelledError):
        importer.load(source, tables, options=options(2), emit=emit, cancel=token)
    people, written = importer.load(source, tables, options=options(2, resume="latest")).tables
    assert (people.read, people.made, people.inserted, people.balances) == (1, 2, 3, True)
    assert (written.read, written.inserted, written.balances) == (6, 6, True)
    assert importer.stored("SELECT name, count(*) FROM people GROUP BY 1 ORDER BY 1") == [
        ("Ada", 1),
        ("unknown", 2),
    ]


def test_two_files_into_one_table_at_once(target: Importer, tmp_path: Path) -> None:
    table = {"leaves": {"rows": "/*", "columns": {"id": "id", "node": "node"}}}
    target.make("INSERT INTO nodes (id, label) VALUES (1, 'one')")
    reports: list[LoadReport] = []

    def work(first: int) -> None:
        path = tmp_path / f"{first}.json"
        path.write_text(json.dumps([{"id": first + number, "node": 1} for number in range(40)]))
        reports.append(target.load(path, table, options=options(7)))

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.outcome for report in reports] == ["loaded"] * 3
    assert target.stored("SELECT count(*) FROM leaves") == [(120,)]
