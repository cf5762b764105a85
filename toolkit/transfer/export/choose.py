"""Which tables are exported: those that are named, or all that users made.

Partitions are part of their parent and the tables of extensions part of the extension; neither is ever
exported by itself unless it is named. Every other table is exported or told as left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.models.shapes import table_name
from toolkit.schema.catalog.platform import OWN_SCHEMAS, PLATFORM_SCHEMAS
from toolkit.transfer.export.report import LeftOut
from toolkit.transfer.into.errors import NoSuchTableError
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.table import TargetTable
from toolkit.transfer.target.wire import Wire

_TABLES: Final = """
SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> ALL(%s)
  AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""
_PARTITIONED: Final = """
SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(%s) AND relkind = 'p')
"""
_BOOKKEEPING: Final = "alembic_version"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tables by section, in the order of the output, and what was left out."""

    tables: dict[str, TargetTable]
    partitioned: frozenset[str]
    """Sections whose rows stand in partitions."""
    left_out: tuple[LeftOut, ...]


def choose(wire: Wire, names: Sequence[str]) -> Chosen:
    """The tables `names`, or all. Raises `NoSuchTableError`."""
    found = read_tables(wire, {name: name for name in names}) if names else every_table(wire)
    for name in names:
        if name not in found:
            raise NoSuchTableError(name)
    left_out: list[LeftOut] = []
    tables: list[TargetTable] = []
    for table in found.values():
        if not names and is_bookkeeping(table):
            left_out.append(LeftOut(table.label, "it holds the revision of the schema, no data"))
        elif table not in tables:
            tables.append(table)
    sections = _sections(tables)
    partitioned = frozenset(
        section for section, table in sections.items() if wire.rows(_PARTITIONED, [table.sql])[0][0]
    )
    return Chosen(sections, partitioned, tuple(left_out))


def every_table(wire: Wire) -> dict[str, TargetTable]:
    """All tables that users made, by qualified name, in the order of their names."""
    ours = sorted({*OWN_SCHEMAS, *PLATFORM_SCHEMAS})
    names = [table_name(schema, table) for schema, table in wire.rows(_TABLES, [ours])]
    return read_tables(wire, {name: name for name in names})


def is_bookkeeping(table: TargetTable) -> bool:
    """By name and by what it holds: a table of users' rows must not slip away under the name."""
    return table.name == _BOOKKEEPING and list(table.columns) == ["version_num"]


def _sections(tables: Sequence[TargetTable]) -> dict[str, TargetTable]:
    """Tables by the shortest name that is theirs alone. `*` alone would mean "each" in a row pointer."""
    counts = Counter(table.name for table in tables)
    return {
        table.name if counts[table.name] == 1 and table.name != "*" else table.label: table
        for table in tables
    }
