"""From the exception that ended a run to the error a person reads, with the state the run left behind."""

from __future__ import annotations

from typing import Any

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelledError, CancelToken, TerminatedError
from toolkit.errors import NeonkitError
from toolkit.migrate.broken import broken
from toolkit.migrate.graph import read_graph
from toolkit.migrate.places import line_in, place_in, reason_of
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.recording import Recorder, Step, sqlstate_of
from toolkit.migrate.results import Direction
from toolkit.migrate.run_errors import (
    EnvironmentFailedError,
    IdTooLongError,
    LostInRunError,
    MigrationFailedError,
    MigrationTimedOutError,
    Outcome,
    RunStoppedError,
    RunTerminatedError,
)
from toolkit.migrate.translate import translated
from toolkit.migrate.verification import Witness
from toolkit.secret import without_passwords

GAVE_WAY = frozenset({"55P03", "57014", "25P03", "25P04"})
"""lock_not_available, query_canceled and the idle and transaction timeouts."""


class Aftermath:
    """Explains the failure of one run. Asked after the run's connections are closed."""

    def __init__(
        self,
        project: AlembicProject,
        opened: Opened,
        recorder: Recorder,
        witness: Witness,
        cancel: CancelToken,
        direction: Direction,
        *,
        settled: bool = True,
    ) -> None:
        """`settled` is False if a COMMIT was sent and nobody knows what became of it."""
        self._project = project
        self._opened = opened
        self._recorder = recorder
        self._cancel = cancel
        self._direction: Direction = direction
        self._is_settled = settled
        self._step = recorder.current
        last = recorder.stages[-1] if recorder.stages else None
        self._stage = self._step.stage if self._step else last
        self._heads = witness.heads_if_reachable(self._stage)
        running = recorder.running
        alone = running is not None and running.autocommit
        self._invalid = witness.left_invalid(self._stage, running.sql) if running and alone else ()

    def explain(self, error: BaseException) -> NeonkitError:
        """Our error for it."""
        if isinstance(error, IdTooLongError):
            error.heads = self._heads
        if isinstance(error, NeonkitError) and not isinstance(error, CancelledError):
            return error
        if self._cancel.cancelled:
            return self._stopped(error)
        if isinstance(error, CommandError):
            return translated(error, self._opened.script, self._stage.before if self._stage else ())
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return self._lost(error)
        if self._step is not None:
            return self._failed(error, self._step)
        return self._environment(error)

    @property
    def _partial(self) -> bool:
        return self._step is not None and (self._step.committed_inside or bool(self._invalid))

    def _applied(self) -> tuple[str, ...]:
        """The revisions of this run that the database has, or has no more, after all."""
        if self._heads is None:
            return ()
        graph = read_graph(self._opened.script)
        has = {revision.id for revision in graph.applied(set(self._heads) - set(graph.unknown(self._heads)))}
        wanted = self._direction != "downgrade"
        return tuple(
            s.revision
            for s in self._recorder.steps
            if s.seconds is not None and (s.revision in has) is wanted
        )

    def _stopped(self, error: BaseException) -> NeonkitError:
        asked: CancelledError
        try:
            self._cancel.raise_if_cancelled()
        except CancelledError as cancelled:
            asked = cancelled
        if not self._recorder.steps:
            return asked
        kind = RunTerminatedError if isinstance(asked, TerminatedError) else RunStoppedError
        del error
        return kind(asked.reason, self._applied(), self._heads, self._partial)

    def _lost(self, error: DBAPIError) -> NeonkitError:
        last = self._recorder.steps[-1] if self._recorder.steps else None
        applied, outcome = self._applied(), Outcome.IN_DOUBT
        if last is None:
            outcome = Outcome.NOT_APPLIED
        elif self._heads is not None and self._is_settled:
            running = self._recorder.running
            alone = running is not None and running.autocommit
            if last.revision in applied:
                outcome = Outcome.APPLIED
            elif not (alone or self._partial):
                outcome = Outcome.NOT_APPLIED
        revision = None if last is None else last.revision
        return LostInRunError(revision, said(error), applied, self._heads, outcome, self._partial)

    def _failed(self, error: BaseException, step: Step) -> NeonkitError:
        path = str(step.path) if step.path else None
        state, statement = sqlstate(error), self._statement(error)
        if state in GAVE_WAY and not self._partial and not self._applied():
            return MigrationTimedOutError(step.revision, said(error), str(state), statement, self._heads)
        return MigrationFailedError(
            revision=step.revision,
            direction=self._direction,
            path=path,
            line=line_in(error, path) if path else None,
            reason=said(error),
            sqlstate=state,
            statement=statement,
            applied=self._applied(),
            heads=self._heads,
            partial=self._partial,
            invalid=self._invalid,
        )

    def _environment(self, error: BaseException) -> NeonkitError:
        env_py = str(self._opened.env_py)
        path, line = place_in(error, self._project.root) or (env_py, None)
        if not isinstance(error, DBAPIError) and not self._recorder.steps:
            return broken(error, path, line, self._project.root)
        return EnvironmentFailedError(
            path, line, said(error), sqlstate(error), self._statement(error), self._applied(), self._heads
        )

    def _statement(self, error: BaseException) -> str | None:
        if not isinstance(error, DBAPIError) or self._recorder.running is None:
            return None
        return without_passwords(self._recorder.running.sql)


def sqlstate(error: BaseException) -> str | None:
    """The server's code behind a failure; None where there is none."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    return sqlstate_of(original)


def said(error: BaseException) -> str:
    """What the server, or Python, said, on one line and without passwords."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    primary = getattr(getattr(original, "diag", None), "message_primary", None)
    if primary:
        return without_passwords(str(primary))
    text = reason_of(original) if original is not None else reason_of(error)
    # SQLAlchemy's asyncpg adapter puts the class of the driver's exception before its words.
    return text.partition(">: ")[2] if text.startswith("<class ") else text
