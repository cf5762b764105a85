"""One sample of the sessions of a database and of the locks that somebody waits for.

Times are seconds on the server's clock. What the role may not see is None, and is said to be hidden: only a
member of pg_read_all_stats sees the statements of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

# `pg_blocking_pids` locks the lock tables for a moment, so it is asked for waiting sessions only.
_SESSIONS: Final = """
SELECT activity.pid,
       activity.usename AS role,
       activity.application_name AS application,
       host(activity.client_addr) AS client,
       activity.state,
       activity.wait_event_type AS wait_kind,
       activity.wait_event AS wait,
       extract(epoch FROM clock_timestamp() - activity.xact_start)::float8 AS transaction_seconds,
       extract(epoch FROM clock_timestamp() - activity.query_start)::float8 AS statement_seconds,
       extract(epoch FROM clock_timestamp() - activity.state_change)::float8 AS state_seconds,
       activity.query AS statement,
       activity.pid = pg_backend_pid() AS is_us,
       CASE WHEN activity.wait_event_type = 'Lock' THEN pg_blocking_pids(activity.pid)
            ELSE '{}' END AS blocked_by
FROM pg_catalog.pg_stat_activity AS activity
WHERE activity.datname = current_database() AND activity.backend_type = 'client backend'
ORDER BY activity.pid
"""

# Locks of the relations somebody waits for, granted and wanted, and all other locks that are waited for.
# The size is the catalog's note: asking for the real one would queue behind the very lock that is looked at.
_LOCKS: Final = """
WITH wanted AS (
    SELECT locktype, database, relation, transactionid, virtualxid, classid, objid
    FROM pg_catalog.pg_locks
    WHERE NOT granted AND (database = (SELECT oid FROM pg_database WHERE datname = current_database())
                           OR database IS NULL)
)
SELECT held.pid,
       held.granted,
       held.mode,
       CASE held.locktype
            WHEN 'relation' THEN held.relation::regclass::text
            ELSE held.locktype
       END AS target,
       class.relpages::bigint * current_setting('block_size')::bigint AS target_bytes,
       extract(epoch FROM clock_timestamp() - held.waitstart)::float8 AS waiting_seconds
FROM pg_catalog.pg_locks AS held
LEFT JOIN pg_catalog.pg_class AS class
       ON held.locktype = 'relation' AND class.oid = held.relation
WHERE EXISTS (
    SELECT FROM wanted
    WHERE wanted.locktype = held.locktype
      AND wanted.relation IS NOT DISTINCT FROM held.relation
      AND wanted.transactionid IS NOT DISTINCT FROM held.transactionid
      AND wanted.virtualxid IS NOT DISTINCT FROM held.virtualxid
      AND wanted.classid IS NOT DISTINCT FROM held.classid
      AND wanted.objid IS NOT DISTINCT FROM held.objid
)
ORDER BY held.pid, target, held.mode
"""

_PASSWORD: Final = re.compile(
    r"(\bpassword\s+)('(?:[^']|'')*'|\$(\w*)\$.*?\$\3\$)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class WantedLock:
    """A lock that a session waits for."""

    mode: str
    target: str
    """The relation, or the kind of thing that is not a relation: `transactionid`, `advisory` ..."""
    target_bytes: int | None
    """The relation's size by the last VACUUM or ANALYZE, without indexes."""
    seconds: float | None
    """How long it has waited; None in the first moment."""


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock that a session holds on something somebody waits for."""

    mode: str
    target: str


@dataclass(frozen=True, slots=True)
class Session:
    """One client connection of this database."""

    pid: int
    role: str | None
    application: str
    client: str | None
    """The client's address; None for a local socket, or when hidden."""
    state: str | None
    """As the server says: `active`, `idle in transaction` ...; None when hidden."""
    wait: str | None
    """`Kind: event`, or None when it works or waits for its client."""
    transaction_seconds: float | None
    statement_seconds: float | None
    state_seconds: float | None
    statement: str | None
    """The running statement, or the last one; passwords in it are masked."""
    is_us: bool
    blocked_by: tuple[int, ...]
    """Process ids; 0 stands for a prepared transaction."""
    wants: tuple[WantedLock, ...]
    holds: tuple[HeldLock, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """All sessions of one database at one moment."""

    sessions: tuple[Session, ...]

    def session(self, pid: int) -> Session | None:
        """The session with that process id."""
        return next((session for session in self.sessions if session.pid == pid), None)

    @property
    def waiting(self) -> tuple[Session, ...]:
        """The sessions that wait for another one."""
        return tuple(session for session in self.sessions if session.blocked_by)

    @property
    def hidden(self) -> int:
        """How many sessions the role may not look into."""
        return sum(session.state is None for session in self.sessions)


def read_activity(connection: Connection) -> Activity:
    """Sample the database that the connection is on.

    The two statements are not of one moment: a wait that ended between them has no lock beside it.
    """
    sessions = connection.execute(text(_SESSIONS)).mappings().all()
    locks = connection.execute(text(_LOCKS)).mappings().all()
    return Activity(tuple(_session(dict(row), locks) for row in sessions))


def _session(row: dict[str, Any], locks: Iterable[Any]) -> Session:
    own = [lock for lock in locks if lock["pid"] == row["pid"]]
    kind, event = row.pop("wait_kind"), row.pop("wait")
    statement = row.pop("statement")
    visible = row["state"] is not None
    return Session(
        **{**row, "blocked_by": tuple(sorted(set(row["blocked_by"])))},
        wait=f"{kind}: {event}" if event and kind != "Client" else None,
        statement=without_passwords(statement) if visible and statement else None,
        wants=tuple(
            WantedLock(lock["mode"], lock["target"], lock["target_bytes"], lock["waiting_seconds"])
            for lock in own
            if not lock["granted"]
        ),
        holds=tuple(HeldLock(lock["mode"], lock["target"]) for lock in own if lock["granted"]),
    )


def without_passwords(statement: str) -> str:
    """The statement with the text after PASSWORD masked."""
    return _PASSWORD.sub(r"\1'***'", statement)
