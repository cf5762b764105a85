"""One run of revisions against one database, from the lock to the proof.

Everything that changes a version table goes through `run`: it holds the migration lock on a connection of its
own, lets `env.py` do its work under redirection and record, and believes nothing of it before the database
says the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.database.lock import migration_lock
from toolkit.database.retry import wait
from toolkit.errors import NeonkitError
from toolkit.events import Blocker, Emit, Notice, Waiting, unheard
from toolkit.migrate.captured import CapturedEnvironment
from toolkit.migrate.companion import Companion
from toolkit.migrate.environment import run_environment
from toolkit.migrate.failing import Aftermath
from toolkit.migrate.guard.again import (
    BACKOFF,
    Plans,
    given_up,
    in_turn,
    stopped_between,
    worth_another,
)
from toolkit.migrate.guard.errors import BehindOldTransactionError, named
from toolkit.migrate.guard.leftovers import proved
from toolkit.migrate.guard.terms import USUAL, Terms
from toolkit.migrate.guard.timeouts import Timeouts
from toolkit.migrate.guard.watching import Watcher
from toolkit.migrate.handing import handed
from toolkit.migrate.interrupting import interrupt
from toolkit.migrate.journal.chronicle import Chronicle
from toolkit.migrate.journal.entries import StatementEntry
from toolkit.migrate.places import FOREIGN
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.recording import Recorder
from toolkit.migrate.redirect import Redirection, redirected
from toolkit.migrate.results import Direction, RunResult
from toolkit.migrate.run_errors import MigrationFailedError, MigrationTimedOutError, NotWritableError
from toolkit.migrate.translate import alembics_refusals
from toolkit.migrate.verification import Witness, half_done, verified

PATIENCE = 10.0
"""Seconds to wait for the run of somebody else to end."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What to run: Alembic's steps from the current heads, and the options it gives `env.py` for that."""

    direction: Direction
    target: str
    steps: Callable[[ScriptDirectory, Any], Iterable[Any]]
    options: Mapping[str, Any] = field(default_factory=dict)


class Notes:
    """What was noticed and printed in a run, passed on as it comes."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.notices: list[str] = []
        self.output: list[str] = []

    def hear(self, line: str) -> None:
        """A line that the project's files printed."""
        self.output.append(line)
        self._emit(Notice("info", line))

    def tell(self, sentence: str) -> None:
        """Something of ours that is good to know."""
        self.notices.append(sentence)
        self._emit(Notice("info", sentence))

    def warn(self, sentence: str) -> None:
        """Something of ours that the user should know."""
        self.notices.append(sentence)
        self._emit(Notice("warning", sentence))


def run(
    project: AlembicProject,
    database: Database,
    errand: Errand,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    tag: str | None = None,
    patience: float = PATIENCE,
    terms: Terms = USUAL,
) -> RunResult:
    """Do the errand, and prove it; wait `patience` seconds for another run to end.

    Raises NotWritableError, MigrationLockBusyError, and the errors of `run_errors`, `errors`, the journal,
    the guard and of connecting.
    """
    if database.read_only:
        raise NotWritableError(str(database.url(Job.MIGRATE).database), "it is opened read-only")
    return Run(project, database, errand, emit, cancel or CancelToken(), tag, terms).proved(patience)


