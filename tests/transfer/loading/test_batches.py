"""Batches: cut anywhere, killed anywhere, lost anywhere, and yet every row is written once."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, DatabaseUrl, RetryPolicy
from toolkit.database.errors import LockWaitTimedOutError
from toolkit.events import Event, Progress
from toolkit.transfer import LoadOptions, LoadReport
from toolkit.transfer.ledger.errors import (
    ImportBusyError,
    MappingChangedError,
    SourceChangedError,
    UnfinishedRunError,
)
from toolkit.transfer.loading.errors import ImportOptionError, ImportStoppedError

DDL = """
CREATE TABLE nodes (
    id serial PRIMARY KEY, up int REFERENCES nodes, label text NOT NULL, n int CHECK (n < 90)
);
CREATE TABLE leaves (id int PRIMARY KEY, node int NOT NULL REFERENCES nodes, twin int REFERENCES leaves);
CREATE TABLE log (of int, at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO log (of) VALUES (new.id); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION note();
"""
TABLES: dict[str, Any] = {
    "nodes": {
        "rows": "/nodes/*",
        "key": {"legacy": "uuid", "to": "id", "assign": "serial"},
        "columns": {"up": {"ref": "nodes", "from": "up"}, "label": "label", "n": "n"},
    },
    "leaves": {
        "rows": "/leaves/*",
        "columns": {"id": "id", "node": {"ref": "nodes", "from": "node"}, "twin": "twin"},
    },
}


def document(size: int = 12, bad: bool = True) -> dict[str, Any]:
    """Nodes in a ring of references that look forward, and leaves on them; some do not fit."""
    nodes = [
        {"uuid": f"n{i}", "up": f"n{(i * 5 + 3) % size}", "label": f"label {i}", "n": i} for i in range(size)
    ]
    leaves: list[dict[str, Any]] = [
        {"id": i, "node": f"n{i % size}", "twin": i + 7 if i + 7 < 2 * size else None}
        for i in range(2 * size)
    ]
    if bad:
        for node in nodes:
            node["up"] = "n0" if node["up"] == "n4" else node["up"]
        nodes[4]["n"] = 99
        nodes.append({"uuid": "lonely", "up": "nobody", "label": "x", "n": 1})
        leaves.append({"id": 900, "node": "n0", "twin": None})
        leaves.append({"id": "nine", "node": "n0", "twin": None})
    return {"nodes": nodes, "leaves": leaves}


GRAPH = """
SELECT n.label, u.label, n.n FROM nodes n LEFT JOIN nodes u ON u.id = n.up ORDER BY 1
"""
LEAVES = "SELECT l.id, n.label, l.twin FROM leaves l JOIN nodes n ON n.id = l.node ORDER BY 1"
LOGGED = "SELECT of, count(*) FROM log GROUP BY 1 ORDER BY 1"


def graph(target: Importer) -> list[list[tuple[Any, ...]]]:
    """What stands, without the numbers that were drawn."""
    return [target.stored(query) for query in (GRAPH, LEAVES, LOGGED)]


def options(rows: int, **more: Any) -> LoadOptions:
    return LoadOptions(transaction="batched", batch_rows=rows, on_error="reject", **more)


def numbers(report: LoadReport) -> list[tuple[Any, ...]]:
    assert all(line.balances for line in report.tables)
    assert report.reconciles
    lines = [
        (line.table, line.read, line.inserted, line.rejected, line.unchanged, line.before, line.after)
        for line in report.tables
    ]
    return [*lines, *((one.table, one.ordinal, one.code) for one in report.rejects)]


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    return importer


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "store.json"
    path.write_text(json.dumps(document()))
    return path


@pytest.fixture
def whole(target: Importer, source: Path) -> tuple[list[tuple[Any, ...]], Any]:
    """The numbers and the tables of an import in one piece; the tables are empty again."""
    report = target.load(source, TABLES, options=LoadOptions(on_error="reject"))
    stands = graph(target)
    clear(target)
    return numbers(report), stands


def clear(target: Importer) -> None:
    target.make("TRUNCATE nodes, leaves, log; DROP SCHEMA IF EXISTS neonkit_import CASCADE")


@pytest.mark.parametrize("rows", [1, 2, 7, 1000])
def test_the_size_of_batches_changes_nothing(target: Importer, source: Path, whole: Any, rows: int) -> None:
    dry = target.load(source, TABLES, options=options(rows), dry_run=True)
    assert graph(target) == [[], [], []]
    real = target.load(source, TABLES, options=options(rows))
    expected, stands = whole
    assert graph(target) == stands
    assert numbers(real) == expected
    after = [line[:-1] for line in numbers(real)]
    assert [line[:-1] for line in numbers(dry)] == after, "a dry run tells the same"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


KILLED = """
import os, signal, sys
from pathlib import Path
from toolkit.database import Database, DatabaseUrl, RetryPolicy
from toolkit.transfer import LoadOptions, load, parse_mapping
from toolkit.transfer.target.wire import Wire
import json

url, source, tables, at = sys.argv[1:5]
left = int(at)
told = 0

def counted(method):
    def call(self, *arguments):
        global left, told
        told += 1
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(self, *arguments)
    return call

for name in ("rows", "run", "copy"):
    setattr(Wire, name, counted(getattr(Wire, name)))
options = LoadOptions(transaction="batched", batch_rows=5, on_error="reject")
mapping = parse_mapping({"version": 1, "table": json.loads(tables)})
load(Path(source), mapping=mapping, database=Database.at(DatabaseUrl.parse(url)), options=options)
print(told)
"""


def run_until(target: Importer, source: Path, at: int) -> subprocess.CompletedProcess[str]:
    """Import in a process of its own that kills itself before its `at`-th statement; 0: never."""
    url = target.engine.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-c", KILLED, url, str(source), json.dumps(TABLES), str(at)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def killed_and_resumed(target: Importer, source: Path, whole: Any, at: int) -> None:
    killed = run_until(target, source, at)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    expected, stands = whole
    ledger = target.stored("SELECT to_regclass('neonkit_import.batch') IS NOT NULL")[0][0]
    batches = target.stored("SELECT count(*) FROM neonkit_import.batch")[0][0] if ledger else 0
    if batches:
        with pytest.raises(UnfinishedRunError):
            target.load(source, TABLES, options=options(5))
    # Another size is not taken: the batches of then are gone on with.
    resumed = target.load(source, TABLES, options=options(3, resume="latest" if batches else None))
    assert graph(target) == stands, f"killed before statement {at}"
    assert numbers(resumed) == expected
    again = target.load(source, TABLES, options=options(5))
    assert graph(target) == stands, "a finished file writes nothing again"
    assert sum(line.inserted + line.updated for line in again.tables) == 0


@pytest.mark.parametrize("part", [0.55, 0.8, 0.99])
def test_killed_and_resumed_every_row_stands_once(
    target: Importer, source: Path, whole: Any, part: float
) -> None:
    killed_and_resumed(target, source, whole, int(part * 175))


@pytest.mark.slow
def test_killed_before_any_statement(target: Importer, source: Path, whole: Any) -> None:
    count = int(run_until(target, source, 0).stdout)
    for at in range(1, count + 1):
        clear(target)
        killed_and_resumed(target, source, whole, at)


class Cutter:
    """A way to the server that is cut at a chosen message, before or after the server has got it."""

    def __init__(self, host: str, port: int, message: bytes, number: int, *, before: bool) -> None:
        self._server = (host, port)
        self._message = message
        self._left = number
        self._before = before
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        self._open: list[socket.socket] = [self._listener]
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def close(self) -> None:
        for one in self._open:
            _shut(one)
        for thread in self._threads:
            thread.join()
        for one in self._open:
            one.close()

    def _begin(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            self._open += [client, server]
            for work in (self._up, self._down):
                self._begin(work, client, server)

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        while data := _received(client):
            cut = self._message in data
            if cut:
                self._left -= 1
                cut = self._left == 0
            if cut and not self._before:
                self.cuts += 1
                _shut(client)  # the server works on, and its answer finds nobody
                server.sendall(data)
                return
            if cut:
                self.cuts += 1
                break
            server.sendall(data)
        _shut(client)
        _shut(server)

    @staticmethod
    def _down(client: socket.socket, server: socket.socket) -> None:
        while data := _received(server):
            with suppress(OSError):
                client.sendall(data)
        _shut(client)


def _received(one: socket.socket) -> bytes:
    try:
        return one.recv(65536)
    except OSError:
        return b""


def _shut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


@pytest.fixture
def cut_at(target: Importer) -> Iterator[Callable[..., tuple[Importer, Cutter]]]:
    """Gives an importer over a way that is cut."""
    made: list[Cutter] = []

    def cut(message: bytes, number: int, *, before: bool) -> tuple[Importer, Cutter]:
        url = target.engine.url
        cutter = Cutter(str(url.host), int(url.port or 5432), message, number, before=before)
        made.append(cutter)
        text = url.set(host="127.0.0.1", port=cutter.port).render_as_string(hide_password=False)
        parsed = DatabaseUrl.parse(text).with_arguments(sslmode="disable")
        return Importer(Database.at(parsed), target.engine), cutter

    yield cut
    for cutter in made:
        cutter.close()


LOSSES = [(b"COMMIT", 4, True), (b"COMMIT", 4, False), (b"COPY ", 3, True), (b"COMMIT", 7, False)]


@pytest.mark.parametrize(("message", "number", "before"), LOSSES)
def test_a_lost_connection_changes_nothing(
    target: Importer,
    source: Path,
    whole: Any,
    cut_at: Callable[..., tuple[Importer, Cutter]],
    message: bytes,
    number: int,
    before: bool,
) -> None:
    over, cutter = cut_at(message, number, before=before)
    report = over.load(source, TABLES, options=options(5))
    assert cutter.cuts == 1
    assert graph(target) == whole[1]
    assert numbers(report) == whole[0]


def test_an_atomic_import_knows_a_commit_that_was_not_answered(
    target: Importer, source: Path, whole: Any, cut_at: Callable[..., tuple[Importer, Cutter]]
) -> None:
    over, cutter = cut_at(b"COMMIT", 2, before=False)
    report = over.load(source, TABLES, options=LoadOptions(on_error="reject"))
    assert (cutter.cuts, numbers(report)) == (1, whole[0])
    assert graph(target) == whole[1]


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
