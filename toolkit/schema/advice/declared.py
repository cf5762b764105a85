"""What the models declare, as far as advice asks: the third input of the rules, neutral values of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Table

ColumnName = tuple[str, str, str]
"""Schema, table, column."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The columns of the models that promise something."""

    not_null: frozenset[ColumnName] = frozenset()
    set_on_update: frozenset[ColumnName] = frozenset()
    """Columns that the models set whenever a row changes."""

    @classmethod
    def of(cls, tables: Iterable[Table]) -> Declared:
        """What these tables of the models promise."""
        columns = [
            ((table.schema or "public", table.name, column.name), column)
            for table in tables
            for column in table.columns
        ]
        return cls(
            frozenset(name for name, column in columns if not column.nullable),
            frozenset(name for name, column in columns if column.onupdate or column.server_onupdate),
        )
