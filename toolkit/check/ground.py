"""Where a check runs: a throw-away server with a database of its own, or the configured database.

On a ground of its own the project is opened a second time with that database in the place of every configured
one, so that whatever its `env.py` reads leads there.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Ground:
    """A project and the database to ask."""

    workspace: Workspace
    own: bool
    """Whether the database was made for this check: empty at first, and thrown away."""
    label: str

    @property
    def database(self) -> Database:
        """The database to ask."""
        return self.workspace.database

    @property
    def admin(self) -> DatabaseUrl | None:
        """Where scratch databases may be made without asking; None on the configured server."""
        return self.database.url(Job.ADMIN) if self.own else None


@contextmanager
def ground_of(workspace: Workspace, *, emit: Emit, cancel: CancelToken | None) -> Iterator[Ground]:
    """The ground that the settings want, for the length of the block.

    Raises what starting a server raises, or what connecting to the configured one does.
    """
    settings = workspace.settings
    if settings.check.database == "configured":
        described = workspace.database.describe()
        yield Ground(workspace, own=False, label=f"PostgreSQL {described.version}, the configured database")
        return
    with tempfile.TemporaryDirectory(prefix="neonkit-check-") as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        running = server.start(emit, cancel)
        try:
            own = workspace.under(_settings_on(running.url, settings))
            yield Ground(own, own=True, label=f"PostgreSQL {running.version}, a server of its own")
            own.database.dispose()
        finally:
            server.destroy()


def _settings_on(admin: DatabaseUrl, settings: Settings) -> Settings:
    """The settings with a fresh database in the place of each configured one."""
    roles = dict.fromkeys((*settings.check.roles, *filter(None, (settings.isolation.app_role,))))
    names = {name: f"{DATABASE}_{number}" for number, name in enumerate(settings.databases)}
    with Database.at(admin).connect(Job.ADMIN) as connection:
        for role in roles:
            known = f"SELECT FROM pg_roles WHERE rolname = {quote_literal(role)}"
            if connection.exec_driver_sql(known.replace("%", "%%")).first() is None:
                connection.exec_driver_sql(f"CREATE ROLE {quote_identifier(role)}".replace("%", "%%"))
        for name in (DATABASE, *names.values()):
            connection.exec_driver_sql(f"CREATE DATABASE {quote_identifier(name)}")
    return dataclasses.replace(
        settings,
        database_url=Secret(admin.with_database(DATABASE).reveal()),
        database_url_unpooled=None,
        databases={one: Secret(admin.with_database(name).reveal()) for one, name in names.items()},
        environment="dev",
        profile=None,
        read_only=False,
    )
