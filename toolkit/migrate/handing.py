"""The connection of ours that a run is offered in `config.attributes["connection"]`.

Some files take it, most make engines of their own. It has no open transaction, because Alembic commits only
what it began itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from toolkit.database.database import Database
from toolkit.database.failures import explained
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
    """While the block runs, the project's config offers a new connection that the redirection knows."""
    url = database.url(Job.MIGRATE)
    with opened.insiders.outside(), explained(url):
        connection = HandedConnection(database.engine(Job.MIGRATE))
    try:
        redirection.mark(connection.info, url)
        opened.config.attributes["connection"] = connection
        yield
    finally:
        with opened.insiders.outside():
            connection.close()
