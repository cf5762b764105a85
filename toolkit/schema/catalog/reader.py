"""Reading a whole database into a snapshot, in a fixed number of statements.

Invariant: every object a query returns becomes a value or is counted in the census; a query the role may not
run is named there too.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.schema.catalog.assemble import assemble
from toolkit.schema.catalog.digest import digest_of
from toolkit.schema.catalog.query import OLDEST_MAJOR, query
from toolkit.schema.catalog.rows import CatalogRows, read_rows
from toolkit.schema.catalog.transaction import canonical
from toolkit.schema.errors import CatalogMovedError, UnsupportedServerError
from toolkit.schema.objects import Key, Qualified
from toolkit.schema.sizes import RelationSize
from toolkit.schema.snapshot import ServerFacts, Snapshot

T = TypeVar("T")
_Reading = tuple[ServerFacts, CatalogRows, dict[Qualified, RelationSize]]

_ATTEMPTS: Final = 8
_PAUSE: Final = 0.02
"""Seconds to wait before the second attempt; a little more before each later one."""

_ARGUMENTS: Final = 6
"""Where `functions.sql` has the argument list."""


def read_snapshot(connection: Connection, *, sizes: bool = False) -> Snapshot:
    """The whole database as a value.

    Any role may read it. Without an open transaction the snapshot is of one moment; inside one it shows what
    that transaction has done. `sizes` measures bytes on disk with one more statement; without it they are
    what the catalog last noted. What others drop meanwhile makes it read again. Raises
    `UnsupportedServerError` before PostgreSQL 14, `CatalogMovedError` if others never stop dropping.
    """
    with _no_collections():
        return assemble(*_undisturbed(lambda: _read(connection, sizes)))


def read_around(connection: Connection, key: Key) -> Snapshot:
    """One object, with what a description or the DDL of it speaks of: the tables that its foreign keys join,
    its ancestors and children, and all types. What is not near it is missing, and so are its size and the
    object itself where there is none. Raises as `read_snapshot` does.
    """
    schema, name = key.path[0], key.path[-1]
    bare = name.rpartition("(")[0].strip('"').replace('""', '"')

    def once() -> _Reading:
        with canonical(connection):
            facts, unreadable = _server(connection)
            named = {"schema": schema, "name": name, "routine": bare}
            oids = connection.exec_driver_sql(query("around", facts.major), named).scalars().all()
            return facts, read_rows(connection, facts.major, unreadable, about=oids), {}

    return assemble(*_undisturbed(once))


def read_digest(connection: Connection) -> str:
    """What `read_with_digest` gave for as long as nothing changed, in a fraction of the time.

    Equal digests mean equal snapshots. Different ones mean nothing: ask for the snapshot. Estimates are no
    part of it. Raises as `read_snapshot` does.
    """

    def once() -> str:
        with canonical(connection):
            facts, unreadable = _server(connection)
            return digest_of(connection, facts, unreadable)

    return _undisturbed(once)


def read_with_digest(connection: Connection) -> tuple[Snapshot, str]:
    """A snapshot, and the digest by which one can see later that it still holds.

    Raises as `read_snapshot` does.
    """

    def once() -> tuple[_Reading, str]:
        with canonical(connection):
            facts, unreadable = _server(connection)
            return _rows(connection, facts, unreadable, sizes=False), digest_of(connection, facts, unreadable)

    with _no_collections():
        reading, digest = _undisturbed(once)
        return assemble(*reading), digest


def _undisturbed(read: Callable[[], T]) -> T:
    """A reading during which nothing was dropped."""
    for attempt in range(1, _ATTEMPTS):
        try:
            return read()
        except (DBAPIError, _MovedError) as error:
            if not _moved(error):
                raise
            time.sleep(_PAUSE * attempt)
    try:
        return read()
    except (DBAPIError, _MovedError) as error:
        if not _moved(error):
            raise
        raise CatalogMovedError(attempts=_ATTEMPTS) from error


def _read(connection: Connection, sizes: bool) -> _Reading:
    with canonical(connection):
        facts, unreadable = _server(connection)
        return _rows(connection, facts, unreadable, sizes=sizes)


def _rows(connection: Connection, facts: ServerFacts, unreadable: frozenset[str], *, sizes: bool) -> _Reading:
    rows = read_rows(connection, facts.major, unreadable)
    measured = _measured(connection, facts.major) if sizes else {}
    relation_gone = connection.exec_driver_sql(query("dropped", facts.major)).scalar_one()
    # Every function has arguments, if only "": null is the server's word for one that is gone.
    if relation_gone or any(row[_ARGUMENTS] is None for row in rows["functions"]):
        raise _MovedError
    return facts, rows, measured


class _MovedError(Exception):
    """Something was dropped while it was read.

    The rows are of one moment, but the functions that write definitions look at the catalog of now: for what
    is gone they give null, an internal error or an undefined object.
    """


def _moved(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return getattr(error.orig, "pgcode", None) in ("XX000", "42P01", "42704", "42703", "42883")
    return True


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep the garbage collector still: a burst of values without cycles is all it would look at.

    It costs a third of the reading otherwise. Threads that overlap leave it as the first one found it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _server(connection: Connection) -> tuple[ServerFacts, frozenset[str]]:
    number, version, database, role, superuser, unreadable = connection.exec_driver_sql(
        query("server", OLDEST_MAJOR)
    ).one()
    if number // 10000 < OLDEST_MAJOR:
        raise UnsupportedServerError(version=version, oldest=OLDEST_MAJOR)
    return ServerFacts(version, number, database, role, superuser), frozenset(unreadable or ())


def _measured(connection: Connection, major: int) -> dict[Qualified, RelationSize]:
    return {
        Qualified(schema, name): RelationSize(None if rows < 0 else rows, table, indexes, measured=True)
        for schema, name, rows, table, indexes in connection.exec_driver_sql(query("sizes", major))
        if table is not None
    }
