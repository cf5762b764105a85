"""What a run does, recorded as it happens: configurations, revisions, statements.

Heard through SQLAlchemy's engine events, and through `on_version_apply`, to which our callback is added
behind the project's own. Statements of `env.py` before and between revisions are recorded too: the first of
them on a connection explains a transaction that nobody commits.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine, ExceptionContext

from toolkit.cancel import CancelToken
from toolkit.database import DatabaseUrl
from toolkit.events import Emit, RevisionFinished, RevisionStarted, StatementFinished
from toolkit.migrate.captured import Configuration
from toolkit.migrate.companion import Companion, Running
from toolkit.migrate.drivers import Target
from toolkit.migrate.environment import Watcher
from toolkit.migrate.listening import listening
from toolkit.migrate.project import Opened
from toolkit.migrate.redirect import GOES_TO, MARK, Redirection
from toolkit.migrate.results import Direction, RanRevision, Statement
from toolkit.migrate.run_errors import IdTooLongError, WentElsewhereError
from toolkit.migrate.versions import USUAL_WIDTH, Whereabouts, home_of, whereabouts, width_of
from toolkit.sql.quoting import qualified

NOTHING = "SELECT WHERE false"
"""Sent instead of a statement whose effect is there already."""


@dataclass(slots=True)
class Stage:
    """One `configure` and what followed it: one version table of one database."""

    configuration: Configuration
    context: MigrationContext
    url: DatabaseUrl
    """The database it was led to."""
    opened_by: Statement | None
    """The statement that had opened a transaction on the connection before `configure`."""
    opened_at: int | None
    """Its line in env.py."""
    ran: bool = False
    raised: BaseException | None = None
    """What ended it, even if `env.py` or a thread of its own swallowed it."""
    before: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    home: str | None = None
    """The schema in which the run saw its version table."""
    looked: bool = False
    """Whether the run has looked for it."""

    @property
    def place(self) -> str:
        """The database, without credentials."""
        return str(Target.of_url(self.url))

    @property
    def table(self) -> str:
        """The version table, in the schema where the run saw it."""
        configuration = self.configuration
        return qualified(self.home or configuration.version_table_schema, configuration.version_table)


@dataclass(slots=True)
class Step:
    """One revision that has begun."""

    revision: str
    message: str
    path: Path | None
    stage: Stage
    begun: float
    statements: list[Statement] = field(default_factory=list)
    committed_inside: bool = False
    """Whether a COMMIT came before its end, as `autocommit_block` does."""
    seconds: float | None = None
    """None until the version table was written."""


class Recorder(Watcher):
    """The record of one run."""

    def __init__(
        self,
        opened: Opened,
        redirection: Redirection,
        place_of: Callable[[DatabaseUrl], Whereabouts],
        look_before: Callable[[DatabaseUrl], None],
        direction: Direction,
        emit: Emit,
        cancel: CancelToken,
        companions: Sequence[Companion] = (),
    ) -> None:
        self._opened = opened
        self._redirection = redirection
        self._place_of = place_of
        self._look_before = look_before
        self._direction: Direction = direction
        self._emit = emit
        self._cancel = cancel
        self._companions = tuple(companions)
        self._ours = False
        self._first: dict[int, tuple[Statement, int | None]] = {}
        self.stages: list[Stage] = []
        self.steps: list[Step] = []
        self.running: Running | None = None
        """The statement that runs, or ran last and failed."""
        self.driver_connection: Any = None
        """The driver's connection of that statement."""
        self.driver_url: DatabaseUrl | None = None
        """Where that connection leads."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear the engines while the block runs."""
        with (
            listening((Engine, "before_cursor_execute", self._statement_begins), answering=True),
            listening(
                (Engine, "after_cursor_execute", self._statement_ended),
                (Engine, "handle_error", self._failed),
                (Engine, "commit", self._committed),
                (Engine, "rollback", self._rolled_back),
            ),
        ):
            yield

    def configure(self, original: Callable[..., None], options: Any) -> None:
        """Configure as asked, and open a stage."""
        original(**options)
        migration = self.context.get_context()
        migration.on_version_apply_callbacks = (*migration.on_version_apply_callbacks, self._applied)
        connection = migration.connection
        if not isinstance(connection, Connection) or connection.info.get(MARK) is not self._redirection:
            raise WentElsewhereError(
                str(self._opened.env_py), None, "on a connection that neonkit did not make"
            )
        statement, line = None, None
        if connection.in_transaction():
            statement, line = self._first.get(id(connection.connection.dbapi_connection), (None, None))
        said = {name: value for name, value in options.items() if name != "connection"}
        self.stages.append(Stage(Configuration(said), migration, connection.info[GOES_TO], statement, line))

    def run_migrations(self, original: Callable[..., None], arguments: dict[str, Any]) -> None:
        """Run them, noting the arguments."""
        stage = self.stages[-1]
        stage.configuration = Configuration(stage.configuration.options, dict(arguments))
        try:
            original(**arguments)
        except BaseException as error:
            stage.raised = error
            raise

    def steps_of(
        self, context: MigrationContext, heads: Iterable[str], steps: Iterable[Any]
    ) -> Iterator[Any]:
        """The same steps, with each one's beginning noted and a wish to stop honoured before it."""
        stage = next(one for one in self.stages if one.context is context)
        stage.ran = True
        stage.before = stage.promised = tuple(sorted(heads))
        steps = tuple(steps)
        with self._opened.insiders.outside():
            for companion in self._companions:
                companion.stage_begins(stage, stage.before, steps)
        for number, step in enumerate(steps):
            self._cancel.raise_if_cancelled()
            if number == 0:
                with self._opened.insiders.outside():
                    self._look_before(stage.url)
            self._require_room(step, stage)
            self._begin(step, stage)
            yield step

    @property
    def current(self) -> Step | None:
        """The revision that has begun and not ended."""
        return self.steps[-1] if self.steps and self.steps[-1].seconds is None else None

    def swallowed(self) -> BaseException | None:
        """A failure that `env.py` did not let through, unless it tried the same table again with success."""
        last = {(stage.place, stage.table): stage.raised for stage in self.stages}
        return next((error for error in last.values() if error is not None), None)

    def finished(self) -> tuple[RanRevision, ...]:
        """The revisions that ran to their end."""
        return tuple(
            RanRevision(s.revision, s.message, s.path, s.seconds, tuple(s.statements), s.stage.place)
            for s in self.steps
            if s.seconds is not None
        )

    def _begin(self, step: Any, stage: Stage) -> None:
        script = getattr(step, "revision", None)
        revision = script.revision if script else ", ".join(step.to_) or "base"
        message = " ".join(script.doc.split()) if script else ""
        path = Path(script.path) if script else None
        made = Step(revision, message, path, stage, time.perf_counter())
        self.steps.append(made)
        for companion in self._companions:
            companion.revision_begins(made)
        self._tell(RevisionStarted(revision, self._direction, message))

    def _require_room(self, step: Any, stage: Stage) -> None:
        """Raise IdTooLongError for an id that cannot be noted, before its revision does anything."""
        long = [one for one in step.to_revisions if len(one) > USUAL_WIDTH]
        connection = stage.context.connection
        if not long or not isinstance(connection, Connection) or _makes_room(step):
            return
        configuration = stage.configuration
        self._ours = True
        try:
            holds = width_of(connection, configuration.version_table, configuration.version_table_schema)
        finally:
            self._ours = False
        for one in long:
            if holds is not None and len(one) > holds:
                raise IdTooLongError(one, stage.table, holds)

    def _applied(self, ctx: MigrationContext, heads: set[str], **_more: Any) -> None:
        """Alembic's `on_version_apply`: the version table was written, in the run's transaction."""
        stage = next(one for one in self.stages if one.context is ctx)
        stage.promised = tuple(sorted(heads))
        if stage.home is None and isinstance(ctx.connection, Connection):
            self._look_around(ctx.connection, stage)
        step = self.steps[-1]
        step.seconds = time.perf_counter() - step.begun
        for companion in self._companions:
            companion.revision_ended(step)
        self._tell(RevisionFinished(step.revision, self._direction, step.seconds))

    def _look_around(self, connection: Connection, stage: Stage) -> None:
        self._ours = stage.looked = True
        try:
            place = whereabouts(connection)
            stage.home = home_of(
                connection, stage.configuration.version_table, stage.configuration.version_table_schema
            )
        finally:
            self._ours = False
        with self._opened.insiders.outside():
            expected = self._place_of(stage.url)
        if place != expected:
            raise WentElsewhereError(str(self._opened.env_py), None, f"to the database {place.database}")

    def _statement_begins(
        self, conn: Connection, cursor: Any, statement: str, parameters: Any, *_more: Any
    ) -> tuple[str, Any]:
        del cursor
        if self._ours or not self._hears(conn):
            return statement, parameters
        driver = conn.connection.dbapi_connection
        self.driver_connection = conn.connection.driver_connection
        self.driver_url = conn.info[GOES_TO]
        options = conn.get_execution_options()
        alone = options.get("isolation_level") == "AUTOCOMMIT" or bool(getattr(driver, "autocommit", False))
        now = time.perf_counter()
        running = Running(
            statement,
            parameters,
            conn,
            self.driver_connection,
            self.current,
            alone,
            now,
            datetime.now(UTC),
        )
        self.running = running
        self._cancel.raise_if_cancelled()
        if id(driver) not in self._first:
            self._first[id(driver)] = (Statement(statement, 0.0, None, False), self._line_of_env())
        with self._opened.insiders.outside():
            sent = all(companion.statement_begins(running) for companion in self._companions)
        return (statement, parameters) if sent else (NOTHING, ())

    def _statement_ended(self, conn: Connection, cursor: Any, statement: str, *_more: Any) -> None:
        running = self.running
        if self._ours or running is None or not self._hears(conn):
            return
        seconds = time.perf_counter() - running.begun
        self.running = None
        step = running.step
        if step is None or statement == NOTHING:
            return
        rows = cursor.rowcount if cursor.rowcount is not None and cursor.rowcount >= 0 else None
        step.statements.append(Statement(statement, seconds, rows, running.autocommit))
        with self._opened.insiders.outside():
            for companion in self._companions:
                companion.statement_ended(running, rows, returned=cursor.description is not None)
        if not step.stage.looked and conn is step.stage.context.connection:
            self._look_around(conn, step.stage)
        self._tell(StatementFinished(step.revision, statement, seconds, rows))

    def _failed(self, context: ExceptionContext) -> None:
        running, conn = self.running, context.connection
        if running is None or self._ours or conn is not running.connection:
            return
        state = sqlstate_of(context.original_exception)
        with self._opened.insiders.outside():
            for companion in self._companions:
                companion.statement_failed(running, state)

    def _committed(self, conn: Connection) -> None:
        if not self._hears(conn):
            return
        self._first.pop(id(conn.connection.dbapi_connection), None)
        with self._opened.insiders.outside():
            for companion in self._companions:
                companion.commits(conn)
        if self.current is not None and self.current.statements:
            self.current.committed_inside = True

    def _rolled_back(self, conn: Connection) -> None:
        if self._hears(conn):
            self._first.pop(id(conn.connection.dbapi_connection), None)
            for companion in self._companions:
                companion.rolled_back(conn)

    def _hears(self, conn: Connection) -> bool:
        # Looking at a lost connection would make SQLAlchemy reconnect it.
        lost = conn.closed or conn.invalidated
        return not lost and self._opened.insiders.here() and conn.info.get(MARK) is self._redirection

    def _line_of_env(self) -> int | None:
        if self.steps:
            return None
        lines = [f.lineno for f in traceback.extract_stack() if Path(f.filename) == self._opened.env_py]
        return lines[-1] if lines else None

    def _tell(self, event: Any) -> None:
        with self._opened.insiders.outside():
            self._emit(event)


def _makes_room(step: Any) -> bool:
    """Whether the revision itself speaks of the version table's column, as one does that widens it."""
    script = getattr(step, "revision", None)
    return script is not None and "version_num" in Path(script.path).read_text("utf-8", "replace")


def sqlstate_of(error: BaseException | None) -> str | None:
    """The server's code behind a driver's exception; None where there is none."""
    return getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
