"""One database that holds an object of every kind, and a connection into it whose changes never stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine

from toolkit.database import DatabaseUrl
from toolkit.database.embedded import RunningServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.schema import Snapshot, read_digest, read_snapshot
from toolkit.schema.catalog.query import fit

ROLES = ("kit_owner", "kit_app")
EVERY_KIND = Path(__file__).with_name("every_kind.sql")


def major_of(connection: Connection) -> int:
    """The major version of the server."""
    return int((connection.dialect.server_version_info or (0,))[0])


def engine_at(url: DatabaseUrl) -> Engine:
    """An engine that keeps no connection."""
    return create_engine(url.sqlalchemy, poolclass=NullPool)


@pytest.fixture(scope="session")
def kit_roles(server: RunningServer) -> None:
    """The roles that the base schema speaks of."""
    with engine_at(server.url).begin() as connection:
        for role in ROLES:
            connection.exec_driver_sql(f"create role {role}")


Build = Callable[[DatabaseUrl], None]


@pytest.fixture(scope="session")
def build_every_kind(kit_roles: None) -> Build:
    """Runs the base schema in the database of a URL."""

    def build(url: DatabaseUrl) -> None:
        with engine_at(url).begin() as connection:
            connection.exec_driver_sql(fit(EVERY_KIND.read_text("utf-8"), major_of(connection)))

    return build


@pytest.fixture(scope="session")
def every_kind_url(scratch: ScratchDatabases, build_every_kind: Build) -> Iterator[DatabaseUrl]:
    """A database with the base schema, shared by the tests of a process: nobody may leave a change in it."""
    with scratch.create() as url:
        build_every_kind(url)
        yield url


@pytest.fixture(scope="session")
def base(every_kind_url: DatabaseUrl) -> Snapshot:
    """The base schema as a snapshot."""
    with engine_at(every_kind_url).connect() as connection:
        return read_snapshot(connection)


@pytest.fixture
def base_digest(every_kind_url: DatabaseUrl) -> str:
    """The digest of the base schema now: roles of other tests on the same server are part of it."""
    with engine_at(every_kind_url).connect() as connection:
        return read_digest(connection)


@pytest.fixture
def every_kind(every_kind_url: DatabaseUrl) -> Iterator[Connection]:
    """A connection to the base schema inside a transaction that is rolled back."""
    with engine_at(every_kind_url).connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
