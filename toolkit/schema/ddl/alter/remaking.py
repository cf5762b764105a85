"""Which objects change in place, which are made anew, and what has to go and come back with those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from toolkit.schema.ddl.alter.attributes import COMMON, common_changes
from toolkit.schema.ddl.alter.databases import database_changes, default_privileges_changes
from toolkit.schema.ddl.alter.in_place import in_place
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.types import is_replaced
from toolkit.schema.ddl.unit import Node
from toolkit.schema.diff import ObjectChange
from toolkit.schema.objects import (
    RELATION_KINDS,
    Column,
    Database,
    DefaultPrivileges,
    Enum,
    Index,
    Key,
    Kind,
    Role,
    SchemaObject,
    Table,
    UserMapping,
)
from toolkit.sql.quoting import quote_identifier

_KEPT: Final = frozenset(
    {
        Kind.DATABASE,
        Kind.ROLE,
        Kind.SCHEMA,
        Kind.EXTENSION,
        Kind.ENUM,
        Kind.DOMAIN,
        Kind.COMPOSITE,
        Kind.TABLE,
        Kind.FOREIGN_TABLE,
        Kind.COLUMN,
        Kind.SEQUENCE,
        Kind.FOREIGN_DATA_WRAPPER,
        Kind.SERVER,
        Kind.SUBSCRIPTION,
    }
)
"""What is never made anew: too much goes with it."""

_HANDED_DOWN: Final = frozenset({"local", "parent", "column_order"})
"""Attributes that follow from other objects, or that no statement sets."""


@dataclass(slots=True)
class Remaking:
    """How each changed object gets to its new form."""

    in_place: dict[Key, list[str]] = field(default_factory=dict)
    keys: set[Key] = field(default_factory=set)
    """What is made anew."""
    defaults: set[Node] = field(default_factory=set)
    """Defaults that have to be dropped for a while."""
    left_out: list[ObjectChange] = field(default_factory=list)

    @classmethod
    def of(cls, sides: Sides) -> Remaking:
        """Decide for every change."""
        found = cls()
        for change in sides.diff.changes:
            if change.change == "changed":
                found._decide(change, sides)
        found._spread(sides)
        for key in [key for key in found.in_place if found._comes_back(key)]:
            del found.in_place[key]
        return found

    def _decide(self, change: ObjectChange, sides: Sides) -> None:
        before, after = sides.before[change.key], sides.after[change.key]
        changed = frozenset(part.attribute for part in change.attributes) - COMMON
        statements = None
        if isinstance(after, Index) and not (after.valid and after.ready):
            self.left_out.append(change)
            return
        if isinstance(before, Database) and isinstance(after, Database):
            statements = [*database_changes(before, after)]
        elif isinstance(before, DefaultPrivileges) and isinstance(after, DefaultPrivileges):
            statements = [*default_privileges_changes(before, after, sides.old.major)]
        elif not isinstance(before, Role | UserMapping):
            own = in_place(before, after, changed - _HANDED_DOWN, sides.old, sides.new)
            statements = None if own is None else [*own, *common_changes(before, after)]
        if statements is not None:
            self.in_place[change.key] = statements
        elif change.key.kind not in _KEPT:
            self.keys.add(change.key)
        lost = statements is None and change.key.kind in _KEPT
        if lost or "column_order" in changed or _cannot_be_said(before, after, sides):
            self.left_out.append(change)

    def _spread(self, sides: Sides) -> None:
        """What stands on something made anew, retyped or removed goes and comes back with it."""
        dependents: dict[Key, set[Node]] = {}
        for node, made in sides.old_units.items():
            for need in made.needs | made.likely:
                dependents.setdefault(need.key, set()).add(node)
        todo = [*self.keys]
        retyped = [key for key in self.in_place if _is_retyped(key, sides)]
        for key in retyped:
            for node in readers(key, dependents, sides):
                self._take(node, sides, todo)
        for key in sides.removed:
            for node in (*dependents.get(key, ()), *_of_column(key, dependents)):
                if node.key in self.in_place:
                    self._take(node, sides, todo)
        while todo:
            for node in dependents.get(todo.pop(), ()):
                self._take(node, sides, todo)

    def _take(self, node: Node, sides: Sides, todo: list[Key]) -> None:
        if node.part == "default" and node.key.kind is Kind.COLUMN:
            self.defaults.add(node)
        elif node.key.kind not in _KEPT and node.key not in self.keys and node.key in sides.after:
            self.keys.add(node.key)
            todo.append(node.key)

    def _comes_back(self, key: Key) -> bool:
        """Whether it is made anew, or is part of what is."""
        relation = tuple(key.path[:2])
        of_relation = key.kind is Kind.COLUMN and any(
            Key(kind, relation) in self.keys for kind in RELATION_KINDS
        )
        return key in self.keys or of_relation


def _cannot_be_said(before: SchemaObject, after: SchemaObject, sides: Sides) -> bool:
    """Whether a table starts to inherit columns that it had declared itself: they stay its own."""
    if not (isinstance(before, Table) and isinstance(after, Table)) or before.inherits == after.inherits:
        return False
    old = {column.name: column.local for column in sides.old.snapshot.parts(before.qualified).columns}
    new = sides.new.snapshot.parts(after.qualified).columns
    return any(old.get(column.name) and not column.local for column in new)


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
"""What keeps the type of a column from being changed."""


def _is_retyped(key: Key, sides: Sides) -> bool:
    before, after = sides.before[key], sides.after[key]
    if isinstance(before, Column) and isinstance(after, Column):
        old, new = (
            (before.type, before.collation, before.generated),
            (after.type, after.collation, after.generated),
        )
        return old != new
    return isinstance(before, Enum) and isinstance(after, Enum) and is_replaced(before, after)


def readers(key: Key, dependents: dict[Key, set[Node]], sides: Sides) -> Iterator[Node]:
    """What reads a column, or every column of a type and the type itself."""
    columns = [sides.before[key]]
    if key.kind is Kind.ENUM:
        yield from dependents.get(key, ())
        columns = [
            thing for thing in sides.old.snapshot.of(Column) if key in sides.old.references.of(thing.type)
        ]
    for column in columns:
        assert isinstance(column, Column)
        for node in dependents.get(sides.old.relation_key(column.relation), ()):
            texts = sides.old_units[node].statements
            if node.key.kind in _READERS and any(quote_identifier(column.name) in text for text in texts):
                yield node


def _of_column(key: Key, dependents: dict[Key, set[Node]]) -> Iterator[Node]:
    """What reads the relation of a removed column."""
    if key.kind is Kind.COLUMN:
        for kind in RELATION_KINDS:
            yield from dependents.get(Key(kind, tuple(key.path[:2])), ())
