"""A reading that meets a lock gives way instead of waiting without a word."""

from __future__ import annotations

import pytest
from fixtures.blocking import Blocking
from sqlalchemy import Connection, Engine

from toolkit.database import Database, DatabaseUrl
from toolkit.database.errors import LockWaitTimedOutError
from toolkit.database.failures import explained
from toolkit.database.jobs import Job
from toolkit.schema import read_snapshot
from toolkit.schema.catalog.transaction import canonical


def limit(connection: Connection) -> object:
    """How long the session waits for a lock."""
    return connection.exec_driver_sql("show lock_timeout").scalar()


def test_a_reading_has_a_limit_and_leaves_it_as_it_was(engine: Engine) -> None:
    with engine.connect() as connection:
        with canonical(connection):
            assert limit(connection) == "5s"
        assert limit(connection) == "0"


def test_a_locked_table_is_said(database_url: DatabaseUrl, blocking: Blocking) -> None:
    blocking.hold("setup", "CREATE TABLE orders (id int DEFAULT 1, CHECK (id > 0)); COMMIT")
    blocking.hold("change", "LOCK TABLE orders")
    database = Database.at(database_url)
    with database.connect(Job.INSPECT) as connection:
        connection.exec_driver_sql("set lock_timeout = '200ms'")
        connection.commit()
        with pytest.raises(LockWaitTimedOutError), explained(database_url):
            read_snapshot(connection, sizes=True)
