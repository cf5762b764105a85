"""Where a database stands: the revisions its version tables hold.

The first time, `env.py` is run with a connection, because only that tells which table it uses, in which
schema of its own search path, in which database. After that the table is read directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alembic import command
from sqlalchemy.engine import Connection

from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.migrate.drivers import Target
from toolkit.migrate.online import Visitor, visit
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.results import Direction, RunResult, VersionChange
from toolkit.migrate.versions import VersionTable, home_of, read_heads


@dataclass(frozen=True, slots=True)
class Standing:
    """One version table and what it holds."""

    database: str
    table: VersionTable
    heads: tuple[str, ...]


def standings(project: AlembicProject, database: Database) -> tuple[Standing, ...]:
    """One per configuration of `env.py`. Raises what `online.visit` raises."""
    known = project.memory.tables.get(database.url(Job.MIGRATE))
    if known is not None:
        return tuple(_read(table, database) for table in known)
    with project.opened(cmd=(command.current, [], ["verbose"]), verbose=False) as opened:
        return _visit(project, database, opened)


def nothing_done(direction: Direction, target: str, found: Sequence[Standing]) -> RunResult:
    """The result of a run that was not needed, for databases that stand as found."""
    changes = tuple(VersionChange(one.database, one.table.name, one.heads, one.heads) for one in found)
    return RunResult(direction, target, changes, (), 0.0)


def _visit(project: AlembicProject, database: Database, opened: Opened) -> tuple[Standing, ...]:
    homes: list[str | None] = []

    def look(heads: Any, context: Any) -> Iterable[Any]:
        del heads
        connection = context.connection
        if isinstance(connection, Connection):
            homes.append(home_of(connection, context.version_table, context.version_table_schema))
        return ()

    visitor = Visitor()
    visit(project, database, opened, visitor, look)
    found = [
        Standing(
            str(Target.of_url(sight.url)),
            VersionTable(sight.url, sight.configuration.version_table, home),
            sight.heads,
        )
        for sight, home in zip(visitor.sights, homes, strict=False)
    ]
    if all(home is not None for home in homes):
        project.memory.tables[database.url(Job.MIGRATE)] = tuple(standing.table for standing in found)
    return tuple(found)


def _read(table: VersionTable, database: Database) -> Standing:
    asked = database if table.url == database.url(Job.MIGRATE) else Database.at(table.url)
    with asked.connect(Job.INSPECT) as connection:
        heads = read_heads(connection, table.name, table.schema)
    return Standing(str(Target.of_url(table.url)), table, heads)