class Run:
    """One run at work."""

    def __init__(
        self,
        project: AlembicProject,
        database: Database,
        errand: Errand,
        emit: Emit,
        cancel: CancelToken,
        tag: str | None,
        terms: Terms,
    ) -> None:
        self._project = project
        self._database = database
        self._errand = errand
        self._emit = in_turn(emit)
        self._cancel = cancel
        self._tag = tag
        self._terms = terms
        self._witness = Witness(database)
        self._notes = Notes(self._emit)
        self._chronicle: Chronicle | None = None
        self._watcher: Watcher | None = None

    def proved(self, patience: float) -> RunResult:
        """Run under the lock, and verify; the journal has the last word, whatever it is."""
        begun = time.monotonic()
        name = lock_name(self._project)
        with migration_lock(
            self._database, name, patience=patience, emit=self._emit, cancel=self._cancel
        ) as lock:
            try:
                if self._terms.journal:
                    self._open_journal(name)
                if self._terms.watch:
                    self._start_watcher()
                recorder, env_py = self._until_done()
                changes = verified(recorder, self._witness, env_py)
                lock.assert_held()
                for sentence in half_done(recorder, self._witness):
                    self._notes.warn(sentence)
                if self._chronicle is not None:
                    self._chronicle.end(changes[0].after if changes else None)
            except NeonkitError as error:
                if self._chronicle is not None:
                    self._chronicle.end(getattr(error, "heads", None), error)
                raise
            finally:
                self._stop_watcher()
                if self._chronicle is not None:
                    self._chronicle.close()
        return RunResult(
            self._errand.direction,
            self._errand.target,
            changes,
            recorder.finished(),
            time.monotonic() - begun,
            tuple(self._notes.notices),
            tuple(self._notes.output),
            self._terms.restore_point,
        )

    def _open_journal(self, name: str) -> None:
        errand, url = self._errand, self._database.url(Job.MIGRATE)
        self._chronicle = Chronicle(url, errand.direction, errand.target, self._terms, self._notes.warn)
        self._chronicle.look_back(name)

    def _start_watcher(self) -> None:
        flush = _do_nothing if self._chronicle is None else self._chronicle.journal.flush
        self._watcher = Watcher(self._database.url(Job.MIGRATE), self._terms, self._emit, flush)
        self._watcher.start()

    def _stop_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()

    def _until_done(self) -> tuple[Recorder, str]:
        """Perform; again from where it stands, a few times, when it gave way and left nothing half done."""
        plans, tries = Plans(), 0
        gave_way: MigrationTimedOutError | MigrationFailedError | None = None
        blockers: Sequence[Blocker] = ()
        while True:
            tries += 1
            plans.next_try()
            try:
                if gave_way is not None:
                    self._pause(gave_way, tries - 1, blockers)
                return self._perform(plans)
            except (MigrationTimedOutError, MigrationFailedError) as error:
                if self._errand.direction == "stamp" or not worth_another(error):
                    raise
                gave_way, blockers = error, () if self._watcher is None else self._watcher.blockers
                if tries >= self._terms.tries:
                    raise given_up(error, tries, blockers) from error
            except CancelledError as asked:
                if gave_way is None:
                    raise
                raise stopped_between(asked, gave_way) from asked

    def _pause(
        self, error: MigrationTimedOutError | MigrationFailedError, tries: int, blockers: Sequence[Blocker]
    ) -> None:
        pause = BACKOFF.pause(tries)
        who = "; ".join(map(named, blockers))
        cause = f"{error.revision} gave way: {error.reason}{f', held up by {who}' if who else ''}"
        self._emit(Waiting(cause, pause, tries))
        wait(pause, self._cancel, self._terms.nudge)

    def _perform(self, plans: Plans) -> tuple[Recorder, str]:
        """Run `env.py`; its connections are closed when this ends, well or not."""
        errand, project, witness = self._errand, self._project, self._witness
        with project.opened(self._notes.hear, **_command_options(errand, self._tag)) as opened:
            url = self._database.url(Job.MIGRATE)
            with redirected(opened, url, project.databases) as redirection:
                look = witness.look_before if errand.direction != "stamp" else _do_not_look
                timeouts = Timeouts(self._terms, self._notes.tell)
                companions = self._companions(plans, timeouts)
                recorder = Recorder(
                    opened,
                    redirection,
                    witness.place_of,
                    look,
                    errand.direction,
                    self._emit,
                    self._cancel,
                    companions,
                )
                redirection.prepare = timeouts.prepare
                failure = self._run_env(opened, redirection, recorder, plans)
                failure = redirection.stopped or failure or recorder.swallowed()
            with opened.insiders.outside():
                _warn_of_redirection(redirection, self._notes)
                if failure is not None:
                    settled = self._chronicle is None or self._chronicle.look_after()
                    aftermath = Aftermath(
                        project, opened, recorder, witness, self._cancel, errand.direction, settled=settled
                    )
                    raise self._refused(aftermath.explain(failure)) from failure
                if self._chronicle is not None and recorder.stages:
                    self._chronicle.warn_of_edited(opened.script, recorder.stages[0].before)
            configurations = tuple(stage.configuration for stage in recorder.stages)
            if configurations:
                project.memory.online = CapturedEnvironment(opened.env_py, configurations, online=True)
            return recorder, str(opened.env_py)

    def _companions(self, plans: Plans, timeouts: Timeouts) -> tuple[Companion, ...]:
        kept = () if self._chronicle is None else self._chronicle.companions(self._proved)
        # What is passed over needs no timeouts; the watcher comes last, before the statement is sent.
        watching = () if self._watcher is None else (self._watcher,)
        return (plans, *kept, timeouts, *watching)

    def _proved(self, statement: StatementEntry) -> bool | None:
        with self._database.connect(Job.INSPECT) as connection:
            return proved(connection, statement.sql)

    def _refused(self, error: NeonkitError) -> NeonkitError:
        """The watcher's word for a failure that it brought about."""
        old = None if self._watcher is None else self._watcher.old
        if old is None or getattr(error, "sqlstate", None) != "57014":
            return error
        if isinstance(error, MigrationTimedOutError):
            return BehindOldTransactionError(error.revision, old.statement, old.blocker, error.heads)
        if isinstance(error, MigrationFailedError):
            error.reason = f"it gave way rather than queue behind an old transaction: {named(old.blocker)}"
        return error

    def _run_env(
        self, opened: Opened, redirection: Redirection, recorder: Recorder, plans: Plans
    ) -> BaseException | None:
        """What `env.py` raised, if anything."""
        errand, database, cancel = self._errand, self._database, self._cancel

        def work(heads: Any, context: Any) -> Iterable[Any]:
            with alembics_refusals(opened.script, heads):
                steps = list(plans.steps(heads, errand.steps(opened.script, heads)))
            return recorder.steps_of(context, heads, steps)

        def stop() -> None:
            interrupt(recorder.driver_connection, recorder.driver_url or database.url(Job.MIGRATE))

        try:
            with handed(opened, database, redirection), recorder.listening(), cancel.on_cancel(stop):
                cancel.raise_if_cancelled()
                run_environment(opened, recorder, work, tag=self._tag, **errand.options)
        except FOREIGN as error:  # `failing` sorts it
            return error
        return None


def _do_nothing() -> None:
    """For a run without a journal."""


def _do_not_look(url: DatabaseUrl) -> None:
    """For a run that changes the version table alone."""


def lock_name(project: AlembicProject) -> str:
    """What the runners' lock of a project goes by: its version table."""
    if project.memory.online is not None:
        return project.memory.online.first.version_table_name
    with suppress(NeonkitError):  # whatever is wrong with the file shows when it is run
        return project.capture().first.version_table_name
    return "alembic_version"


def _command_options(errand: Errand, tag: str | None) -> dict[str, Any]:
    """What `config.cmd_opts` holds when Alembic's command line runs the same command."""
    function = getattr(command, errand.direction)
    return {
        "cmd": (function, ["revision"], ["sql", "tag"]),
        "revision": errand.target,
        "sql": False,
        "tag": tag,
    }


def _warn_of_redirection(redirection: Redirection, notes: Notes) -> None:
    for asked, url in redirection.led_elsewhere():
        notes.warn(f"env.py connects to {asked}; neonkit led it to {url.masked}.")
