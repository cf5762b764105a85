"""Names for a generated revision's constraints, in `create_table` and in operations of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import (
    CheckConstraint,
    Constraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from toolkit.migrate.autogenerate import names


def name_constraint(constraint: Constraint) -> None:
    """Give a constraint of a table that is being rendered its name, if it has none."""
    table = getattr(constraint, "table", None)
    if constraint.name is not None or table is None:
        return
    wanted = _wanted(constraint, str(table.name))
    if wanted is not None:
        constraint.name = names.free(wanted, (str(one.name) for one in table.constraints if one.name))


def name_operations(directives: ops.OpContainer | None) -> None:
    """Name the constraints that are created, and dropped again, by operations of their own."""
    for operation in walk(directives):
        if isinstance(operation, ops.CreateForeignKeyOp) and operation.constraint_name is None:
            operation.constraint_name = names.foreign_key_name(operation.source_table, operation.local_cols)
        elif isinstance(operation, ops.CreateUniqueConstraintOp) and operation.constraint_name is None:
            operation.constraint_name = names.unique_name(operation.table_name, list(operation.columns))
        elif isinstance(operation, ops.DropConstraintOp) and operation.constraint_name is None:
            operation.constraint_name = _name_of_dropped(operation)


def walk(container: Any) -> Iterator[Any]:
    """Every operation in a container, in order, those in nested containers too."""
    for operation in getattr(container, "ops", ()):
        if isinstance(operation, ops.OpContainer):
            yield from walk(operation)
        else:
            yield operation


def _wanted(constraint: Constraint, table: str) -> str | None:
    match constraint:
        case PrimaryKeyConstraint():
            return names.primary_key_name(table)
        case UniqueConstraint():
            return names.unique_name(table, [column.name for column in constraint.columns])
        case ForeignKeyConstraint():
            return names.foreign_key_name(table, list(constraint.column_keys))
        case CheckConstraint():
            return names.check_name(table, [column.name for column in constraint.columns])
    return None


def _name_of_dropped(operation: ops.DropConstraintOp) -> str | None:
    """The name that the same constraint gets where it is created: the way back is known to the operation."""
    created = operation._reverse  # noqa: SLF001 - public only as `reverse()`, which needs the name
    if isinstance(created, ops.CreateForeignKeyOp):
        return names.foreign_key_name(created.source_table, created.local_cols)
    if isinstance(created, ops.CreateUniqueConstraintOp):
        return names.unique_name(created.table_name, list(created.columns))
    return None
