"""`env.py` read without a connection: what it would configure, were it run.

The file is told that it is offline until it calls `configure`, the keywords are recorded, and running the
migrations does nothing. Invariant: no connection is opened and no file is written; a file that connects
nevertheless is stopped at that line.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from toolkit.errors import NeonkitError
from toolkit.migrate.broken import broken
from toolkit.migrate.captured import CapturedEnvironment, Configuration
from toolkit.migrate.environment import Watcher, run_environment
from toolkit.migrate.errors import CaptureNeedsConnectionError, NeverConfiguredError
from toolkit.migrate.listening import listening
from toolkit.migrate.places import FOREIGN, line_in, place_in
from toolkit.migrate.project import AlembicProject, Opened

DIALECT = "postgresql"


class _Connects(BaseException):
    """Ends a file that connects; no `except Exception` of the file may swallow it."""


STOPPED: Final = (*FOREIGN, _Connects)
"""What reading a file without a connection may end with."""


class Capture(Watcher):
    """Records what is configured, and runs nothing."""

    writes_files = False

    def __init__(self) -> None:
        self.options: list[dict[str, Any]] = []
        self.arguments: list[dict[str, Any]] = []

    def is_offline(self, answer: bool) -> bool:
        """Offline until configured: the branch that needs no connection is the one to read."""
        return not self.options or answer

    def configure(self, original: Callable[..., None], options: Any) -> None:
        """Record the keywords; give Alembic only what needs no URL, no driver and no file."""
        self.options.append(dict(options))
        self.arguments.append({})
        original(dialect_name=DIALECT, output_buffer=io.StringIO(), as_sql=True)

    def run_migrations(self, original: Callable[..., None], arguments: dict[str, Any]) -> None:
        """Record the arguments."""
        del original
        if self.arguments:
            self.arguments[-1] = dict(arguments)

    def configurations(self) -> tuple[Configuration, ...]:
        """What was recorded."""
        pairs = zip(self.options, self.arguments, strict=True)
        return tuple(Configuration(options, arguments) for options, arguments in pairs)


def capture(project: AlembicProject) -> CapturedEnvironment:
    """Read `project`'s env.py.

    Raises BrokenEnvironmentError, NoEnvironmentError, NeverConfiguredError, CaptureNeedsConnectionError,
    and what loading the revision files raises.
    """
    seen = Capture()
    with project.opened() as opened:
        with no_connections(opened):
            try:
                run_environment(opened, seen, _nothing)
            except STOPPED as error:
                raise explained(error, opened, project) from error
        if not seen.options:
            raise NeverConfiguredError(str(opened.env_py))
        return CapturedEnvironment(opened.env_py, seen.configurations(), False, tuple(opened.heard.lines))


def explained(error: BaseException, opened: Opened, project: AlembicProject) -> NeonkitError:
    """Our error for what `env.py` raised while it was read."""
    if isinstance(error, NeonkitError):
        return error
    if isinstance(error, _Connects):
        return CaptureNeedsConnectionError(str(opened.env_py), line_in(error, opened.env_py))
    path, line = place_in(error, project.root) or (str(opened.env_py), None)
    return broken(error, path, line, project.root)


def _nothing(heads: Any, context: Any) -> Iterable[Any]:
    del heads, context
    return ()


def no_connections(opened: Opened) -> AbstractContextManager[None]:
    """While the block runs, an insider that connects is stopped by an exception nobody catches."""

    def refuse(*args: Any) -> None:
        del args
        if opened.insiders.here():
            raise _Connects

    return listening((Engine, "do_connect", refuse), (Pool, "checkout", refuse))
