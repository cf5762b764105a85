"""How fast a server reads, writes anew and indexes: measured on a scratch table, as the basis of estimates.

The rows are narrow and in memory, so a figure is what the server can do at its best; a busy one with data on
disk is slower. Estimates say what they stand on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from toolkit.database import Database, Job
from toolkit.migrate.drift.scratch import ScratchServer

_ROWS: Final = 60_000
_TABLE: Final = "neonkit_throughput"


@dataclass(frozen=True, slots=True)
class Throughput:
    """Bytes of a table per second."""

    reads: float
    rewrites: float
    indexes: float
    basis: str


def measure(server: ScratchServer) -> Throughput:
    """Measure in a database of its own, which is dropped. Raises what the database raises."""
    with server.database() as scratch:
        return _measured(scratch, server.source)


def _measured(scratch: Database, source: str) -> Throughput:
    with scratch.connect(Job.ADMIN) as connection:
        run = connection.exec_driver_sql
        run("SET max_parallel_workers_per_gather = 0")
        run("SET max_parallel_maintenance_workers = 0")
        run(
            f"CREATE TABLE {_TABLE} AS SELECT n AS id, md5(n::text) AS a, md5((n * 7)::text) AS b"  # noqa: S608 - a constant
            f" FROM generate_series(1, {_ROWS}) AS n"
        )
        size = int(run(f"SELECT pg_relation_size('{_TABLE}')").scalar_one())
        rates = []
        for statement in (
            f"ALTER TABLE {_TABLE} ADD CHECK (length(a) > 0)",
            f"ALTER TABLE {_TABLE} ALTER id TYPE bigint",
            f"CREATE INDEX ON {_TABLE} (a)",
        ):
            begun = time.perf_counter()
            run(statement)
            rates.append(size / max(1e-6, time.perf_counter() - begun))
    own = source == "built on the database's server"
    where = "on the database's server" if own else "on an embedded server of this machine"
    return Throughput(rates[0], rates[1], rates[2], f"measured {where}, rows in memory")
