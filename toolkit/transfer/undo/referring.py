"""The foreign keys of the whole database that lead to given tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from toolkit.sql.quoting import qualified
from toolkit.transfer.target.wire import Wire

_FOREIGN_KEYS: Final = """
SELECT child_space.nspname, child.relname, parent_space.nspname, parent.relname,
       (SELECT array_agg(a.attname::text ORDER BY place)
          FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = number),
       (SELECT array_agg(a.attname::text ORDER BY place)
          FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = number)
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS child ON child.oid = k.conrelid
  JOIN pg_catalog.pg_namespace AS child_space ON child_space.oid = child.relnamespace
  JOIN pg_catalog.pg_class AS parent ON parent.oid = k.confrelid
  JOIN pg_catalog.pg_namespace AS parent_space ON parent_space.oid = parent.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0
   AND parent_space.nspname || '.' || parent.relname = ANY (%s)
 ORDER BY 1, 2, k.conname
"""


@dataclass(frozen=True, slots=True)
class Referring:
    """One foreign key."""

    schema: str
    name: str
    parent: str
    """The table that is referred to, for people and in the ledger."""
    columns: tuple[str, ...]
    referred: tuple[str, ...]

    @property
    def child(self) -> str:
        """The table that refers, for people and in the ledger."""
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """The table that refers, inside a statement with parameters."""
        return qualified(self.schema, self.name).replace("%", "%%")


def referring_to(wire: Wire, labels: Iterable[str]) -> list[Referring]:
    """The foreign keys that lead to the tables with these names, `schema.table`."""
    found = wire.rows(_FOREIGN_KEYS, [list(labels)])
    return [
        Referring(schema, name, f"{parent_schema}.{parent}", tuple(columns), tuple(referred))
        for schema, name, parent_schema, parent, columns, referred in found
    ]
