"""What the models declare, as far as advice asks: the third input of the rules, neutral values of names."""

from __future__ import annotations

from dataclasses import dataclass

ColumnName = tuple[str, str, str]
"""Schema, table, column."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The columns of the models that promise something."""

    not_null: frozenset[ColumnName] = frozenset()
    set_on_update: frozenset[ColumnName] = frozenset()
    """Columns that the models set whenever a row changes."""
