"""A dry run: the revisions run for real inside a transaction that is never committed.

Every COMMIT of the run is held back and its connections stay out of autocommit, so that one rollback undoes
it all. What refuses a transaction, or would end it by its own word, is not sent and is named. It takes the
same locks as the real run and keeps them until the end; sequences do not step back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from toolkit.database.lock import migration_lock
from toolkit.errors import RunFailedError, TimedOutError
from toolkit.migrate.companion import Companion, Running
from toolkit.migrate.guard.again import Plans
from toolkit.migrate.guard.kinds import Kind, kind_of
from toolkit.migrate.guard.timeouts import Timeouts
from toolkit.migrate.insiders import Insiders
from toolkit.migrate.journal.effects import Effect, effect_of, ending_of
from toolkit.migrate.project import Opened
from toolkit.migrate.recording import Recorder
from toolkit.migrate.redirect import Redirection
from toolkit.migrate.replacing import replaced
from toolkit.migrate.results import Direction
from toolkit.migrate.run import Run, lock_name
from toolkit.secret import without_passwords


@dataclass(frozen=True, slots=True)
class Untried:
    """A statement that was not sent, and why."""

    revision: str
    sql: str
    reason: str


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """What a dry run showed. Nothing of it is in the database."""

    direction: Direction
    target: str
    heads: tuple[str, ...]
    """Where the database stands, before and after."""
    revisions: tuple[str, ...]
    """Those that ran to their end, but for what was not tried."""
    tried: int
    """Statements that were sent."""
    untried: tuple[Untried, ...]
    failure: str | None
    """The sentence of the error that ended it early."""
    seconds: float
    notices: tuple[str, ...]


class _Holding(Companion):
    """Keeps back what cannot be undone."""

    def __init__(self) -> None:
        self.untried: list[Untried] = []
        self.tried = 0
        self.revisions: list[str] = []

    def revision_begins(self, step: Any) -> None:
        """Note it; one that fails is taken off again."""
        self.revisions.append(step.revision)

    def statement_begins(self, running: Running) -> bool:
        """Whether it can be tried."""
        if running.step is None:
            return True
        reason = _reason(running)
        if reason is None:
            self.tried += 1
            return True
        sql = without_passwords(" ".join(running.sql.split()))
        self.untried.append(Untried(running.step.revision, sql, reason))
        return False


class DryRun(Run):
    """A run whose commits are held back."""

    _holding: _Holding
    _heads: tuple[str, ...] = ()

    def tried(self, patience: float) -> DryRunResult:
        """Run and roll back. Raises as `run.run` does where nothing could be tried at all."""
        begun, self._holding = time.monotonic(), _Holding()
        failure: str | None = None
        with migration_lock(
            self._database, lock_name(self._project), patience=patience, emit=self._emit, cancel=self._cancel
        ):
            if self._terms.watch:
                self._start_watcher()
            try:
                self._perform(Plans())
            except (RunFailedError, TimedOutError) as error:
                if not self._holding.revisions:
                    raise
                failure = error.sentence
                self._holding.revisions.pop()
            finally:
                self._stop_watcher()
        return DryRunResult(
            self._errand.direction,
            self._errand.target,
            self._heads,
            tuple(self._holding.revisions),
            self._holding.tried,
            tuple(self._holding.untried),
            failure,
            time.monotonic() - begun,
            tuple(self._notes.notices),
        )

    def _companions(self, plans: Plans, timeouts: Timeouts) -> tuple[Companion, ...]:
        del plans  # nothing is tried twice
        watching = () if self._watcher is None else (self._watcher,)
        return (self._holding, timeouts, *watching)

    def _run_env(
        self, opened: Opened, redirection: Redirection, recorder: Recorder, plans: Plans
    ) -> BaseException | None:
        with _no_commits(opened.insiders):
            failure = super()._run_env(opened, redirection, recorder, plans)
        if recorder.stages:
            self._heads = recorder.stages[0].before
        return failure


@contextmanager
def _no_commits(insiders: Insiders) -> Iterator[None]:
    """No connection of the run commits, or leaves its transaction, while the block runs."""
    commit: Callable[..., None] = DefaultDialect.do_commit
    isolate: Callable[..., None] = DefaultDialect._assert_and_set_isolation_level  # noqa: SLF001 - all drivers pass here

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        if not insiders.here():
            commit(dialect, connection)

    def set_level(dialect: DefaultDialect, connection: Any, level: Any) -> None:
        if not insiders.here():
            isolate(dialect, connection, level)

    with (
        replaced(DefaultDialect, "do_commit", do_commit),
        replaced(DefaultDialect, "_assert_and_set_isolation_level", set_level),
    ):
        yield


def _reason(running: Running) -> str | None:
    if ending_of(running.sql) is not None:
        return "it ends the transaction by its own word"
    if kind_of(running.sql) is Kind.CONCURRENT:
        return "it refuses to run inside a transaction"
    if running.autocommit and effect_of(running.sql) is Effect.CHANGE:
        return "it is meant to commit by itself"
    return None
