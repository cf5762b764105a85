"""How a table comes to the columns it shares with its parents.

A partition is made as a table of its own and attached: it keeps its order of columns and its names. A child
of classic inheritance is made by `INHERITS`, which puts the parents' columns first; where its columns stand
otherwise and are all its own, it is made alone and told to inherit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.schema.ddl.source import Source
from toolkit.schema.objects import Column, ForeignTable, Qualified, Table


@dataclass(frozen=True, slots=True)
class Heritage:
    """Which columns a table declares and which it gets."""

    parents: tuple[Qualified, ...]
    by_clause: bool
    """Made by `INHERITS`; otherwise told afterwards."""
    declared: tuple[Column, ...]
    inherited: Mapping[str, Column]
    """By name, the parent's column that each undeclared column comes from."""
    own_not_nulls: tuple[Column, ...]
    """Undeclared columns whose not-null constraint is not the parent's."""

    @classmethod
    def of(cls, table: Table | ForeignTable, columns: list[Column], source: Source) -> Heritage:
        """The heritage of a table with these columns."""
        if table.partition_of is not None:
            # The parent's identity comes with attaching; a table that has one of its own is refused.
            alone = tuple(replace(column, identity=None) for column in columns)
            return cls((table.partition_of,), False, alone, {}, ())
        if not table.inherits:
            return cls((), False, tuple(columns), {}, ())
        from_parents: dict[str, Column] = {}
        for parent in table.inherits:
            for column in source.snapshot.parts(parent).columns:
                from_parents.setdefault(column.name, column)
        natural = [*from_parents, *(column.name for column in columns if column.name not in from_parents)]
        is_natural = natural == [column.name for column in columns]
        if not is_natural and all(column.local for column in columns):
            return cls(table.inherits, False, tuple(columns), {}, ())
        inherited = {
            column.name: from_parents[column.name]
            for column in columns
            if not column.local and column.name in from_parents
        }
        own = tuple(
            column
            for column in columns
            if column.name in inherited and _differs(column, inherited[column.name])
        )
        declared = tuple(column for column in columns if column.name not in inherited)
        return cls(table.inherits, True, declared, inherited, own)


def _differs(column: Column, inherited: Column) -> bool:
    mine, theirs = column.not_null, inherited.not_null
    if mine is None or mine.name is None or not mine.validated:
        return False
    return theirs is None or theirs.no_inherit or theirs.name != mine.name
