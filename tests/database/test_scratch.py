"""Scratch databases: made, cloned, dropped, recognised."""

from __future__ import annotations

import psycopg2
import pytest
from sqlalchemy import Connection, text

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases


def run(url: DatabaseUrl, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in one committed transaction; the rows of the last."""
    connection = psycopg2.connect(**url.libpq_parameters())
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def names(scratch_url: DatabaseUrl) -> set[object]:
    return {row[0] for row in run(scratch_url, "SELECT datname FROM pg_database")}


def test_the_fixture_is_an_empty_database(connection: Connection, database_url: DatabaseUrl) -> None:
    assert connection.scalar(text("SELECT current_database()")) == database_url.database
    assert (
        connection.scalar(text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        == 0
    )
