"""The one connection an import works on, at the level of the driver: COPY is not to be had above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg2
import psycopg2.extensions
from sqlalchemy import Connection


class Lines(Protocol):
    """What COPY reads from."""

    def read(self, size: int = ..., /) -> bytes:
        """At most about `size` bytes; none at the end."""

    def readline(self, size: int = ..., /) -> bytes:
        """Asked for by the driver's type, never called."""


class Wire:
    """A psycopg2 connection inside a SQLAlchemy one. The transaction is the caller's."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg2.extensions.connection):
            raise TypeError("an import runs on psycopg2")
        self._driver = driver

    @property
    def server_version(self) -> int:
        """As the server counts, 180006 for 18.6."""
        return self._driver.server_version

    def rows(self, sql: str, parameters: Iterable[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query and return all rows. With parameters, a `%` in the text must be doubled."""
        with self._driver.cursor() as cursor:
            cursor.execute(sql, None if parameters is None else tuple(parameters))
            return cursor.fetchall()

    def run(self, sql: str, parameters: Iterable[Any] | None = None) -> int:
        """Run a statement and return how many rows it touched; as `rows` otherwise."""
        with self._driver.cursor() as cursor:
            cursor.execute(sql, None if parameters is None else tuple(parameters))
            return cursor.rowcount

    def copy(self, sql: str, stream: Lines) -> int:
        """Run COPY FROM STDIN and return how many rows the server stored."""
        with self._driver.cursor() as cursor:
            cursor.copy_expert(sql, stream)
            return cursor.rowcount

    def cancel(self) -> None:
        """Interrupt the statement that runs; from another thread."""
        self._driver.cancel()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the block if it raises, and keep the transaction usable."""
        self.run("SAVEPOINT neonkit_probe")
        try:
            yield
        except psycopg2.Error:
            self.run("ROLLBACK TO SAVEPOINT neonkit_probe")
            raise
        self.run("RELEASE SAVEPOINT neonkit_probe")
