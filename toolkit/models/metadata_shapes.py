"""Table shapes from SQLAlchemy metadata. Reads definitions only; needs no database and configures no
mapper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import CompileError, NoReferencedColumnError, NoReferencedTableError

from toolkit.models.loading_errors import UnknownReferenceError
from toolkit.models.shapes import DEFAULT_SCHEMA, ColumnShape, ForeignKeyShape, TableShape, table_name

_DIALECT: Final = make_url("postgresql+psycopg2://").get_dialect()()

UNKNOWN_TYPE: Final = "unknown"
"""The type text of a column whose type PostgreSQL's dialect cannot name."""


def shapes_of(
    metadata: Iterable[MetaData], *, default_schema: str = DEFAULT_SCHEMA
) -> tuple[TableShape, ...]:
    """Every table of the metadata, sorted by qualified name.

    `default_schema` is where tables without a schema live. Raises UnknownReferenceError for a foreign key to
    a table or column that is not there.
    """
    tables = {
        qualified_name(table, default_schema): table for each in metadata for table in each.tables.values()
    }
    return tuple(_shape(tables[name], default_schema) for name in sorted(tables))


def qualified_name(table: Table, default_schema: str = DEFAULT_SCHEMA) -> str:
    """The name of the table's shape."""
    return table_name(table.schema or default_schema, str(table.name))


def _shape(table: Table, default_schema: str) -> TableShape:
    keys = sorted(table.foreign_key_constraints, key=lambda key: (key.column_keys, str(key.name)))
    return TableShape(
        schema=table.schema or default_schema,
        table=table.name,
        columns=tuple(_column(column) for column in table.columns),
        primary_key=tuple(column.name for column in table.primary_key.columns),
        foreign_keys=tuple(_foreign_key(key, default_schema) for key in keys),
        uniques=tuple(sorted(_uniques(table))),
    )


def _column(column: Column[object]) -> ColumnShape:
    try:
        type_text = column.type.compile(dialect=_DIALECT)
    except CompileError:
        type_text = UNKNOWN_TYPE
    return ColumnShape(column.name, type_text, bool(column.nullable))


def _foreign_key(key: ForeignKeyConstraint, default_schema: str) -> ForeignKeyShape:
    try:
        targets = [element.column for element in key.elements]
    except (NoReferencedTableError, NoReferencedColumnError) as error:
        element = key.elements[0]
        raise UnknownReferenceError(
            table=qualified_name(key.table, default_schema),
            columns=tuple(key.column_keys),
            target=element.target_fullname,
            same_name=_elsewhere(key, element.target_fullname),
        ) from error
    return ForeignKeyShape(
        columns=tuple(column.name for column in key.columns),
        target=qualified_name(targets[0].table, default_schema),
        target_columns=tuple(column.name for column in targets),
        name=None if key.name is None else str(key.name),
        ondelete=key.ondelete,
        deferrable=bool(key.deferrable),
    )


def _elsewhere(key: ForeignKeyConstraint, target: str) -> str | None:
    """The one table of that name in another schema, as a foreign key would name it."""
    *_, table, column = target.split(".")
    found = [t.fullname for t in key.table.metadata.tables.values() if t.name == table]
    return f"{found[0]}.{column}" if len(found) == 1 and found[0] != table else None


def _uniques(table: Table) -> Iterable[tuple[str, ...]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        conditional = index.dialect_options["postgresql"]["where"] is not None
        plain = all(isinstance(expression, Column) for expression in index.expressions)
        if index.unique and plain and not conditional:
            yield tuple(column.name for column in index.columns)
