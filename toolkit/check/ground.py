"""Where a check runs: a throw-away server with a database of its own, or the configured database.

On a ground of its own the project is opened a second time with that database in the place of every configured
one, so that whatever its `env.py` reads leads there. The server starts when a part first needs a database.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.embedded import EmbeddedServer
from toolkit.events import Emit
from toolkit.secret import Secret
from toolkit.settings import Settings
from toolkit.sql.quoting import quote_identifier, quote_literal
from toolkit.workspace import Workspace

DATABASE: Final = "neonkit_check"
NOWHERE: Final = DatabaseUrl(username="neonkit", host="nowhere.invalid", database=DATABASE)
"""What an `env.py` that insists on a URL reads while no database is needed."""


class Ground:
    """A project and the database to ask, which is opened when a part first wants it."""

    def __init__(
        self, reading: Workspace, open_: Callable[[], tuple[Workspace, str]], *, own: bool, unopened: str
    ) -> None:
        self.reading = reading
        """The project as its files say it: what needs no database is asked of this one."""
        self.own = own
        """Whether the database is made for this check: empty at first, and thrown away."""
        self._open = open_
        self._unopened = unopened

    @cached_property
    def _opened(self) -> tuple[Workspace, str]:
        return self._open()

    @property
    def workspace(self) -> Workspace:
        """The project on the database. Raises what opening it raises."""
        return self._opened[0]

    @property
    def label(self) -> str:
        """Where it ran."""
        return self._opened[1] if "_opened" in vars(self) else self._unopened

    @property
    def database(self) -> Database:
        """The database to ask."""
        return self.workspace.database

    def admin(self) -> DatabaseUrl:
        """Where scratch databases may be made without asking: on a server of its own."""
        return self.database.url(Job.ADMIN)


@contextmanager
def ground_of(workspace: Workspace, *, emit: Emit, cancel: CancelToken | None) -> Iterator[Ground]:
    """The ground that the settings want, for the length of the block.

    A server of its own is started for the first part that needs a database, and raises there what starting it
    raises. Raises at once what connecting to the configured database raises.
    """
    settings = workspace.settings
    if settings.check.database == "configured":
        label = f"PostgreSQL {workspace.database.describe().version}, the configured database"
        yield Ground(workspace, lambda: (workspace, label), own=False, unopened=label)
        return
    with ExitStack() as opened:

        def start() -> tuple[Workspace, str]:
            folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="neonkit-check-"))
            server = EmbeddedServer(Path(folder) / "server", durable=False)
            running = server.start(emit, cancel)
            opened.callback(server.destroy)
            own = workspace.under(_settings_on(running.url, settings))
            opened.callback(own.database.dispose)
            return own, f"PostgreSQL {running.version}, a server of its own"

        files = workspace.under(_anywhere(settings, NOWHERE.with_database))
        yield Ground(files, start, own=True, unopened="the project's files; no part needed a database")


def _settings_on(admin: DatabaseUrl, settings: Settings) -> Settings:
    """The settings with a fresh database in the place of each configured one."""
    roles = dict.fromkeys((*settings.check.roles, *filter(None, (settings.isolation.app_role,))))
    with Database.at(admin).connect(Job.ADMIN) as connection:
        for role in roles:
            known = f"SELECT FROM pg_roles WHERE rolname = {quote_literal(role)}"
            if connection.exec_driver_sql(known.replace("%", "%%")).first() is None:
                connection.exec_driver_sql(f"CREATE ROLE {quote_identifier(role)}".replace("%", "%%"))
        for name in (DATABASE, *_databases(settings).values()):
            connection.exec_driver_sql(f"CREATE DATABASE {quote_identifier(name)}")
    return _anywhere(settings, admin.with_database)


def _databases(settings: Settings) -> dict[str, str]:
    """The name of the database in the place of each configured one."""
    return {name: f"{DATABASE}_{number}" for number, name in enumerate(settings.databases)}


def _anywhere(settings: Settings, url_of: Callable[[str], DatabaseUrl]) -> Settings:
    """The settings with other databases than the configured ones, which may be written to."""
    named = _databases(settings)
    return dataclasses.replace(
        settings,
        database_url=Secret(url_of(DATABASE).reveal()),
        database_url_unpooled=None,
        databases={one: Secret(url_of(name).reveal()) for one, name in named.items()},
        environment="dev",
        profile=None,
        read_only=False,
    )
