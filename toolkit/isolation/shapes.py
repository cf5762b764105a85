"""Table shapes from a catalog snapshot, so that the ownership graph covers every table there is."""

from __future__ import annotations

from typing import Final

from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape, table_name
from toolkit.schema import Snapshot
from toolkit.schema.objects import Constraint, Table
from toolkit.schema.objects.tables import Column

BOOKKEEPING: Final = ("alembic_version",)
"""Tables that migrations keep for themselves, by name."""


NAMED_SCHEMA: Final = """CASE WHEN n.nspname ~ '[."]' THEN quote_ident(n.nspname) ELSE n.nspname::text END"""
"""A schema in SQL as `table_name` writes it."""


def shapes_of_snapshot(snapshot: Snapshot) -> tuple[TableShape, ...]:
    """Every table that users made, by name; partitions count with their parent, bookkeeping not at all."""
    return tuple(
        _shape(snapshot, table)
        for table in snapshot.own(Table)
        if table.partition_of is None and not is_bookkeeping(snapshot, table)
    )


def is_bookkeeping(snapshot: Snapshot, table: Table) -> bool:
    """Only by name and by what it holds: a table of users' rows must not slip away under the name."""
    columns = [column.name for column in snapshot.parts(table.qualified).columns]
    return table.name in BOOKKEEPING and columns == ["version_num"]


def _shape(snapshot: Snapshot, table: Table) -> TableShape:
    parts = snapshot.parts(table.qualified)
    keys = parts.constraints
    primary = next((each.columns for each in keys if each.type == "primary key"), ())
    return TableShape(
        schema=table.schema,
        table=table.name,
        columns=tuple(_column(column) for column in parts.columns),
        primary_key=primary,
        foreign_keys=tuple(_foreign_key(each) for each in keys if each.references is not None),
        uniques=tuple(sorted(each.columns for each in keys if each.type == "unique")),
    )


def _column(column: Column) -> ColumnShape:
    required = column.not_null is not None and column.not_null.validated
    return ColumnShape(column.name, column.type, not required)


def _foreign_key(key: Constraint) -> ForeignKeyShape:
    assert key.references is not None
    return ForeignKeyShape(
        columns=key.columns,
        target=table_name(key.references.schema, key.references.name),
        target_columns=key.referenced_columns,
        name=key.name,
        ondelete=None if key.on_delete == "no action" else (key.on_delete or "").upper() or None,
        deferrable=key.deferrable,
    )
