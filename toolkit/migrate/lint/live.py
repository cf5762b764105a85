"""What a database says of its tables: how large they are and how much they are used.

Invariant: what is small and what is busy is said here alone, by the same figures everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.engine import Connection

from toolkit.migrate.lint.world.things import Name

SMALL_ROWS: Final = 10_000
SMALL_BYTES: Final = 8 * 1024 * 1024
"""Below both, a scan or rewrite takes milliseconds: less than the lock timeout of any careful run."""
BUSY_PER_SECOND: Final = 1.0
"""Statements on the table per second since its counters began; above, a short strong lock is felt."""

_SIZES: Final = """
SELECT n.nspname::text AS schema, c.relname::text AS name,
       sum(GREATEST(leaf.reltuples, s.n_live_tup, 0))::bigint AS rows,
       sum(pg_catalog.pg_relation_size(leaf.oid))::bigint AS bytes,
       sum(coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0))::bigint AS reads,
       sum(coalesce(s.n_tup_ins, 0) + coalesce(s.n_tup_upd, 0) + coalesce(s.n_tup_del, 0))::bigint AS writes,
       GREATEST(extract(epoch FROM now() - coalesce(
         (SELECT stats_reset FROM pg_catalog.pg_stat_database WHERE datname = current_database()),
         pg_catalog.pg_postmaster_start_time())), 1)::float8 AS seconds
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN LATERAL (SELECT c.oid WHERE c.relkind <> 'p'
                UNION ALL
                SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) AS t WHERE c.relkind = 'p'
               ) AS part (oid) ON true
  JOIN pg_catalog.pg_class AS leaf ON leaf.oid = part.oid
  LEFT JOIN pg_catalog.pg_stat_all_tables AS s ON s.relid = leaf.oid
 WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 GROUP BY n.nspname, c.relname
"""
"""A partitioned table is as large, and as much used, as its partitions together."""


@dataclass(frozen=True, slots=True)
class LiveTable:
    """One table, as the database counts it."""

    rows: int
    bytes: int
    reads: int = 0
    """Scans of any kind since the counters began."""
    writes: int = 0
    """Rows inserted, updated or deleted since the counters began."""
    seconds: float = 1.0
    """Since the counters began."""

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing."""
        return self.bytes == 0

    @property
    def is_small(self) -> bool:
        """Whether reading or rewriting all of it is no matter."""
        return self.rows < SMALL_ROWS and self.bytes < SMALL_BYTES

    @property
    def per_second(self) -> float:
        """How often it is read or written."""
        return (self.reads + self.writes) / self.seconds

    @property
    def is_busy(self) -> bool:
        """Whether even a moment's lock makes somebody wait."""
        return self.per_second >= BUSY_PER_SECOND


@dataclass(frozen=True, slots=True)
class Live:
    """The tables of a database. A table that is not here does not exist there yet."""

    tables: Mapping[Name, LiveTable] = field(default_factory=dict)

    def find(self, name: Name) -> LiveTable | None:
        """The table, by a world's name for it; a name without a schema is looked for in every one."""
        if (found := self.tables.get(name)) is not None:
            return found
        others = [one for key, one in self.tables.items() if not name[0] and key[1] == name[1]]
        return max(others, key=lambda one: one.bytes, default=None)


def read_live(connection: Connection) -> Live:
    """The sizes and counters of a database, which is only read."""
    found = {}
    for row in connection.exec_driver_sql(_SIZES).mappings():
        schema = "" if row["schema"] == "public" else row["schema"]
        found[schema, row["name"]] = LiveTable(
            row["rows"], row["bytes"], row["reads"], row["writes"], row["seconds"]
        )
    return Live(found)
