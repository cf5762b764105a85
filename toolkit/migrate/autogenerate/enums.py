"""Enum types of a generated revision: created before the columns that use them, dropped after them.

Left to SQLAlchemy, `create_table` makes the type (twice, if two tables share it), `add_column` does not, and
no downgrade drops it, so that the next upgrade fails on "already exists".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Enum, text

from toolkit.migrate.autogenerate.constraints import walk
from toolkit.migrate.autogenerate.types import native_enum
from toolkit.sql.quoting import qualified, quote_literal

_EXISTING = """
SELECT space.nspname::text, type.typname::text, space.nspname = current_schema()
  FROM pg_catalog.pg_type AS type JOIN pg_catalog.pg_namespace AS space ON space.oid = type.typnamespace
 WHERE type.typtype = 'e'
"""

_Key = tuple[str | None, str]


def manage_enums(context: MigrationContext, upgrade: ops.UpgradeOps, downgrade: ops.DowngradeOps) -> None:
    """Put CREATE TYPE before and DROP TYPE behind the operations, for the types that are not there yet."""
    existing = _existing(context)
    needed: dict[_Key, Enum] = {}
    for operation in walk(upgrade):
        for type_ in _types(operation):
            enum = native_enum(type_)
            if enum is not None and _key(enum) not in existing:
                needed.setdefault(_key(enum), enum)
        _cast_to_enum(operation)
    for number, enum in enumerate(needed.values()):
        upgrade.ops.insert(number, ops.ExecuteSQLOp(_create(enum)))
        downgrade.ops.append(ops.ExecuteSQLOp(f"DROP TYPE {_name(enum)}"))


def _existing(context: MigrationContext) -> set[_Key]:
    if context.connection is None:
        return set()
    found: set[_Key] = set()
    for schema, name, is_default in context.connection.execute(text(_EXISTING)):
        found.add((schema, name))
        if is_default:
            found.add((None, name))
    return found


def _types(operation: Any) -> Iterator[Any]:
    if isinstance(operation, ops.CreateTableOp):
        yield from (item.type for item in operation.columns if isinstance(item, Column))
    elif isinstance(operation, ops.AddColumnOp):
        yield operation.column.type
    elif isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
        yield operation.modify_type


def _cast_to_enum(operation: Any) -> None:
    """A column that becomes an enum needs to be told how; texts are taken by value."""
    if isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
        enum = native_enum(operation.modify_type)
        if enum is not None and "postgresql_using" not in operation.kw:
            operation.kw["postgresql_using"] = (
                f"{qualified(None, operation.column_name)}::text::{_name(enum)}"
            )


def _create(enum: Enum) -> str:
    # `op.execute` reads a colon as the beginning of a parameter.
    values = ", ".join(quote_literal(value).replace(":", "\\:") for value in enum.enums)
    return f"CREATE TYPE {_name(enum)} AS ENUM ({values})"


def _key(enum: Enum) -> _Key:
    return enum.schema, str(enum.name)


def _name(enum: Enum) -> str:
    return qualified(enum.schema, str(enum.name))
