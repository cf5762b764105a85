"""The version table, read on a connection of ours.

`env.py` may set a search path of its own, so a table without a schema is found by the schema the run itself
saw, when it is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from toolkit.database import DatabaseUrl
from toolkit.sql.quoting import qualified

_IDENTITY = "SELECT current_database()::text, extract(epoch FROM pg_postmaster_start_time())::text"
"""As a number: a revision may have set the session's time zone, which the text of a time follows."""

_HOME = """
SELECT space.nspname::text
  FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
 WHERE class.oid = to_regclass(:name)
"""

_WIDTH = """
SELECT atttypmod - 4
  FROM pg_catalog.pg_attribute
 WHERE attrelid = to_regclass(:name) AND attname = 'version_num' AND atttypmod > 4
"""
USUAL_WIDTH = 32
"""Characters of an id that the version table holds as Alembic makes it."""


@dataclass(frozen=True, slots=True)
class VersionTable:
    """Where one configuration of `env.py` keeps its current revisions."""

    url: DatabaseUrl
    name: str
    schema: str | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which database of which server process a connection is on."""

    database: str
    started: str


def whereabouts(connection: Connection) -> Whereabouts:
    """Where the connection is."""
    row = connection.exec_driver_sql(_IDENTITY).one()
    return Whereabouts(str(row[0]), str(row[1]))


def home_of(connection: Connection, table: str, schema: str | None) -> str | None:
    """The schema in which the connection sees the version table; None if there is no such table."""
    found = connection.execute(text(_HOME), {"name": qualified(schema, table)}).scalar_one_or_none()
    return None if found is None else str(found)


def width_of(connection: Connection, table: str, schema: str | None) -> int | None:
    """How many characters of an id the version table holds; None if there is no limit or no table."""
    found = connection.execute(text(_WIDTH), {"name": qualified(schema, table)}).scalar_one_or_none()
    return None if found is None else int(found)


def read_heads(connection: Connection, table: str, schema: str | None) -> tuple[str, ...]:
    """The revisions the version table holds, sorted; none if there is no such table."""
    home = home_of(connection, table, schema)
    if home is None:
        return ()
    rows = connection.execute(text(f"SELECT version_num FROM {qualified(home, table)} ORDER BY 1"))  # noqa: S608 - quoted
    return tuple(str(row[0]) for row in rows)
