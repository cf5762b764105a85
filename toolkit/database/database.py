"""`Database`: one database as the rest of the house sees it.

Holds the addresses, the policies and one engine per job. Invariants: schema work never goes through a pooled
host; what the user should know about address and TLS is said once; every failure to connect is one of
`connect_errors`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

from toolkit.cancel import CancelToken
from toolkit.database import retry
from toolkit.database.cancelling import cancel_running
from toolkit.database.connect import connect
from toolkit.database.engine import make_engine
from toolkit.database.errors import NoDirectHostError
from toolkit.database.failures import explained
from toolkit.database.jobs import Job, PoolSettings, policy_of
from toolkit.database.server_identity import ServerIdentity, identify
from toolkit.database.tls import TlsPolicy
from toolkit.database.transaction import Attempt
from toolkit.database.url import DatabaseUrl
from toolkit.database.urls import Urls
from toolkit.events import Emit, Notice, unheard

Result = TypeVar("Result")


class Database:
    """A database that can be reached for several jobs. Safe between threads."""

    def __init__(
        self,
        urls: Urls,
        pool: PoolSettings | None = None,
        tls: TlsPolicy | None = None,
        *,
        read_only: bool = False,
        echo: bool = False,
        retries: retry.RetryPolicy | None = None,
        hear: Emit = unheard,
    ) -> None:
        """Nothing is connected. `hear` is told of address and TLS where nobody else listens.

        Raises what the TLS policy refuses, before the first connection.
        """
        tls = tls or TlsPolicy()
        pooled, pooled_notices = (None, ()) if urls.pooled is None else tls.apply(urls.pooled)
        direct, direct_notices = (None, ()) if urls.direct is None else tls.apply(urls.direct)
        self._given = urls
        self._tls = tls
        self._urls = Urls(pooled, direct)
        self.notices: tuple[Notice, ...] = (*urls.notices, *(direct_notices or pooled_notices))
        self.read_only = read_only
        self._pool = pool or PoolSettings()
        self._echo = echo
        self._retries = retries or retry.RetryPolicy()
        self._engines: dict[Job, Engine] = {}
        self._lock = threading.Lock()
        self._told = False
        self._hear = hear

    @classmethod
    def at(cls, url: DatabaseUrl, *, read_only: bool = False) -> Database:
        """The database of one URL, with default policies."""
        return cls(Urls.resolve(url), read_only=read_only)

    def url(self, job: Job) -> DatabaseUrl:
        """Where connections for the job go. Raises NoDirectHostError if the job needs a direct host."""
        if policy_of(job, self._pool).address == "pooled":
            return self._urls.pooled or self._urls.main
        if self._urls.direct is None:
            raise NoDirectHostError(str(self._urls.main.host), job.value)
        self._tell(unheard)
        return self._urls.direct

    def engine(self, job: Job) -> Engine:
        """The engine of the job, made at its first use."""
        url = self.url(job)
        with self._lock:
            if job not in self._engines:
                policy = policy_of(job, self._pool)
                self._engines[job] = make_engine(url, policy, read_only=self.read_only, echo=self._echo)
            return self._engines[job]

    @contextmanager
    def connect(
        self, job: Job, *, emit: Emit = unheard, cancel: CancelToken | None = None
    ) -> Iterator[Connection]:
        """A connection for the job; closed at the end, and rolled back unless the block committed.

        Tries transient failures again within the budget. While the block runs, setting the token cancels the
        running statement. Raises a `CannotConnectError`; circumstances in the block (lost, locked, cancelled,
        read-only, out of capacity) come out as this room's errors, failures of statements as they are.
        """
        url = self.url(job)
        self._tell(emit)
        connection = connect(self.engine(job), url, policy=self._retries, emit=emit, cancel=cancel)
        with explained(url, cancel), connection, cancel_running(connection, url, cancel):
            yield connection

    def run(
        self,
        job: Job,
        work: Callable[[Connection], Result],
        *,
        emit: Emit = unheard,
        cancel: CancelToken | None = None,
    ) -> Result:
        """Run the work in one transaction, commit, give its result; again as a whole after a conflict.

        The work must have no effects outside the database that may not happen twice. Raises as `connect`
        does; a connection lost during COMMIT says that it is in doubt.
        """
        url = self.url(job)

        @contextmanager
        def begin() -> Iterator[Connection]:
            connection = connect(self.engine(job), url, policy=self._retries, emit=emit, cancel=cancel)
            with connection, cancel_running(connection, url, cancel), connection.begin():
                yield connection

        self._tell(emit)
        attempt = Attempt(begin, work)
        conflicts = self._retries.conflicts
        with explained(url, cancel, phase=lambda: attempt.phase, attempts=conflicts):
            return retry.run(
                attempt, phase=lambda: attempt.phase, policy=self._retries, emit=emit, cancel=cancel
            )

    def describe(self, *, emit: Emit = unheard, cancel: CancelToken | None = None) -> ServerIdentity:
        """Who answers, and who we are there."""
        job = Job.SERVERLESS if self._urls.direct is None else Job.MIGRATE
        with self.connect(job, emit=emit, cancel=cancel) as connection:
            return identify(connection, self.url(job))

    def at_database(self, name: str) -> Database:
        """Another database of the same server, with the same policies."""
        pooled, direct = self._given.pooled, self._given.direct
        urls = Urls(pooled and pooled.with_database(name), direct and direct.with_database(name))
        return self._like_this(urls, self._retries)

    def with_retries(self, policy: retry.RetryPolicy) -> Database:
        """The same database with another patience: the terminal UI waits less than the command line."""
        return self._like_this(self._given, policy)

    def dispose(self) -> None:
        """Close all pooled connections, so that an idle compute may sleep. The database stays usable."""
        with self._lock:
            engines, self._engines = list(self._engines.values()), {}
        for engine in engines:
            engine.dispose()

    def __repr__(self) -> str:
        return f"Database({self._urls.main.masked!r}{', read_only=True' if self.read_only else ''})"

    def _like_this(self, urls: Urls, retries: retry.RetryPolicy) -> Database:
        return Database(
            urls, self._pool, self._tls, read_only=self.read_only, echo=self._echo, retries=retries
        )

    def _tell(self, emit: Emit) -> None:
        listener = self._hear if emit is unheard else emit
        if self._told or listener is unheard:
            return
        self._told = True
        for notice in self.notices:
            listener(notice)
