"""What stands on what, on the side before: who has to go when an object goes or gets another type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from toolkit.schema.ddl.alter.replacing import is_replaced
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.unit import Node
from toolkit.schema.objects import (
    Column,
    CompositeType,
    Constraint,
    Key,
    Kind,
    Qualified,
    SchemaObject,
    Table,
)
from toolkit.sql.quoting import quote_identifier

_READERS: Final = frozenset(
    {
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.RULE,
        Kind.POLICY,
        Kind.TRIGGER,
        Kind.PUBLICATION,
        Kind.STATISTICS,
        Kind.FUNCTION,
        Kind.PROCEDURE,
    }
)
"""What keeps the type of a column from being changed; indexes and constraints the server makes again."""

_USERS: Final = _READERS | {Kind.INDEX, Kind.CONSTRAINT}
"""What goes with a column that is dropped."""

_TYPES: Final = frozenset({Kind.DOMAIN, Kind.COMPOSITE, Kind.RANGE})


class Standing:
    """Looks up dependents among the units of the side before."""

    SET_EXPRESSION_SINCE: Final = 17

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._dependents: dict[Key, set[Node]] = {}
        for node, made in sides.old_units.items():
            for need in made.needs | made.likely:
                self._dependents.setdefault(need.key, set()).add(node)

    def users(self, key: Key) -> Iterator[Node]:
        """What cannot stay when the object goes."""
        if key.kind is not Kind.COLUMN:
            yield from self._dependents.get(key, ())
            if key.kind is Kind.SEQUENCE:
                yield from self._fed_by(key)
            yield from self._generated_with(key)
            return
        column = self._sides.before[key]
        if isinstance(column, Column):
            yield from self._on(column, _USERS)
            yield from self._generated_from(column)

    def readers(self, key: Key) -> Iterator[Node]:
        """What keeps a column from another type, or any column of a type that is replaced."""
        thing = self._sides.before[key]
        if isinstance(thing, Column):
            yield from self._on(thing, _READERS)
            yield from self._generated_from(thing)
            return
        yield from self._dependents.get(key, ())
        yield from self._generated_with(key)
        for column in self.columns_of(key):
            yield from self._on(column, _READERS)
            yield from self._generated_from(column)
            yield from self._foreign_keys(column)

    def columns_of(self, key: Key) -> Iterator[Column]:
        """Every column of a type."""
        for column in self._sides.old.snapshot.of(Column):
            if key in self._sides.old.references.of(column.type):
                yield column

    def holder(self, key: Key) -> str | None:
        """A column of a table that holds values of a type or collation, whatever lies between."""
        for column in self._sides.old.snapshot.of(Column):
            if self._sides.old.table(column.relation) is not None and self._speaks_of(
                key, column.type, column.collation
            ):
                return str(column.key)
        for node in self._dependents.get(key, ()):
            if node.key.kind in _TYPES and (found := self.holder(node.key)) is not None:
                return found
            if isinstance(table := self._sides.before.get(node.key), Table) and self._speaks_of(
                key, table.partition_key, table.of_type
            ):
                return str(table.key)
        return None

    def unmovable(self, key: Key) -> str | None:
        """What holds a type and cannot be moved to the one that takes its place."""
        for node in self._dependents.get(key, ()):
            if node.key.kind in _TYPES:
                return str(node.key)
        names = {str(Qualified(*key.path)), f"{Qualified(*key.path)}[]"}
        for column in self.columns_of(key):
            table = self._sides.old.table(column.relation)
            if table is None:
                continue
            if column.type not in names or column.generated or self.is_in_partition_key(column):
                return str(column.key)
        return None

    def types_of(self, key: Key) -> set[Key]:
        """What a column or a type is made of."""
        thing = self._sides.before[key]
        if isinstance(thing, Column):
            return self._sides.old.references.of(thing.type, thing.collation)
        made = self._sides.old_units.get(Node(key))
        is_type = made is not None and key.kind in (*_TYPES, Kind.ENUM)
        return {need.key for need in made.likely} if made and is_type else set()

    def _fed_by(self, key: Key) -> Iterator[Node]:
        for column in self._sides.old.snapshot.of(Column):
            if column.default is not None and self._speaks_of(key, column.default):
                yield Node(column.key, "default")

    def why_type_stays(self, before: SchemaObject, after: SchemaObject) -> str | None:
        """Why a column or a composite type keeps the types it has; None where it need not."""
        if isinstance(before, Column) and isinstance(after, Column) and _type_of(before) != _type_of(after):
            return "its table is partitioned by it" if self.is_in_partition_key(before) else None
        if isinstance(before, CompositeType) and isinstance(after, CompositeType):
            old = {one.name: (one.type, one.collation) for one in before.attributes}
            retyped = any(
                old.get(one.name, (one.type, one.collation)) != (one.type, one.collation)
                for one in after.attributes
            )
            holder = self.holder(before.key) if retyped else None
            return f"{holder} holds it, which keeps its attributes from other types" if holder else None
        return None

    def why_column_stays(self, before: Column, after: Column) -> str | None:
        """Why a column is not dropped and added again; None where that can be done."""
        if not before.local or before.parent is not None:
            return "no statement changes it, and it comes from a parent table"
        if self.is_in_partition_key(before):
            return "no statement changes it, and the table is partitioned by it"
        if before.generated is None and after.generated is None:
            return "no statement changes it"
        return None

    def _on(self, column: Column, kinds: Iterable[Kind]) -> Iterator[Node]:
        name = quote_identifier(column.name)
        for relation in self._heirs(column.relation):
            for node in self._dependents.get(self._sides.old.relation_key(relation), ()):
                if node.key.kind in kinds and _names(self._sides, node, name):
                    yield node

    def _heirs(self, relation: Qualified) -> Iterator[Qualified]:
        yield relation
        for child in self._sides.old.children(relation):
            yield from self._heirs(child)

    def _generated_from(self, column: Column) -> Iterator[Node]:
        """Generated columns of the same table that are computed from it."""
        name = quote_identifier(column.name)
        for other in self._sides.old.snapshot.parts(column.relation).columns:
            if other.generated is not None and other.name != column.name and name in other.generated:
                yield Node(other.key)

    def _generated_with(self, key: Key) -> Iterator[Node]:
        """Generated columns whose expression speaks of a type or a function."""
        for node in self._dependents.get(key, ()):
            if isinstance(self._sides.before.get(node.key), Table):
                for column in self._sides.old.snapshot.parts(Qualified(*node.key.path)).columns:
                    if column.generated is not None and self._speaks_of(key, column.generated):
                        yield Node(column.key)

    def _foreign_keys(self, column: Column) -> Iterator[Node]:
        for constraint in self._sides.old.snapshot.of(Constraint):
            here = constraint.relation == column.relation and column.name in constraint.columns
            there = constraint.references == column.relation and column.name in constraint.referenced_columns
            if constraint.type == "foreign key" and (here or there) and constraint.parent is None:
                yield Node(constraint.key, "foreign key")

    def is_in_partition_key(self, column: Column) -> bool:
        """Whether the table, or one above it, is partitioned by the column."""
        if column.parent is not None:
            above = self._sides.old.column(column.parent, column.name)
            if above is not None and self.is_in_partition_key(above):
                return True
        table = self._sides.old.table(column.relation)
        key = table.partition_key if isinstance(table, Table) else None
        return key is not None and quote_identifier(column.name) in key

    def _speaks_of(self, key: Key, *texts: str | None) -> bool:
        return key in self._sides.old.references.of(*texts)


def _names(sides: Sides, node: Node, name: str) -> bool:
    thing = sides.before.get(node.key)
    texts = sides.old_units[node].statements
    return any(name in text for text in texts) or (isinstance(thing, Constraint) and not texts)


def is_retyped(key: Key, sides: Sides) -> bool:
    """Whether a column gets another type or collation, or a type is replaced by another one."""
    before, after = sides.before[key], sides.after[key]
    if isinstance(before, Column) and isinstance(after, Column):
        return _type_of(before) != _type_of(after)
    return is_replaced(before, after)


def _type_of(column: Column) -> tuple[str | None, ...]:
    return column.type, column.collation
