"""An index on a partitioned table, built while others work: one per partition, then joined.

The parent's index is made without its partitions and is not valid before each of theirs is attached. A try
that failed halfway is thrown away and begun anew.
"""

from __future__ import annotations

from typing import Final

from toolkit.isolation.grounds import OwnedTable
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import LeftOpen, Stage, Step
from toolkit.isolation.protect.written import LOCK_SECONDS
from toolkit.schema.objects import Qualified, Table
from toolkit.sql.quoting import qualified, quote_identifier

_BRIEFLY: Final = f"SET lock_timeout = '{LOCK_SECONDS}s'"
"""For statements that make others wait, in a stage whose others wait as long as they must."""
_PATIENTLY: Final = "SET lock_timeout = 0"


def index_step(site: Site, table: OwnedTable, columns: tuple[str, ...]) -> Step | LeftOpen:
    """An index of a partitioned table and all its partitions."""
    parent = Qualified(table.shape.schema, table.shape.table)
    parts = [each for each in site.snapshot.of(Table) if each.partition_of == parent]
    listed = ", ".join(map(quote_identifier, columns))
    if any(each.partition_key is not None for each in parts):
        return LeftOpen(table.name, f"no index begins with ({listed}), and its partitions have partitions")
    whole = site.new_name("ix", table.shape.table, *columns, schema=parent.schema)
    named = [(each, site.new_name("ix", each.name, *columns, schema=each.schema)) for each in parts]
    index = qualified(parent.schema, whole)
    gone = (_BRIEFLY, f"DROP INDEX IF EXISTS {index}", _PATIENTLY)
    statements = [*gone]
    for part, name in named:
        on = qualified(part.schema, part.name)
        statements.append(f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(part.schema, name)}")
        statements.append(f"CREATE INDEX CONCURRENTLY {quote_identifier(name)} ON {on} ({listed})")
    statements.append(_BRIEFLY)
    statements.append(f"CREATE INDEX {quote_identifier(whole)} ON ONLY {table.quoted} ({listed})")
    statements += [
        f"ALTER INDEX {index} ATTACH PARTITION {qualified(part.schema, name)}" for part, name in named
    ]
    statements.append(_PATIENTLY)
    does = f"index on ({listed}), partition by partition"
    return Step(Stage.INDEXES, table.name, does, tuple(statements), gone)
