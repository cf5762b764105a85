"""A second session that watches statements which commit by themselves, `CONCURRENTLY` above all.

Their locks come and go. So others stand in the way: while the statement runs, three sessions hold an access
share, a row exclusive and a share update exclusive lock on each table it names. Whenever it waits for one of
them, what it holds and asks for is written down, and that one lets go. Nothing depends on being quick.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import psycopg2

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.migrate.trial.looking import strongest
from toolkit.migrate.trial.values import Work
from toolkit.sql.locks.modes import LockMode
from toolkit.sql.quoting import qualified

_TABLES: Final = 3
"""Named tables that others stand on; a statement that commits by itself hardly names more."""
_STANCES: Final = ("ACCESS SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE")
_PAUSE: Final = 0.001
_LOOK: Final = """
SELECT 'lock', relation::int8, mode FROM pg_catalog.pg_locks
 WHERE pid = %(pid)s AND locktype = 'relation' AND relation >= 16384
UNION ALL SELECT 'blocker', unnest(pg_catalog.pg_blocking_pids(%(pid)s))::int8, ''
"""
_NAMES: Final = """
SELECT DISTINCT n.nspname::text, c.relname::text, c.relkind::text
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.oid = ANY (%(oids)s) OR c.oid IN (
         SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = ANY (%(oids)s))
"""


class SecondSession:
    """Watches one database. Its sessions are opened before the run, which may not open any."""

    def __init__(self, url: DatabaseUrl) -> None:
        self._watcher = open_connection(url)
        self._watcher.autocommit = True
        self._others = [open_connection(url) for _ in range(_TABLES * len(_STANCES))]
        self._depth = 0
        self._looking: _Looking | None = None

    def close(self) -> None:
        """Let go of everything."""
        for connection in (self._watcher, *self._others):
            with suppress(psycopg2.Error):
                connection.close()

    def begins(self, pid: int, autocommit: bool, relations: Iterable[int]) -> None:
        """See `Watch`. Statements in a transaction are looked at from inside it."""
        self._depth += 1
        oids = list(relations)
        if self._depth > 1 or not autocommit or not oids:
            return
        standing = self._stand_in_the_way(oids)
        self._looking = _Looking(pid, self._watcher, standing)
        self._looking.start()

    def ends(self) -> tuple[Mapping[int, LockMode] | None, Work | None]:
        """See `Watch`."""
        self._depth = max(0, self._depth - 1)
        if self._depth or self._looking is None:
            return None, None
        seen = self._looking.end()
        self._looking = None
        return seen, None

    def transaction_ended(self, pid: int) -> None:
        """See `Watch`. A statement that failed has no other end."""
        del pid
        if self._looking is not None:
            self._looking.end()
            self._looking = None
        self._depth = 0

    def _stand_in_the_way(self, oids: list[int]) -> dict[int, Any]:
        with self._watcher.cursor() as cursor:
            cursor.execute(_NAMES, {"oids": oids})
            tables = [row for row in cursor.fetchall() if row[2] in "rpm"][:_TABLES]
        standing = {}
        free = iter(self._others)
        for schema, name, kind in tables:
            for stance in _STANCES:
                other = next(free)
                table = qualified(schema, name)
                reads = stance == "ACCESS SHARE"
                if kind == "m" and not reads:
                    continue
                # A reader stands on the indexes, too.
                text = (
                    f"SELECT FROM {table} LIMIT 0" if reads else f"LOCK TABLE ONLY {table} IN {stance} MODE"
                )
                try:
                    with other.cursor() as cursor:
                        cursor.execute(text)
                except psycopg2.Error:
                    other.rollback()
                    continue
                standing[other.info.backend_pid] = other
        return standing


class _Looking(threading.Thread):
    """Looks at one backend until it is told to end."""

    def __init__(self, pid: int, watcher: Any, standing: dict[int, Any]) -> None:
        super().__init__(daemon=True, name="neonkit-rehearsal-watch")
        self._backend = pid
        self._watcher = watcher
        self._standing = standing
        self._over = threading.Event()
        self._seen: dict[int, LockMode] = {}

    def run(self) -> None:
        """Look, note, and let those go that the statement waits for."""
        while not self._over.is_set():
            with suppress(psycopg2.Error), self._watcher.cursor() as cursor:
                cursor.execute(_LOOK, {"pid": self._backend})
                rows = cursor.fetchall()
                for oid, mode in strongest((r[1], r[2]) for r in rows if r[0] == "lock").items():
                    self._seen[oid] = max(mode, self._seen.get(oid, mode))
                for kind, blocker, _ in rows:
                    if kind == "blocker" and blocker in self._standing:
                        self._standing.pop(blocker).rollback()
            self._over.wait(_PAUSE)

    def end(self) -> dict[int, LockMode]:
        """Stop, free the way, and give the strongest mode by relation."""
        self._over.set()
        self.join()
        for other in self._standing.values():
            with suppress(psycopg2.Error):
                other.rollback()
        return self._seen
