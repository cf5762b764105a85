"""Killed and cut off anywhere: the import goes on, and every row stands once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixtures.import_batches import TABLES, Cutter, clear, graph, numbers, options
from fixtures.transfer import Importer

from toolkit.transfer import LoadOptions
from toolkit.transfer.ledger.errors import UnfinishedRunError

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


@pytest.mark.parametrize("part", [0.6, 0.99])
def test_killed_and_resumed_every_row_stands_once(
    target: Importer, source: Path, whole: Any, part: float
) -> None:
    killed_and_resumed(target, source, whole, int(part * 175))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, 9))
def test_killed_before_any_statement(target: Importer, source: Path, whole: Any, first: int) -> None:
    count = int(run_until(target, source, 0).stdout)
    for at in range(first, count + 1, 8):
        clear(target)
        killed_and_resumed(target, source, whole, at)


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
