"""What the demo's database holds at one moment: enough to say afterwards that nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from toolkit.schema import Snapshot
from toolkit.schema.objects import Table

TABLES: Final = ("users", "tasks", "tags", "task_tag_links")
_MOST_SHOWN: Final = 5

_OWNERS: Final = """
SELECT users.email,
       (SELECT count(*) FROM tasks WHERE tasks.user_id = users.id) AS tasks,
       (SELECT count(*) FROM tags WHERE tags.user_id = users.id) AS tags,
       (SELECT count(*) FROM task_tag_links AS link WHERE link.user_id = users.id) AS links
FROM users ORDER BY tasks DESC, users.email LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table's rows: how many, and a checksum in which their order plays no part."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Structure and content of the database. Equal facts mean that nothing changed in between."""

    revision: str | None
    schema_hash: str
    tables: Mapping[str, TableFacts]


@dataclass(frozen=True, slots=True)
class OwnerRows:
    """How many rows one user owns."""

    email: str
    tasks: int
    tags: int
    links: int


@dataclass(frozen=True, slots=True)
class Owners:
    """Rows per owner: those with most tasks, and over all of them."""

    most: tuple[OwnerRows, ...]
    count: int
    rows: int
    """Tasks, tags and links together."""


def read_facts(connection: Connection, snapshot: Snapshot) -> Facts:
    """The facts. The connection's role must see all rows; a table that is not there yet is left out."""
    there = {table.name for table in snapshot.own(Table)}
    revision = None
    if "alembic_version" in there:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return Facts(
        revision=revision,
        schema_hash=snapshot.hash,
        tables={name: _table_facts(connection, name) for name in TABLES if name in there},
    )


def read_owners(connection: Connection, facts: Facts) -> Owners:
    """Rows per owner. The database must be at head."""
    most = [OwnerRows(*row) for row in connection.execute(text(_OWNERS), {"most": _MOST_SHOWN})]
    rows = sum(found.rows for name, found in facts.tables.items() if name != "users")
    return Owners(tuple(most), count=facts.tables["users"].rows, rows=rows)


def _table_facts(connection: Connection, table: str) -> TableFacts:
    checksum = "coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
    statement = text(f"SELECT count(*), {checksum} FROM {table} AS t")  # noqa: S608 - a name of ours
    rows, total = connection.execute(statement).one()
    return TableFacts(rows, str(total))
