"""The statements of revisions that cannot be written offline: recorded from a run in a scratch database.

The whole history runs from base in a database made for it, on a server that is given or on an embedded one
that is thrown away. Invariant: no database of the project is reached.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection, Engine

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.errors import NeonkitError, StoppedError
from toolkit.events import (
    Emit,
    Event,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
    StepFinished,
    StepStarted,
)
from toolkit.migrate.lint.act import Written
from toolkit.migrate.lint.reading.rendering import line_running
from toolkit.migrate.lint.revision import Rendered
from toolkit.migrate.listening import listening
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.redirect import MARK
from toolkit.migrate.running import upgrade
from toolkit.migrate.trial.binds import rendered

_STEP = "record revisions"


@dataclass(slots=True)
class _Ear:
    """Hears the statements that revisions send.

    Which statements are a revision's is for the run to say, which tells each; what it sends itself it does
    not.
    """

    paths: dict[str, Path]
    revision: str | None = None
    found: dict[str, Rendered] = field(default_factory=dict)
    texts: list[Written] = field(default_factory=list)
    last: Written | None = None
    """The statement that ended last."""

    def hear(self, event: Event) -> None:
        """A revision begins or has ended."""
        if isinstance(event, RevisionStarted):
            self.revision, self.texts = event.revision, []
        elif isinstance(event, StatementFinished) and self.last is not None:
            self.texts.append(self.last)
            self.last = None
        elif isinstance(event, RevisionFinished) and self.revision is not None:
            before = self.found.get(self.revision)
            texts = (*(before.up or ()), *self.texts) if before else tuple(self.texts)
            self.found[self.revision] = Rendered(texts, recorded=True)
            self.revision = None

    def executed(
        self, conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        """A statement ended well."""
        del context
        self.last = None
        path = self.paths.get(self.revision or "")
        if path is None or MARK not in conn.info:
            return
        line = line_running(path)
        if line is not None:
            alone = conn.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
            self.last = Written(rendered(cursor, statement, parameters, many=many), line, alone)


def record_history(
    project: AlembicProject,
    server: DatabaseUrl | None = None,
    *,
    emit: Emit,
    cancel: CancelToken | None = None,
) -> tuple[dict[str, Rendered], str | None]:
    """What the revisions send when they run from base, and why the run ended early if it did.

    `server` may make databases; without one an embedded server is started. Raises what that raises.
    """
    graph = project.graph()
    ear = _Ear({one.id: one.path for one in graph.revisions})
    failure = None
    emit(StepStarted(_STEP, f"{len(graph.revisions)} revisions in a scratch database"))
    with _scratch(server, emit, cancel) as database:
        # The one scratch database stands for whatever env.py connects to: no other database is led to.
        alone = replace(project, databases={})
        try:
            with listening((Engine, "after_cursor_execute", ear.executed)):
                upgrade(alone, database, "heads", emit=ear.hear, cancel=cancel)
        except StoppedError:
            raise
        except NeonkitError as error:
            failure = error.sentence
    emit(StepFinished(_STEP, "failed" if failure else "done", f"{len(ear.found)} revisions"))
    return ear.found, failure


@contextmanager
def _scratch(server: DatabaseUrl | None, emit: Emit, cancel: CancelToken | None) -> Iterator[Database]:
    if server is None:
        with tempfile.TemporaryDirectory(prefix="neonkit-lint-") as folder:
            # The server's account must come through the folder, which is for its maker only.
            embedded = EmbeddedServer(Path(folder) / "server", durable=False)
            try:
                with _scratch(embedded.start(emit, cancel).url, emit, cancel) as database:
                    yield database
            finally:
                embedded.destroy()
        return
    with ScratchDatabases(server).create() as url:
        made = Database.at(url)
        try:
            yield made
        finally:
            made.dispose()
