"""Copies of a live database's schema on a scratch server, standing at the same revisions.

First choice: the live catalog written as DDL and run, which gives the schema as it is, with what was changed
by hand. Second: the project's own history from base, which also brings the rows that revisions insert.
Invariant: the live database is only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import Final

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class with a small letter

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.driver import open_connection
from toolkit.events import Emit, StepFinished, StepStarted
from toolkit.migrate.drift.scratch import ScratchServer, provide_extensions
from toolkit.migrate.guard.terms import UNWATCHED
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.running import upgrade
from toolkit.migrate.standing import Standing
from toolkit.migrate.trial.values import Ground
from toolkit.schema import Snapshot
from toolkit.schema.ddl import Statement, ddl
from toolkit.schema.objects import Extension, Kind
from toolkit.sql.quoting import qualified

_LEFT_OUT: Final = frozenset({Kind.SUBSCRIPTION, Kind.USER_MAPPING})
"""Kinds that reach out to other servers."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A scratch database for each database of the project, and the project led to them."""

    project: AlembicProject
    database: Database
    """The copy of the main one."""
    ground: Ground
    notes: tuple[str, ...]


class CopyFailedError(Exception):
    """The copy could not be made this way; says why. Never leaves the rooms that try the next way."""


@contextmanager
def copied_by_schema(
    project: AlembicProject,
    database: Database,
    server: ScratchServer,
    live: Mapping[DatabaseUrl, Snapshot],
    found: Sequence[Standing],
    emit: Emit,
) -> Iterator[Copy]:
    """Copies with the live schemas and version rows, for the length of the block. Raises CopyFailedError."""
    main = database.url(Job.MIGRATE)
    with ExitStack() as stack:
        made: dict[DatabaseUrl, Database] = {}
        notes: list[str] = []
        emit(StepStarted("copy the schema", ", ".join(str(url.database) for url in live)))
        for url, snapshot in live.items():
            made[url] = stack.enter_context(server.database())
            at = made[url].url(Job.ADMIN)
            notes += _write_schema(at, snapshot)
            _write_heads(at, [one for one in found if one.table.url == url])
        emit(StepFinished("copy the schema"))
        yield Copy(_led(project, made), made[main], Ground.SCHEMA, tuple(notes))


@contextmanager
def copied_by_history(
    project: AlembicProject,
    database: Database,
    server: ScratchServer,
    live: Mapping[DatabaseUrl, Snapshot],
    heads: Sequence[str],
    emit: Emit,
    cancel: CancelToken | None,
) -> Iterator[Copy]:
    """Copies in which the history was run up to `heads`. Raises what `upgrade` raises."""
    main = database.url(Job.MIGRATE)
    with ExitStack() as stack:
        made = {url: stack.enter_context(server.database()) for url in live}
        for url, snapshot in live.items():
            provide_extensions(made[url], [one for one in snapshot.own(Extension) if one.name != "plpgsql"])
        led = _led(project, made)
        emit(StepStarted("run the history", ", ".join(heads)))
        for head in heads:
            upgrade(led, made[main], head, cancel=cancel, terms=UNWATCHED)
        emit(StepFinished("run the history"))
        yield Copy(led, made[main], Ground.HISTORY if heads else Ground.EMPTY, ())


def _led(project: AlembicProject, made: Mapping[DatabaseUrl, Database]) -> AlembicProject:
    urls = {url: copy.url(Job.MIGRATE) for url, copy in made.items()}
    databases = {name: urls[url] for name, url in project.databases.items() if url in urls}
    return replace(project, databases=databases)


def _write_schema(url: DatabaseUrl, snapshot: Snapshot) -> list[str]:
    """Run the snapshot's DDL; what the server refuses of owners and grants becomes a note."""
    statements = [one for one in ddl(snapshot) if one.key is None or one.key.kind not in _LEFT_OUT]
    left_out = [str(key) for key in snapshot.objects if key.kind in _LEFT_OUT]
    notes = [f"The copy has no {key}: it would reach another server." for key in left_out]
    with closing(open_connection(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            if not _run_whole(cursor, statements):
                notes += _run_each(cursor, statements)
    return notes


def _run_whole(cursor: Cursor, statements: Sequence[Statement]) -> bool:
    """All in one round trip and one transaction; False if the server refuses any."""
    try:
        cursor.execute(";\n".join(one.sql for one in statements))
    except psycopg2.Error:
        return False
    return True


def _run_each(cursor: Cursor, statements: Sequence[Statement]) -> list[str]:
    refused = []
    for statement in statements:
        try:
            cursor.execute(statement.sql)
        except psycopg2.Error as error:
            said = str(error).strip().splitlines()[0]
            if statement.sql.lstrip().upper().startswith("CREATE") and statement.key is not None:
                raise CopyFailedError(f"{statement.key} cannot be made again: {said}") from error
            refused.append(f"The copy differs: {statement.key}: {said}")
    return refused


def _write_heads(url: DatabaseUrl, found: Sequence[Standing]) -> None:
    with closing(open_connection(url)) as connection, connection, connection.cursor() as cursor:
        for standing in found:
            for head in standing.heads:
                table = qualified(standing.table.schema, standing.table.name)
                cursor.execute(f"INSERT INTO {table} VALUES (%s)", (head,))  # noqa: S608 - quoted
