"""The watcher: a second session that looks at the run's statement while it lasts.

It connects only when a statement takes longer than a moment, so a quick run costs nothing. It tells who
blocks, and how far the server is; on a person's word it cancels or ends who blocks; and it stops a statement
that queues behind an old transaction. Invariant: it touches the run's connection by pg_cancel_backend only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, whatever its spelling

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.events import Blocked, Blocker, Emit, Notice, Progress
from toolkit.migrate.companion import Companion, Running
from toolkit.migrate.guard.errors import OldTransaction
from toolkit.migrate.guard.kinds import Kind, kind_of
from toolkit.migrate.guard.sampling import progress_of, sample
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.interrupting import backend_of

TICK: Final = 0.1
"""Seconds between two looks, and before the first."""
PATIENCE: Final = 0.4
"""Seconds a statement waits before somebody is cancelled, ended, or refused to be queued behind."""


class Watcher(Companion):
    """Watches one run."""

    def __init__(
        self, url: DatabaseUrl, terms: Terms, emit: Emit, flush: Callable[[], None] = lambda: None
    ) -> None:
        """`flush` is called now and then while a statement lasts: what is known should be written by then."""
        self._url = url
        self._terms = terms
        self._emit = emit
        self._flush = flush
        self._running: Running | None = None
        self._pid: int | None = None
        self._woken = threading.Condition()
        self._over = False
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._dealt: set[int] = set()
        self._last: tuple[int, ...] = ()
        self._told = 0.0
        self.blockers: tuple[Blocker, ...] = ()
        """Who blocked last."""
        self.old: OldTransaction | None = None
        """The old transaction behind which the run would have queued, if that ended it."""

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._watch, name="neonkit-watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and let go of the connection."""
        with self._woken:
            self._over = True
            self._woken.notify()
        if self._thread is not None:
            self._thread.join(5)
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()

    def statement_begins(self, running: Running) -> bool:
        """Watch it from now on. Its wait is told anew, even for those who held up the last one."""
        self._last = ()
        self._running = running
        return True

    def statement_ended(self, running: Running, rows: int | None, *, returned: bool) -> None:
        """It is over."""
        del rows, returned, running
        self._running = None

    def statement_failed(self, running: Running, sqlstate: str | None) -> None:
        """It is over."""
        del sqlstate, running
        self._running = None

    def _watch(self) -> None:
        while True:
            with self._woken:
                self._woken.wait(TICK)
                if self._over:
                    return
            running = self._running
            if running is None or time.perf_counter() - running.begun < TICK:
                continue
            try:
                self._look(running)
            except psycopg2.Error:  # no second session is to be had now: the run goes on unwatched
                self._drop()
                time.sleep(TICK)

    def _look(self, running: Running) -> None:
        if self._connection is None:
            self._connection = open_connection(self._url)
            self._connection.autocommit = True
        pid = backend_of(running.driver)
        if pid is None or self._running is not running:
            return
        waiting, blockers = sample(self._connection, pid)
        if self._running is not running:
            return
        self._flush()
        seconds = time.perf_counter() - running.begun
        if waiting:
            running.waited += TICK
            self._blocked(running, pid, seconds, blockers)
        elif seconds - self._told >= 1.0 or seconds < self._told:
            self._told = seconds
            self._tell_progress(running, pid, seconds)

    def _blocked(self, running: Running, pid: int, seconds: float, blockers: tuple[Blocker, ...]) -> None:
        self.blockers = blockers
        named = tuple(one.pid for one in blockers)
        if named != self._last:
            self._last = named
            self._emit(Blocked(_short(running.sql), seconds, blockers))
        if running.waited < PATIENCE:
            return
        if self._terms.blockers != "wait":
            self._deal_with(blockers)
        elif self._terms.old and kind_of(running.sql) is not Kind.CONCURRENT:
            self._refuse(running, pid, blockers)

    def _deal_with(self, blockers: tuple[Blocker, ...]) -> None:
        for blocker in blockers:
            if blocker.pid in self._dealt or blocker.pid == 0:
                continue
            self._dealt.add(blocker.pid)
            ends = self._terms.blockers == "terminate"
            if not ends and (blocker.state or "").startswith("idle"):
                self._emit(
                    Notice(
                        "warning",
                        f"pid {blocker.pid} is {blocker.state}: there is no statement to cancel; only "
                        "--terminate-blockers ends its transaction.",
                    )
                )
                continue
            function = "pg_terminate_backend" if ends else "pg_cancel_backend"
            done = self._ask(f"SELECT {function}(%s)", (blocker.pid,))
            verb = "The session" if ends else "The statement"
            word = "was ended" if ends else "was cancelled"
            if not done:
                word = "could not be stopped"
            self._emit(Notice("warning", f"{verb} of pid {blocker.pid} ({blocker.role or '?'}) {word}."))

    def _refuse(self, running: Running, pid: int, blockers: tuple[Blocker, ...]) -> None:
        old = [one for one in blockers if (one.seconds or 0.0) > self._terms.old]
        if not old or self.old is not None or self._running is not running:
            return
        self.old = OldTransaction(_short(running.sql), old[0])
        self._ask("SELECT pg_cancel_backend(%s)", (pid,))

    def _tell_progress(self, running: Running, pid: int, seconds: float) -> None:
        assert self._connection is not None
        found = progress_of(self._connection, pid)
        if self._running is not running:
            return
        # Without a view the server tells nothing but that it works: no total, so no percentage.
        self._emit(found or Progress(_short(running.sql), int(seconds), None, "s"))

    def _ask(self, query: str, values: tuple[Any, ...]) -> bool:
        assert self._connection is not None
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(query, values)
                row = cursor.fetchone()
        except psycopg2.errors.InsufficientPrivilege:
            return False
        return bool(row and row[0])

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()
            self._connection = None


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 80 else f"{line[:78]}.."
