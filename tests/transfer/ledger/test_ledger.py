"""The ledger: one import of a file at a time, no batch twice, and going on only with what was begun."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2.errors
import pytest
from fixtures.transfer import Importer
from sqlalchemy import Connection

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.errors import NeonkitError
from toolkit.schema.catalog.platform import OWN_SCHEMAS
from toolkit.secret import Secret
from toolkit.transfer.ledger import Batch, Ledger, Run, RunOrder, fingerprint_of
from toolkit.transfer.ledger.errors import (
    ImportBusyError,
    LeaseLostError,
    LedgerRefusedError,
    MappingChangedError,
    NoSuchRunError,
    SourceChangedError,
    UnfinishedRunError,
)
from toolkit.transfer.ledger.ledger import LATEST
from toolkit.transfer.ledger.tables import SCHEMA
from toolkit.transfer.target.wire import Wire

ORDER = RunOrder("rows.ndjson", "a" * 32, "by these rules", "t(id)", "batched", 100)


@pytest.fixture
def ledger(importer: Importer) -> Ledger:
    return Ledger(importer.database)


def within(importer: Importer, work: Callable[[Wire], Any]) -> Any:
    """Do something in a transaction of its own."""
    return importer.database.run(Job.DATA, lambda connection: work(Wire(connection)))


def write(importer: Importer, run: Run, number: int) -> None:
    def work(wire: Wire) -> None:
        run.hold(wire)
        run.record_batch(
            wire, Batch("t", number, 1, 100, {"inserted": 100}, 0, 4_000, 17, ({"code": "null"},), ((3, 9),))
        )
        run.record_keys(wire, "t", [(f"legacy-{number}", str(number))])

    within(importer, work)


def test_a_run_its_batches_and_keys(importer: Importer, ledger: Ledger) -> None:
    run = ledger.open_run(ORDER)
    for number in (1, 2):
        write(importer, run, number)
    done = within(importer, lambda wire: run.done_batches(wire, "t"))
    assert done[2] == Batch("t", 2, 1, 100, {"inserted": 100}, 0, 4_000, 17, ({"code": "null"},), ((3, 9),))
    assert (run.stands("t", 2), run.stands("t", 3), run.resumed) == (True, False, False)
    within(importer, lambda wire: run.finish(wire, "done", {"seconds": 1}))
    (record,) = within(importer, lambda wire: Ledger.runs_of(wire, ORDER.fingerprint))
    assert (record.status, record.batches, record.facts) == ("done", 2, {"seconds": 1})
    assert within(importer, lambda wire: Ledger.keys(wire, run.id, "t")) == {"legacy-1": "1", "legacy-2": "2"}


def test_no_batch_is_written_twice(importer: Importer, ledger: Ledger) -> None:
    run = ledger.open_run(ORDER)
    write(importer, run, 1)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        write(importer, run, 1)


def test_who_is_at_work_is_not_disturbed(importer: Importer, ledger: Ledger) -> None:
    run = ledger.open_run(ORDER)

    def disturb(wire: Wire) -> ImportBusyError:
        run.hold(wire)
        with pytest.raises(ImportBusyError) as caught:
            Ledger(importer.database).open_run(ORDER)
        return caught.value

    refusal: ImportBusyError = within(importer, disturb)
    assert (refusal.process, refusal.run) == (os.getpid(), run.id)
    assert str(os.getpid()) in refusal.sentence
    other = Ledger(importer.database).open_run(dataclasses.replace(ORDER, fingerprint="b"))
    assert other.id != run.id, "another file"


def test_between_two_batches_it_is_believed(importer: Importer, ledger: Ledger) -> None:
    run = ledger.open_run(ORDER)
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.2):
            within(importer, run.hold)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        with pytest.raises(ImportBusyError):
            Ledger(importer.database).open_run(ORDER)
    finally:
        stop.set()
        thread.join()


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


@pytest.mark.parametrize(
    "how", [f"process = {dead_process()}", "until = now()"], ids=["process gone", "time over"]
)
def test_one_that_is_gone_is_replaced_and_may_not_come_back(
    importer: Importer, ledger: Ledger, how: str
) -> None:
    old = ledger.open_run(ORDER)
    write(importer, old, 1)
    importer.make(f"UPDATE {SCHEMA}.lease SET {how}")
    new = ledger.open_run(ORDER, resume=LATEST)
    assert (new.id, new.resumed, new.record.batches) == (old.id, True, 1)
    with pytest.raises(LeaseLostError):
        within(importer, old.hold)
    write(importer, new, 2)


CHANGES: list[tuple[dict[str, Any], dict[str, Any], type[NeonkitError]]] = [
    ({}, {}, UnfinishedRunError),
    ({"mapping": "other rules"}, {"resume": LATEST}, MappingChangedError),
    ({"target": "t(id, n)"}, {"resume": LATEST}, MappingChangedError),
    ({"fingerprint": "other"}, {"resume": LATEST}, SourceChangedError),
    ({"fingerprint": "other", "source": "other"}, {"resume": LATEST}, NoSuchRunError),
    ({}, {"resume": "12345678-1234-1234-1234-123456789abc"}, NoSuchRunError),
]


@pytest.mark.parametrize(
    ("change", "options", "error"), CHANGES, ids=lambda value: getattr(value, "code", "")
)
def test_what_was_begun_is_gone_on_with_or_refused(
    importer: Importer,
    ledger: Ledger,
    change: dict[str, Any],
    options: dict[str, Any],
    error: type[NeonkitError],
) -> None:
    run = ledger.open_run(ORDER)
    write(importer, run, 1)
    run.give_up("stopped")
    with pytest.raises(error):
        ledger.open_run(dataclasses.replace(ORDER, **change), **options)
    assert ledger.open_run(ORDER, again=True).id != run.id


def test_a_finished_file_is_known_and_other_rules_ask(importer: Importer, ledger: Ledger) -> None:
    run = ledger.open_run(ORDER)
    run.give_up("done")
    with pytest.raises(MappingChangedError, match="was imported by run"):
        ledger.open_run(dataclasses.replace(ORDER, mapping="other rules"))
    again = ledger.open_run(ORDER)
    assert again.finished is not None
    assert (again.finished.id, again.resumed) == (run.id, False)
    again.give_up("unchanged")
    assert ledger.open_run(dataclasses.replace(ORDER, mapping="other rules"), again=True).finished is None


@pytest.fixture
def humble(importer: Importer) -> Iterator[Database]:
    """The same database for a role that may not make schemas."""
    role = f"humble_{importer.engine.url.database}"[:63]
    importer.make(f"CREATE ROLE {role} LOGIN PASSWORD 'only-in-this-test'")
    url = DatabaseUrl.parse(importer.engine.url.render_as_string(hide_password=False))
    yield Database.at(url.with_credentials(role, Secret("only-in-this-test")))
    importer.make(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_role_without_rights_and_a_schema_of_somebody_else(importer: Importer, humble: Database) -> None:
    with pytest.raises(LedgerRefusedError, match="permission denied for database"):
        Ledger(humble).open_run(ORDER)
    importer.make(f"CREATE SCHEMA {SCHEMA}")
    with pytest.raises(LedgerRefusedError, match="permission denied for schema"):
        Ledger(humble).open_run(ORDER)
    with pytest.raises(LedgerRefusedError, match="not one that this neonkit made"):
        Ledger(importer.database).open_run(ORDER)


def test_a_role_with_rights_to_the_tables_uses_them(importer: Importer, humble: Database) -> None:
    Ledger(importer.database).open_run(ORDER).give_up("done")
    role = humble.url(Job.DATA).username
    importer.make(
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role};"
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {SCHEMA} TO {role}"
    )
    assert Ledger(humble).open_run(dataclasses.replace(ORDER, fingerprint="b")).record.status == "running"


def test_two_may_make_the_tables_at_once(importer: Importer) -> None:
    runs: list[Run] = []

    def work(number: int) -> None:
        runs.append(Ledger(importer.database).open_run(dataclasses.replace(ORDER, fingerprint=f"{number}")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({run.id for run in runs}) == 3


def test_a_commit_in_doubt_is_waited_for(importer: Importer, ledger: Ledger) -> None:
    run = ledger.open_run(ORDER)
    asked = threading.Event()
    answers: list[bool] = []

    def ask() -> None:
        asked.set()
        answers.append(run.stands("t", 1))

    thread = threading.Thread(target=ask)

    def work(connection: Connection) -> None:
        wire = Wire(connection)
        run.hold(wire)
        run.record_batch(wire, Batch("t", 1, 1, 1, {}))
        thread.start()
        asked.wait()
        thread.join(0.3)

    importer.database.run(Job.DATA, work)
    thread.join()
    assert answers == [True]


def test_a_fingerprint_is_of_the_bytes(tmp_path: Any) -> None:
    path = tmp_path / "rows"
    path.write_bytes(b"x" * 3_000_000)
    assert fingerprint_of([path, b"y"]) == fingerprint_of([b"y", b"x" * 3_000_000])
    assert fingerprint_of([path]) != fingerprint_of([b"x"])


def test_its_schema_is_left_out_of_comparisons() -> None:
    assert SCHEMA in OWN_SCHEMAS
