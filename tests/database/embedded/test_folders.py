"""Several starts in one empty folder at the same moment: none takes what another just made for foreign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from toolkit.database.embedded import folders
from toolkit.database.embedded.layout import find_layout, read_record, write_record
from toolkit.database.embedded.lock import folder_lock

STARTS = 4
ROUNDS = 60


def test_the_anchor_is_made_once_by_many(tmp_path: Path) -> None:
    with ThreadPoolExecutor(STARTS) as pool:
        for number in range(ROUNDS):
            directory = tmp_path / str(number)
            gate = Barrier(STARTS)
            for done in [pool.submit(_make, directory, gate) for _ in range(STARTS)]:
                done.result(timeout=30)
            layout = find_layout(directory)
            record = read_record(layout)
            assert record is not None
            assert record.port == STARTS  # no start wrote over what another had recorded
            layout.cluster.rmdir()
            folders.remove(layout)


def _make(directory: Path, gate: Barrier) -> None:
    gate.wait()
    layout = find_layout(directory)
    folders.make_anchor(layout)
    with folder_lock(layout.lock, seconds=30, check=lambda: None):
        folders.claim(layout, durable=True)
        layout.cluster.mkdir(exist_ok=True)
        record = read_record(layout)
        assert record is not None
        write_record(layout, durable=True, port=(record.port or 0) + 1)
