"""`World`: what exists, as a value; it answers classification's questions to a catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.migrate.lint.world.things import Constraint, Index, Name, Table, View
from toolkit.sql.classify import ConstraintKind, RelationName, Volatility


def name_of(relation: RelationName) -> Name:
    """The name under which a world keeps a relation: `public` needs no writing."""
    return ("" if relation.schema in (None, "public") else str(relation.schema), relation.name)


@dataclass(frozen=True, slots=True)
class World:
    """What exists, after some statements. Changing it makes another one."""

    tables: Mapping[Name, Table] = field(default_factory=dict)
    indexes: Mapping[Name, Index] = field(default_factory=dict)
    views: Mapping[Name, View] = field(default_factory=dict)
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    enums_made_in: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, bool] = field(default_factory=dict)
    """Whether each has a constraint."""
    functions: Mapping[str, Volatility] = field(default_factory=dict)
    policies: frozenset[tuple[Name, str]] = frozenset()
    published: frozenset[Name] = frozenset()
    """Tables of publications; the empty name stands for all tables."""
    utc: bool | None = None

    def table(self, relation: RelationName) -> Table | None:
        """The table of that name, if it was seen being made."""
        return self.tables.get(name_of(relation))

    def indexes_of(self, table: Name) -> Iterator[Index]:
        """The indexes on a table."""
        return (index for index in self.indexes.values() if index.table == table)

    def referring_to(self, table: Name) -> Iterator[tuple[Table, Constraint]]:
        """The foreign keys that point to a table."""
        for other in self.tables.values():
            for constraint in other.constraints.values():
                if constraint.refers_to == table:
                    yield other, constraint

    def partitions_of(self, table: Name) -> Iterator[Table]:
        """The partitions of a table."""
        return (one for one in self.tables.values() if one.partition_of == table)

    def views_on(self, table: Name) -> Iterator[View]:
        """The views that read a table."""
        return (view for view in self.views.values() if table in view.reads)

    def column_type(self, relation: RelationName, column: str) -> str | None:
        """See `toolkit.sql.classify.Knowledge`."""
        table = self.table(relation)
        found = table.columns.get(column) if table else None
        return found.type if found else None

    def is_proven_not_null(self, relation: RelationName, column: str) -> bool | None:
        """See `Knowledge`."""
        table = self.table(relation)
        if table is None or column not in table.columns:
            return None
        if table.columns[column].not_null:
            return True
        return any(one.proves_not_null == column and one.valid for one in table.constraints.values())

    def constraint_kind(self, relation: RelationName, constraint: str) -> ConstraintKind | None:
        """See `Knowledge`."""
        table = self.table(relation)
        found = table.constraints.get(constraint) if table else None
        return found.kind if found else None

    def volatility(self, function: str) -> Volatility | None:
        """See `Knowledge`."""
        return self.functions.get(function)

    def is_constrained_domain(self, type_name: str) -> bool | None:
        """See `Knowledge`."""
        plain = type_name.rpartition(".")[2].strip('"')
        if plain in self.enums:
            return False
        return self.domains.get(plain)

    def is_utc(self) -> bool | None:
        """See `Knowledge`."""
        return self.utc
