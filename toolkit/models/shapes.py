"""Tables as plain values: columns, keys and references, whoever told them.

The ownership graph and the dependency order stand on these. `toolkit.models` makes them from metadata, other
rooms make them from a catalog. Invariants: frozen, hashable, free of SQLAlchemy; a table's `name` is always
qualified with its schema, and a shape survives the round trip through JSON unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from toolkit.sql.quoting import quote_identifier

DEFAULT_SCHEMA = "public"
"""The schema of a table that names none."""


_SCHEMA_IN_QUOTES = re.compile(r'"((?:[^"]|"")*)"\.(.*)', re.DOTALL)


@lru_cache(maxsize=65536)
def table_name(schema: str, table: str) -> str:
    """`schema.table`; a schema with a dot or a quote in it is quoted, so that the two can be told apart."""
    return f"{quote_identifier(schema)}.{table}" if {".", '"'} & {*schema} else f"{schema}.{table}"


def split_table_name(name: str) -> tuple[str, str]:
    """Schema and table of what `table_name` gave."""
    if (found := _SCHEMA_IN_QUOTES.fullmatch(name)) is not None:
        return found[1].replace('""', '"'), found[2]
    schema, _, table = name.partition(".")
    return schema, table


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column. `type` is the PostgreSQL type as text; `nullable` is False for key columns."""

    name: str
    type: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class ForeignKeyShape:
    """A reference: `columns` of this table hold `target_columns` of the table `target` (qualified)."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    name: str | None = None
    ondelete: str | None = None
    deferrable: bool = False

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each column with the target column it holds."""
        return tuple(zip(self.columns, self.target_columns, strict=True))


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table. `uniques` are unique constraints and unconditional unique indexes, without the primary key."""

    schema: str
    table: str
    columns: tuple[ColumnShape, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKeyShape, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """The qualified name, `schema.table`."""
        return table_name(self.schema, self.table)

    def column(self, name: str) -> ColumnShape | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def requires(self, columns: Iterable[str]) -> bool:
        """Whether none of `columns` can be NULL. A column the table does not have counts as nullable."""
        found = [self.column(name) for name in columns]
        return all(column is not None and not column.nullable for column in found)


def to_json(shapes: Sequence[TableShape]) -> list[dict[str, Any]]:
    """The shapes as JSON values (dicts, lists, texts)."""
    return [
        {
            "schema": shape.schema,
            "table": shape.table,
            "columns": [[column.name, column.type, column.nullable] for column in shape.columns],
            "primary_key": list(shape.primary_key),
            "foreign_keys": [
                {
                    "columns": list(key.columns),
                    "target": key.target,
                    "target_columns": list(key.target_columns),
                    "name": key.name,
                    "ondelete": key.ondelete,
                    "deferrable": key.deferrable,
                }
                for key in shape.foreign_keys
            ],
            "uniques": [list(unique) for unique in shape.uniques],
        }
        for shape in shapes
    ]


def from_json(values: Iterable[Mapping[str, Any]]) -> tuple[TableShape, ...]:
    """The shapes that `to_json` wrote. KeyError or TypeError for anything else."""
    return tuple(
        TableShape(
            schema=value["schema"],
            table=value["table"],
            columns=tuple(ColumnShape(*column) for column in value["columns"]),
            primary_key=tuple(value["primary_key"]),
            foreign_keys=tuple(_foreign_key(key) for key in value["foreign_keys"]),
            uniques=tuple(tuple(unique) for unique in value["uniques"]),
        )
        for value in values
    )


def _foreign_key(value: Mapping[str, Any]) -> ForeignKeyShape:
    return ForeignKeyShape(
        columns=tuple(value["columns"]),
        target=value["target"],
        target_columns=tuple(value["target_columns"]),
        name=value["name"],
        ondelete=value["ondelete"],
        deferrable=value["deferrable"],
    )
