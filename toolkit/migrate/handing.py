"""The connection of ours that a run is offered in `config.attributes["connection"]`.

Some files take it, most make engines of their own. It has no open transaction, because Alembic commits only
what it began itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.migrate.project import Opened
from toolkit.migrate.redirect import Redirection


class HandedConnection(Connection):
    """A connection that may be taken for an engine: files made for pytest-alembic call `connect()` on it."""

    def connect(self) -> HandedConnection:
        """This connection; closing it twice does no harm."""
        return self


@contextmanager
def handed(opened: Opened, database: Database, redirection: Redirection) -> Iterator[None]:
    """While the block runs, the project's config offers a new connection that the redirection knows.

    Raises what connecting raises, so that `env.py` is not run for a database that cannot be reached.
    """
    with opened.insiders.outside():
        connection = _connected(database)
    try:
        redirection.mark(connection.info, database.url(Job.MIGRATE))
        if redirection.prepare is not None:
            redirection.prepare(connection.connection.dbapi_connection)
        opened.config.attributes["connection"] = connection
        yield
    finally:
        with opened.insiders.outside():
            connection.close()


def _connected(database: Database) -> HandedConnection:
    engine = database.engine(Job.MIGRATE)
    try:
        return HandedConnection(engine)
    except DBAPIError:
        # The patient way waits for a server that is just starting, and says why there is none.
        with database.connect(Job.MIGRATE):
            return HandedConnection(engine)
