"""How far the long statements of a database are, as the server counts them. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

# One row per running statement that the server keeps count of. Where a phase has no total, total is 0.
_OPERATIONS: Final = """
WITH counted AS (
    SELECT pid, relid, command, phase,
           CASE WHEN blocks_total > 0 THEN blocks_done WHEN tuples_total > 0 THEN tuples_done
                ELSE lockers_done END AS done,
           CASE WHEN blocks_total > 0 THEN blocks_total WHEN tuples_total > 0 THEN tuples_total
                ELSE lockers_total END AS total,
           CASE WHEN blocks_total > 0 THEN 'blocks' WHEN tuples_total > 0 THEN 'rows'
                ELSE 'lockers' END AS unit
      FROM pg_catalog.pg_stat_progress_create_index WHERE datname = current_database()
    UNION ALL
    SELECT pid, relid, command, phase, heap_blks_scanned, heap_blks_total, 'blocks'
      FROM pg_catalog.pg_stat_progress_cluster WHERE datname = current_database()
    UNION ALL
    SELECT pid, relid, 'VACUUM', phase, heap_blks_scanned, heap_blks_total, 'blocks'
      FROM pg_catalog.pg_stat_progress_vacuum WHERE datname = current_database()
    UNION ALL
    SELECT pid, relid, 'ANALYZE', phase, sample_blks_scanned, sample_blks_total, 'blocks'
      FROM pg_catalog.pg_stat_progress_analyze WHERE datname = current_database()
    UNION ALL
    SELECT pid, relid, command, '', bytes_processed, bytes_total, 'bytes'
      FROM pg_catalog.pg_stat_progress_copy WHERE datname = current_database()
)
SELECT counted.pid, counted.command, nullif(counted.relid, 0)::regclass::text AS relation, counted.phase,
       counted.done, nullif(counted.total, 0) AS total, counted.unit,
       extract(epoch FROM clock_timestamp() - activity.query_start)::float8 AS seconds
  FROM counted LEFT JOIN pg_catalog.pg_stat_activity AS activity USING (pid)
 ORDER BY seconds DESC NULLS LAST, counted.pid
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """A statement that the server keeps count of: a build, a rewrite, a vacuum, a copy."""

    pid: int
    command: str
    relation: str | None
    phase: str
    """As the server says; empty for COPY, which has none."""
    done: int
    total: int | None
    """None when the server does not know it, as for a COPY from the client."""
    unit: str
    """`blocks`, `rows`, `lockers` or `bytes`."""
    seconds: float | None
    """Since the statement began."""


def read_progress(connection: Connection) -> tuple[Operation, ...]:
    """The counted statements of the database that the connection is on, the oldest first."""
    return tuple(Operation(**row) for row in connection.execute(text(_OPERATIONS)).mappings())
