"""Memory does not grow with the rows: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.transfer import Importer

from toolkit.database import Job

BOUND = 300
"""MB that no import in blocks may take, however many rows it has."""
GROWTH = 40
"""MB by which ten times as many rows may take more: what is kept of keys is in a file."""
CHILD = """
import sys
from pathlib import Path
from toolkit.database import Database, DatabaseUrl
from toolkit.transfer import load, parse_mapping
from toolkit.transfer.stream import road
road.SMALL = 0
columns = {"id": "id", "code": "code", "owner": "owner", "state": {"from": "state", "enum": {"o": "open"}}}
table = {"rows": "/*", "columns": columns}
mapping = parse_mapping(
    {"version": 1, "policy": {"mode": "batched", "on_error": "reject"}, "table": {"t": table}}
)
report = load(Path(sys.argv[1]), mapping=mapping, database=Database.at(DatabaseUrl.parse(sys.argv[2])))
status = Path("/proc/self/status").read_text()
(peak,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
print(report.tables[0].inserted, int(peak.split()[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_ten_times_as_many_rows_take_hardly_more_memory(importer: Importer, tmp_path: Path) -> None:
    source = tmp_path / "t.ndjson"
    peaks = []
    for rows in (100_000, 1_000_000):
        importer.make("DROP TABLE IF EXISTS t; DROP SCHEMA IF EXISTS neonkit_import CASCADE")
        importer.make("CREATE TABLE t (id int PRIMARY KEY, code text UNIQUE, owner int, state text)")
        with source.open("w") as file:
            file.writelines(
                f'{{"id": {number}, "code": "c{number}", "owner": {number % 7}, "state": "o"}}\n'
                for number in range(rows)
            )
        child = [sys.executable, "-c", CHILD, str(source), importer.database.url(Job.DATA).reveal()]
        done = subprocess.run(child, check=True, capture_output=True, text=True)
        inserted, peak = map(int, done.stdout.split())
        assert inserted == rows
        peaks.append(peak)
    source.unlink()
    assert peaks[1] < BOUND
    assert peaks[1] - peaks[0] < GROWTH
