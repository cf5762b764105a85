"""One session looked at closely: everything it holds, and what would end it by itself. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from toolkit.database.activity.sample import without_passwords

_SESSION: Final = """
SELECT activity.pid, activity.usename AS role, activity.application_name AS application,
       host(activity.client_addr) AS client, activity.state, activity.query AS statement,
       extract(epoch FROM clock_timestamp() - activity.backend_start)::float8 AS connected_seconds,
       extract(epoch FROM clock_timestamp() - activity.xact_start)::float8 AS transaction_seconds,
       extract(epoch FROM clock_timestamp() - activity.state_change)::float8 AS state_seconds,
       coalesce(
           (SELECT split_part(line, '=', 2)
              FROM pg_catalog.pg_db_role_setting AS setting, unnest(setting.setconfig) AS line
             WHERE split_part(line, '=', 1) = 'idle_in_transaction_session_timeout'
               AND setting.setrole IN (activity.usesysid, 0) AND setting.setdatabase IN (activity.datid, 0)
             ORDER BY setting.setrole = 0, setting.setdatabase = 0 LIMIT 1),
           (SELECT reset_val FROM pg_catalog.pg_settings
             WHERE name = 'idle_in_transaction_session_timeout')) AS idle_limit
  FROM pg_catalog.pg_stat_activity AS activity
 WHERE activity.pid = :pid AND activity.datname = current_database()
"""

_LOCKS: Final = """
SELECT CASE locktype WHEN 'relation' THEN relation::regclass::text ELSE locktype END AS target, mode, granted,
       extract(epoch FROM clock_timestamp() - waitstart)::float8 AS waiting_seconds
  FROM pg_catalog.pg_locks
 WHERE pid = :pid AND locktype <> 'virtualxid'
 ORDER BY granted, target, mode
"""


@dataclass(frozen=True, slots=True)
class OwnLock:
    """A lock that a session holds or wants, whether or not anybody waits for it."""

    target: str
    """The relation, or the kind of thing that is not a relation."""
    mode: str
    granted: bool
    waiting_seconds: float | None


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """Everything a role may see of one session."""

    pid: int
    role: str | None
    application: str
    client: str | None
    state: str | None
    """None when the role may not look into this session."""
    statement: str | None
    """The whole running statement, or the last one; passwords in it are masked."""
    connected_seconds: float | None
    transaction_seconds: float | None
    state_seconds: float | None
    idle_limit: str
    """`idle_in_transaction_session_timeout`, as the settings of role, database and server have it."""
    locks: tuple[OwnLock, ...]

    @property
    def hint(self) -> str | None:
        """What helps when this session holds up others; None when it is at work."""
        if self.state is None:
            return "this role may not look into the session; a member of pg_read_all_stats may"
        if not self.state.startswith("idle in transaction"):
            return None
        ends = "never ends it" if self.idle_limit in ("0", "") else f"ends it after {self.idle_limit}"
        return f"its client must commit or close it; the server {ends} (idle_in_transaction_session_timeout)"


def read_session(connection: Connection, pid: int) -> SessionDetail | None:
    """The session with that process id on this database, or None when there is none any more."""
    row = connection.execute(text(_SESSION), {"pid": pid}).mappings().first()
    if row is None:
        return None
    locks = connection.execute(text(_LOCKS), {"pid": pid}).mappings()
    visible = row["state"] is not None
    statement = without_passwords(row["statement"]) if visible and row["statement"] else None
    return SessionDetail(
        **{**row, "statement": statement},
        locks=tuple(OwnLock(**lock) for lock in locks),
    )
