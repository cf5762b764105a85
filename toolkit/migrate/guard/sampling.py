"""What the server says about one backend: what it waits for, who blocks it, how far it is."""

from __future__ import annotations

from typing import Final

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, whatever its spelling

from toolkit.database.activity.sample import without_passwords
from toolkit.events import Blocker, Progress

_BLOCKERS: Final = """
WITH worker AS (
    SELECT wait_event_type = 'Lock' AS waits,
           CASE WHEN wait_event_type = 'Lock' THEN pg_blocking_pids(pid) ELSE '{}' END AS pids
      FROM pg_catalog.pg_stat_activity WHERE pid = %s
)
SELECT worker.waits, blocking.pid, activity.usename, activity.application_name, activity.state,
       extract(epoch FROM clock_timestamp() - activity.xact_start)::float8, activity.query
  FROM worker LEFT JOIN LATERAL (SELECT DISTINCT unnest(worker.pids) AS pid) AS blocking ON true
  LEFT JOIN pg_catalog.pg_stat_activity AS activity ON activity.pid = blocking.pid
 ORDER BY activity.xact_start NULLS LAST, blocking.pid
"""

_PROGRESS: Final = """
SELECT 'index build, ' || phase, blocks_done, blocks_total, tuples_done, tuples_total,
       lockers_done, lockers_total
  FROM pg_catalog.pg_stat_progress_create_index WHERE pid = %(pid)s
UNION ALL
SELECT command || ', ' || phase, heap_blks_scanned, heap_blks_total, 0, 0, 0, 0
  FROM pg_catalog.pg_stat_progress_cluster WHERE pid = %(pid)s
UNION ALL
SELECT 'vacuum, ' || phase, heap_blks_scanned, heap_blks_total, 0, 0, 0, 0
  FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = %(pid)s
UNION ALL
SELECT 'analyze, ' || phase, sample_blks_scanned, sample_blks_total, 0, 0, 0, 0
  FROM pg_catalog.pg_stat_progress_analyze WHERE pid = %(pid)s
"""


def sample(connection: Connection, pid: int) -> tuple[bool, tuple[Blocker, ...]]:
    """Whether the backend waits for a lock, and for whom, the oldest transaction first."""
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKERS, (pid,))
        rows = cursor.fetchall()
    waits = bool(rows and rows[0][0])
    return waits, tuple(
        Blocker(number, role, application or None, state, seconds, _line(query))
        for _, number, role, application, state, seconds, query in rows
        if number is not None
    )


def progress_of(connection: Connection, pid: int) -> Progress | None:
    """How far the backend's statement is, for those that the server keeps count of."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, {"pid": pid})
        row = cursor.fetchone()
    if row is None:
        return None
    step, blocks, all_blocks, rows, all_rows, lockers, all_lockers = row
    if all_blocks:
        return Progress(step, blocks, all_blocks, "blocks")
    if all_rows:
        return Progress(step, rows, all_rows, "rows")
    if all_lockers:
        return Progress(step, lockers, all_lockers, "transactions waited for")
    return Progress(step, blocks or rows or 0, None, "blocks")


def _line(query: str | None) -> str | None:
    if not query:
        return None
    line = " ".join(without_passwords(query).split())
    return line if len(line) <= 100 else f"{line[:98]}.."
