"""One run at a time: an advisory lock on a connection of its own.

The lock is polled, never waited for: a session that waits inside `pg_advisory_lock` holds a snapshot, and
CREATE INDEX CONCURRENTLY of the run before would wait for it in turn, for ever. It sits on its own connection
so that nothing the run does to its transaction can drop it. Invariants: never behind a pooler, where several
clients "hold" one session's lock; losing the lock is an error, not a silence.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database.database import Database
from toolkit.database.driver import is_changed_on_the_way
from toolkit.database.errors import LockLostError, MigrationLockBusyError
from toolkit.database.jobs import Job
from toolkit.database.retry import wait
from toolkit.database.url import DatabaseUrl
from toolkit.events import Emit, Notice, Waiting, unheard

POLL: Final = 1.0
"""Seconds between two tries."""

_OWN: Final = """
  FROM pg_catalog.pg_locks AS held
 WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
   AND held.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND held.classid::bigint = (CAST(:key AS bigint) >> 32) & 4294967295
   AND held.objid::bigint = CAST(:key AS bigint) & 4294967295
"""

_HOLDER: Final = f"""
SELECT activity.pid, activity.usename, activity.application_name, host(activity.client_addr),
       activity.backend_start
  FROM pg_catalog.pg_stat_activity AS activity
 WHERE activity.pid IN (SELECT held.pid {_OWN})
"""  # noqa: S608 - a fixed text

_HELD: Final = f"SELECT EXISTS (SELECT 1 {_OWN})"
_STILL_OURS: Final = f"SELECT EXISTS (SELECT 1 {_OWN} AND held.pid = pg_backend_pid())"


def lock_key(database: str, name: str) -> int:
    """The 64-bit advisory key for one version table of one database."""
    digest = hashlib.sha256(f"neonkit\0{database}\0{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock_is_held(connection: Connection, version_table: str) -> bool:
    """Whether a run over the version table (`schema.table`) is going on, by whomever."""
    where = str(connection.execute(text("SELECT current_database()")).scalar_one())
    held = connection.execute(
        text(f"SELECT EXISTS (SELECT 1 {_OWN})"), {"key": lock_key(where, version_table)}
    )
    return bool(held.scalar_one())


class HeldLock:
    """A lock that is held until the block that took it ends."""

    def __init__(self, connection: Connection, key: int, name: str) -> None:
        self._connection = connection
        self._key = key
        self.name = name

    @property
    def pid(self) -> int:
        """The backend that holds the lock."""
        return int(self._connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    def assert_held(self) -> None:
        """Raise LockLostError if the lock, or the connection that holds it, is gone."""
        try:
            held = self._connection.execute(text(_STILL_OURS), {"key": self._key}).scalar_one()
        except DBAPIError as error:
            raise LockLostError(self.name) from error
        if not held:
            raise LockLostError(self.name)

    def release(self) -> None:
        """Give the lock back. Raises LockLostError if it was not ours any more."""
        try:
            released = self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})
            ours = released.scalar_one()
        except DBAPIError as error:
            raise LockLostError(self.name) from error
        if not ours:
            raise LockLostError(self.name)


@contextmanager
def migration_lock(
    database: Database,
    version_table: str,
    *,
    patience: float = 10.0,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Iterator[HeldLock]:
    """Hold the migration lock of one version table (`schema.table`) while the block runs.

    Tries for `patience` seconds, visibly. Raises MigrationLockBusyError with what the server tells about the
    holder; LockLostError if the lock was lost while the block ran well; NoDirectHostError behind a pooler by
    name. Warns of a pooler that no name tells.
    """
    with database.connect(Job.ADMIN, emit=emit, cancel=cancel) as connection:
        _mind_a_pooler(connection, database.url(Job.ADMIN), emit)
        where = str(connection.execute(text("SELECT current_database()")).scalar_one())
        key, name = lock_key(where, version_table), f"{version_table} in {where}"
        _take(connection, key, name, patience, emit, cancel)
        held = HeldLock(connection, key, name)
        yield held
        # Not after a failure: that is the news then, and the lock ends with the connection in any case.
        held.release()


def _mind_a_pooler(connection: Connection, url: DatabaseUrl, emit: Emit) -> None:
    if not url.is_neon and is_changed_on_the_way(connection):
        sentence = (
            f"A pooler stands before {url.host}: the lock that keeps two runs apart, timeouts and role hold "
            "only if it pools sessions. Name the server itself in DATABASE_URL_UNPOOLED."
        )
        emit(Notice("warning", sentence))


def _take(
    connection: Connection, key: int, name: str, patience: float, emit: Emit, cancel: CancelToken | None
) -> None:
    begun = time.monotonic()
    attempt = 0
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
        attempt += 1
        waited = time.monotonic() - begun
        if waited >= patience:
            raise _busy(connection, key, name, waited)
        pause = min(POLL, patience - waited)
        emit(Waiting(_busy(connection, key, name, waited).sentence, pause, attempt))
        wait(pause, cancel)


def _busy(connection: Connection, key: int, name: str, waited: float) -> MigrationLockBusyError:
    row = connection.execute(text(_HOLDER), {"key": key}).one_or_none()
    if row is None:
        return MigrationLockBusyError(name, waited)
    pid, user, application, address, since = row
    return MigrationLockBusyError(
        name, waited, pid, user, application or None, address, since and since.isoformat(timespec="seconds")
    )
