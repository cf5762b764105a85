"""Where the scratch sides are built: on the database's own server, or on an embedded one that is thrown away.

Its own server writes texts exactly as the database does. It is not used where the role may not create
databases, in production unless asked for by name, and when a revision touches what all databases of a server
share: a role made by a rehearsed revision would stay.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.events import Emit, unheard
from toolkit.migrate.drift.errors import ScratchRefusedError
from toolkit.schema.objects import Extension
from toolkit.sql.quoting import quote_identifier

Source = Literal["built on the database's server", "built on an embedded server"]

_MAY_CREATE = """
SELECT current_user::text, rolcreatedb OR rolsuper, pg_is_in_recovery()
  FROM pg_catalog.pg_roles WHERE rolname = current_user
"""


class Scratch(Enum):
    """Where scratch databases are made."""

    AUTO = "auto"
    SERVER = "server"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class ScratchServer:
    """Makes scratch databases in one place."""

    admin: DatabaseUrl
    source: Source

    @contextmanager
    def database(self) -> Iterator[Database]:
        """An empty database for the length of the block."""
        with ScratchDatabases(self.admin).create() as url:
            made = Database.at(url)
            try:
                yield made
            finally:
                made.dispose()


def choose(
    wanted: Scratch,
    database: Database,
    *,
    production: bool,
    touches_cluster: bool,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Scratch:
    """The place to use: never AUTO. Raises ScratchRefusedError if the one asked for is not to be had."""
    if wanted is Scratch.EMBEDDED or (wanted is Scratch.AUTO and (production or touches_cluster)):
        return Scratch.EMBEDDED
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        role, may, standby = connection.exec_driver_sql(_MAY_CREATE).one()
    if may and not standby:
        return Scratch.SERVER
    if wanted is Scratch.SERVER:
        reason = "it is a standby" if standby else f"the role {role} may not create databases"
        raise ScratchRefusedError(str(role), reason)
    return Scratch.EMBEDDED


@contextmanager
def opened(
    place: Scratch,
    database: Database | None,
    roles: Sequence[str],
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Iterator[ScratchServer]:
    """The server at the place; an embedded one runs for the length of the block.

    `roles` are made on an embedded server, which needs no `database`. Raises what starting a server raises.
    """
    if place is Scratch.SERVER and database is not None:
        yield ScratchServer(database.url(Job.ADMIN), "built on the database's server")
        return
    with tempfile.TemporaryDirectory(prefix="neonkit-drift-") as folder:
        # The server's account must come through the folder, which is for its maker only.
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        try:
            url = server.start(emit, cancel).url
            _provide(url, roles)
            yield ScratchServer(url, "built on an embedded server")
        finally:
            server.destroy()


def provide_extensions(scratch: Database, extensions: Iterable[Extension]) -> None:
    """Install those of the extensions that the server has; the others are left to fail where needed."""
    for extension in extensions:
        schema, name = quote_identifier(extension.schema), quote_identifier(extension.name)
        with scratch.connect(Job.ADMIN) as connection, suppress(DBAPIError):
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}".replace("%", "%%"))
            connection.exec_driver_sql(
                f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA {schema} CASCADE".replace("%", "%%")
            )


def _provide(url: DatabaseUrl, roles: Sequence[str]) -> None:
    made = Database.at(url)
    with made.connect(Job.ADMIN) as connection:
        known = set(connection.exec_driver_sql("SELECT rolname::text FROM pg_catalog.pg_roles").scalars())
        for role in roles:
            if role not in known:
                connection.exec_driver_sql(f"CREATE ROLE {quote_identifier(role)} NOLOGIN".replace("%", "%%"))
    made.dispose()
