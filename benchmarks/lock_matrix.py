"""Measures the lock matrix anew and writes it, with the page made from it.

    python benchmarks/lock_matrix.py            # the embedded server's version
    NEONKIT_PG_BIN=... python benchmarks/lock_matrix.py    # that of other server programs

Starts a throw-away server, runs every example of `toolkit/sql/locks/examples` on it, and writes
`toolkit/sql/locks/matrix_data/<major>.json` and `docs/lock-matrix.md`.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psycopg2

from toolkit.database.embedded import EmbeddedServer
from toolkit.sql.locks.matrix import read_matrix, rows_to_json
from toolkit.sql.locks.measure import measure_every
from toolkit.sql.locks.page import render_page

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure, write, and say how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        running = server.start()
        try:
            parameters = running.url.libpq_parameters()
            probe = psycopg2.connect(**parameters)
            major = probe.info.server_version // 10000
            probe.close()
            began = time.monotonic()
            rows = measure_every(lambda: psycopg2.connect(**parameters))
            took = time.monotonic() - began
        finally:
            server.destroy()
    target = ROOT / "toolkit" / "sql" / "locks" / "matrix_data" / f"{major}.json"
    target.write_text(rows_to_json(major, rows), encoding="utf-8")
    read_matrix.cache_clear()
    (ROOT / "docs" / "lock-matrix.md").write_text(render_page(), encoding="utf-8")
    print(f"{len(rows)} statements on PostgreSQL {major} in {took:.1f} s -> {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
