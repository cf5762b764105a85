"""One database for all tests of a module; each begins with an empty schema and no settings of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures.transfer import Importer
from sqlalchemy import Engine, create_engine, pool, text

from toolkit.database import Database, DatabaseUrl
from toolkit.database.scratch import ScratchDatabases


@pytest.fixture(scope="module")
def shared(scratch: ScratchDatabases) -> Iterator[tuple[DatabaseUrl, Engine]]:
    """The database of the module."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy, poolclass=pool.NullPool)
        yield url, engine
        engine.dispose()


@pytest.fixture
def importer(shared: tuple[DatabaseUrl, Engine]) -> Importer:
    """An importer into the module's database, emptied."""
    url, engine = shared
    with engine.begin() as connection:
        owned = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"
        for (schema,) in connection.execute(text(owned)).all():
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        connection.execute(text("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"))
        connection.execute(text(f"ALTER DATABASE {url.database} RESET ALL"))
    return Importer(Database.at(url), engine)


@pytest.fixture
def database_url(importer: Importer, shared: tuple[DatabaseUrl, Engine]) -> DatabaseUrl:
    """The same database, for tests that want no more than its address."""
    del importer  # emptied by it
    return shared[0]
