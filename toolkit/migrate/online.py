"""`env.py` run with a connection, to read or to compare: nothing is migrated.

Redirected like a run. On a database that is opened read-only the server itself refuses what the file would
write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alembic.util import CommandError
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.errors import NeonkitError
from toolkit.migrate.capture import explained
from toolkit.migrate.captured import CapturedEnvironment, Configuration
from toolkit.migrate.environment import Watcher, Work, run_environment
from toolkit.migrate.failing import said, sqlstate
from toolkit.migrate.handing import handed
from toolkit.migrate.places import FOREIGN, place_in
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.redirect import GOES_TO, redirected
from toolkit.migrate.run_errors import EnvironmentFailedError, EnvironmentRanNothingError
from toolkit.migrate.translate import translated

READ_ONLY = "-c default_transaction_read_only=on"


@dataclass(slots=True)
class Sight:
    """One configuration seen online, the database it was for, and what it found in the version table."""

    configuration: Configuration
    url: DatabaseUrl
    heads: tuple[str, ...] = ()
    home: str | None = None


class Visitor(Watcher):
    """Notes each configuration, and changes its keywords on the way."""

    def __init__(self, adapt: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> None:
        self._adapt = adapt
        self.sights: list[Sight] = []

    def configure(self, original: Callable[..., None], options: Any) -> None:
        """Configure with the adapted keywords."""
        connection = options.get("connection")
        original(**self._adapt(options))
        url = connection.info[GOES_TO] if isinstance(connection, Connection) else None
        said_here = {name: value for name, value in options.items() if name != "connection"}
        if url is not None:
            self.sights.append(Sight(Configuration(said_here), url))


def visit(
    project: AlembicProject,
    database: Database,
    opened: Opened,
    visitor: Visitor,
    work: Work,
    **options: Any,
) -> None:
    """Run `env.py` with a connection to `database` and with `work` instead of migrations.

    Raises the errors of `errors`, EnvironmentFailedError, EnvironmentRanNothingError, and those of
    connecting.
    """
    url = database.url(Job.MIGRATE)
    if database.read_only:
        url = url.with_arguments(options=" ".join(filter(None, (url.query.get("options"), READ_ONLY))))
    heads: tuple[str, ...] | None = None

    def noted(current: Any, context: Any) -> Any:
        nonlocal heads
        heads = tuple(sorted(current))
        visitor.sights[-1].heads = heads
        return work(current, context)

    with redirected(opened, url, project.databases) as redirection:
        try:
            with handed(opened, database, redirection):
                run_environment(opened, visitor, noted, as_sql=False, dont_mutate=True, **options)
        except FOREIGN as error:
            raise redirection.stopped or _explained(error, opened, project, heads) from error
        if redirection.stopped is not None:
            raise redirection.stopped
    if heads is None:
        raise EnvironmentRanNothingError(str(opened.env_py))
    configurations = tuple(sight.configuration for sight in visitor.sights)
    project.memory.online = CapturedEnvironment(opened.env_py, configurations, online=True)


def _explained(
    error: BaseException, opened: Opened, project: AlembicProject, heads: tuple[str, ...] | None
) -> NeonkitError:
    if isinstance(error, CommandError):
        return translated(error, opened.script, heads or ())
    if isinstance(error, DBAPIError):
        path, line = place_in(error, project.root) or (str(opened.env_py), None)
        return EnvironmentFailedError(path, line, said(error), sqlstate(error), error.statement, (), heads)
    return explained(error, opened, project)
