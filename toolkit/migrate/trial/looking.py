"""Looks at a database from inside the run's own transaction, which alone sees what it has made so far.

The looks are marked so that no recorder takes them for statements of the project. They ask the catalog only,
and name everything with its schema, because a revision may have set any search_path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.engine import Connection

from toolkit.migrate.redirect import MARK
from toolkit.schema.objects import Qualified
from toolkit.sql.classify import RelationName
from toolkit.sql.locks.modes import LockMode, mode_from_pg_locks

Ask = Callable[..., Sequence[Any]]

RELATIONS: Final = """
SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text,
       coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::int8, coalesce(i.indrelid, 0)::int8
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
 WHERE c.oid >= 16384 AND c.relkind <> 'c' AND n.nspname NOT LIKE 'pg\\_%'
"""
_ALL: Final = f"""
SELECT 'relation', found.* FROM ({RELATIONS}) AS found
UNION ALL
SELECT 'lock', relation::int8, mode, '', '', 0, 0 FROM pg_catalog.pg_locks
 WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND relation >= 16384
   AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
UNION ALL
SELECT 'counters', 0, '', '', '',
       coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::int8,
       coalesce(sum(coalesce(n_tup_ins, 0) + coalesce(n_tup_upd, 0) + coalesce(n_tup_del, 0)), 0)::int8
  FROM pg_catalog.pg_stat_xact_user_tables
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation at one moment."""

    oid: int
    name: Qualified
    kind: str
    filenode: int
    table_oid: int
    """Of an index, its table; else 0."""


@dataclass(slots=True)
class Sight:
    """What is known of the database of one connection."""

    relations: Mapping[int, Relation] = field(default_factory=dict)
    before: Mapping[int, Relation] = field(default_factory=dict)
    """As the transaction found them: everybody else sees these."""
    locks: Mapping[int, LockMode] = field(default_factory=dict)
    """The strongest mode by relation, as the transaction holds them."""
    counters: tuple[int, int] | None = None
    """Rows read and rows changed so far; None until looked at in this transaction."""


def asking(connection: Connection) -> Ask:
    """A way to ask on the run's connection that recorders do not hear."""

    def ask(query: str, **values: Any) -> Sequence[Any]:
        mark = connection.info.pop(MARK, None)
        try:
            return connection.execute(text(query), values).all()
        finally:
            if mark is not None:
                connection.info[MARK] = mark

    return ask


def look(ask: Ask) -> Sight:
    """The relations that the session sees, the locks that it holds, and what it has read and changed."""
    rows = ask(_ALL)
    relations = relations_of(row[1:] for row in rows if row[0] == "relation")
    locks = strongest((row[1], row[2]) for row in rows if row[0] == "lock")
    counters = next((int(row[5]), int(row[6])) for row in rows if row[0] == "counters")
    return Sight(relations, relations, locks, counters)


def relations_of(rows: Iterable[Any]) -> dict[int, Relation]:
    """The rows of `RELATIONS` by oid."""
    return {row[0]: Relation(row[0], Qualified(row[1], row[2]), row[3], row[4], row[5]) for row in rows}


def strongest(rows: Iterable[tuple[int, str]]) -> dict[int, LockMode]:
    """The strongest mode by relation, of rows that name relation and mode."""
    found: dict[int, LockMode] = {}
    for oid, mode in rows:
        named = mode_from_pg_locks(mode) if mode != "SIReadLock" else None
        if named is not None:
            found[oid] = max(named, found.get(oid, named))
    return found


def resolved(ask: Ask, names: Iterable[RelationName]) -> dict[RelationName, int]:
    """The oids of those of the names that the session's search_path leads to a relation."""
    found = {}
    for name in dict.fromkeys(names):
        oid = ask("SELECT pg_catalog.to_regclass(CAST(:name AS text))::oid::int8", name=str(name))[0][0]
        if oid is not None:
            found[name] = oid
    return found
