"""Which objects change in place, which are made anew, and what has to go and come back with those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from toolkit.schema.ddl.alter.attributes import COMMON, common_changes
from toolkit.schema.ddl.alter.databases import database_changes, default_privileges_changes
from toolkit.schema.ddl.alter.in_place import in_place
from toolkit.schema.ddl.alter.leaving_out import left_out, no_order_of_columns, some_triggers
from toolkit.schema.ddl.alter.replacing import is_replaced
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.standing import Standing, is_retyped
from toolkit.schema.ddl.alter.step import LeftOut
from toolkit.schema.ddl.alter.types import added_labels, awaited_labels
from toolkit.schema.ddl.unit import Node
from toolkit.schema.diff import ObjectChange
from toolkit.schema.objects import (
    RELATION_KINDS,
    Column,
    Database,
    DefaultPrivileges,
    Domain,
    Enum,
    Index,
    Key,
    Kind,
    Role,
    SchemaObject,
    Sequence,
    UserMapping,
    compared_fields,
)

_KEPT: Final = frozenset(
    {
        Kind.DATABASE,
        Kind.ROLE,
        Kind.SCHEMA,
        Kind.EXTENSION,
        Kind.TABLE,
        Kind.COLUMN,
        Kind.SEQUENCE,
        Kind.FOREIGN_DATA_WRAPPER,
        Kind.SERVER,
        Kind.SUBSCRIPTION,
    }
)
"""What is never made anew: too much goes with it. Columns are only where no statement changes them."""

_GRANTED_AS: Final = {
    Kind.TABLE: "tables",
    Kind.FOREIGN_TABLE: "tables",
    Kind.VIEW: "tables",
    Kind.MATERIALIZED_VIEW: "tables",
    Kind.SEQUENCE: "sequences",
    Kind.FUNCTION: "functions",
    Kind.PROCEDURE: "functions",
    Kind.AGGREGATE: "functions",
    Kind.ENUM: "types",
    Kind.DOMAIN: "types",
    Kind.COMPOSITE: "types",
    Kind.RANGE: "types",
    Kind.SCHEMA: "schemas",
}
"""The word of default privileges for what is made."""

HELD: Final = frozenset({Kind.ENUM, Kind.DOMAIN, Kind.COMPOSITE, Kind.RANGE, Kind.COLLATION})
"""What can be made anew as long as no column of a table holds it."""

_HANDED_DOWN: Final = frozenset({"local", "parent", "column_order"})
"""Attributes that follow from other objects, or that no statement sets."""


@dataclass(slots=True)
class Remaking:
    """How each changed object gets to its new form."""

    in_place: dict[Key, list[str]] = field(default_factory=dict)
    keys: set[Key] = field(default_factory=set)
    """What is made anew."""
    parts: set[Node] = field(default_factory=set)
    """Defaults and checks of domains that have to be dropped for a while."""
    emptied: set[Key] = field(default_factory=set)
    """Generated columns whose expression has to be another one for a while."""
    why: dict[Key, str] = field(default_factory=dict)
    """Of what did not change itself: what it stands on."""
    commits: set[Key] = field(default_factory=set)
    """Enums with a new label that something else uses."""
    stuck: set[Key] = field(default_factory=set)
    """What is gone afterwards and cannot be dropped."""
    left_out: list[LeftOut] = field(default_factory=list)

    @classmethod
    def of(cls, sides: Sides) -> Remaking:
        """Decide for every change."""
        found = cls()
        standing = Standing(sides)
        for change in sides.diff.changes:
            if change.change == "changed":
                found._decide(change, sides, standing)
            found.left_out += left_out(change, sides)
            found._follow(change, sides)
        found._hold_on_to_partition_keys(sides, standing)
        found._spread(sides, standing)
        found._set_default_privileges_aside(sides)
        found._hold_on_to_types(sides, standing)
        found._change_what_is_left(sides)
        found.left_out += some_triggers(sides)
        for key in [key for key in found.in_place if found._comes_back(key, sides)]:
            del found.in_place[key]
        found.left_out += no_order_of_columns(sides, found.keys)
        return found

    def _decide(self, change: ObjectChange, sides: Sides, standing: Standing) -> None:
        before, after = sides.before[change.key], sides.after[change.key]
        if isinstance(after, Index) and not (after.valid and after.ready):
            return
        changed = frozenset(part.attribute for part in change.attributes) - COMMON - _HANDED_DOWN
        if is_replaced(before, after) and (holder := standing.unmovable(change.key)):
            self.left_out.append(LeftOut(change, f"{holder} cannot be moved to a type in its place"))
            labels = added_labels(before, after) if isinstance(before, Enum) else ()
            self.in_place[change.key] = [*labels, *common_changes(before, after)]
            return
        if reason := standing.why_type_stays(before, after):
            self.left_out.append(LeftOut(change, reason))
            return
        statements = _statements(before, after, changed, sides)
        if statements is not None:
            self.in_place[change.key] = statements
            if awaited_labels(before, after, sides):
                self.commits.add(change.key)
        elif reason := self._why_not_anew(change.key, before, after, standing):
            self.left_out.append(LeftOut(change, reason))
            self.in_place[change.key] = [*common_changes(before, after)]
        else:
            self.keys.add(change.key)

    def _follow(self, change: ObjectChange, sides: Sides) -> None:
        """Comments, owners and grants of what only follows: the server hands none of them on."""
        for key in change.followers:
            before, after = sides.before.get(key), sides.after.get(key)
            if before is None or after is None or isinstance(after, Column | Sequence):
                continue
            if statements := [*common_changes(before, after)]:
                self.in_place[key] = statements

    def _hold_on_to_partition_keys(self, sides: Sides, standing: Standing) -> None:
        for key in sorted(sides.removed):
            column = sides.before[key]
            if not isinstance(column, Column) or sides.new.table(column.relation) is None:
                continue
            if standing.is_in_partition_key(column):
                self.stuck.add(key)
                change = ObjectChange(key, "removed")
                self.left_out.append(LeftOut(change, "its table is partitioned by it"))

    def _hold_on_to_types(self, sides: Sides, standing: Standing) -> None:
        """What is left as it is keeps the types that it is made of."""
        todo = [one.key for one in self.left_out if one.key in sides.before] + [*self.stuck]
        while todo:
            key = todo.pop()
            for found in standing.types_of(key) & sides.removed - self.stuck:
                self.stuck.add(found)
                self.left_out.append(LeftOut(ObjectChange(found, "removed"), f"{key} stands on it and stays"))
                todo.append(found)

    def _why_not_anew(
        self, key: Key, before: SchemaObject, after: SchemaObject, standing: Standing
    ) -> str | None:
        if isinstance(before, Column) and isinstance(after, Column):
            return standing.why_column_stays(before, after)
        if key.kind in HELD:
            holder = standing.holder(key)
            return f"no statement changes it, and {holder} holds it" if holder else None
        if isinstance(before, Sequence) and isinstance(after, Sequence):
            return None
        if key.kind in _KEPT or key.kind is Kind.FOREIGN_TABLE:
            return "no statement changes it, and making it anew would lose what is in it or stands on it"
        return None

    def _spread(self, sides: Sides, standing: Standing) -> None:
        """What stands on something made anew, retyped or removed goes and comes back with it."""
        todo = [*self.keys]
        for key in [key for key in self.in_place if is_retyped(key, sides)]:
            self._take(standing.readers(key), key, sides, standing, todo)
        for key in sides.removed:
            users = (node for node in standing.users(key) if node.key in self.in_place or node.part)
            self._take(users, key, sides, standing, todo)
        while todo:
            key = todo.pop()
            self._take(standing.users(key), key, sides, standing, todo)

    def _set_default_privileges_aside(self, sides: Sides) -> None:
        """What is made must not get grants that hold before and are not wanted on it."""
        made = {_GRANTED_AS.get(key.kind) for key in sides.added | self.keys}
        for key, thing in sides.before.items():
            if isinstance(thing, DefaultPrivileges) and key in sides.after and thing.object_type in made:
                self.keys.add(key)
                self.why.setdefault(key, "set aside while objects are made that it would give grants on")

    def _change_what_is_left(self, sides: Sides) -> None:
        """Of what changes in place, a part may be gone already."""
        for key in {node.key for node in self.parts} & self.in_place.keys():
            before, after = sides.before[key], sides.after[key]
            for node in self.parts:
                if node.key == key:
                    before = _without(before, node.part)
            changed = frozenset(compared_fields(type(after))) - COMMON - _HANDED_DOWN
            self.in_place[key] = _statements(before, after, changed, sides) or []

    def _take(
        self, nodes: Iterable[Node], source: Key, sides: Sides, standing: Standing, todo: list[Key]
    ) -> None:
        for node in nodes:
            if node.part.startswith("check ") and node.key.kind is Kind.DOMAIN:
                self.parts.add(node)
                continue
            if node.key not in sides.after or node.key in self.keys:
                continue
            thing = sides.before[node.key]
            if isinstance(thing, Column) and thing.generated is not None and not node.part:
                if sides.old.major >= standing.SET_EXPRESSION_SINCE:
                    self.emptied.add(node.key)
                    continue
            elif node.part == "default" and node.key.kind in (Kind.COLUMN, Kind.DOMAIN):
                self.parts.add(node)
                continue
            elif node.key.kind in _KEPT or (node.key.kind in HELD and standing.holder(node.key)):
                continue
            self.keys.add(node.key)
            self.why.setdefault(node.key, f"made anew because it stands on {source}")
            todo.append(node.key)

    def _comes_back(self, key: Key, sides: Sides) -> bool:
        """Whether it is made anew, or is part of what is."""
        relation = tuple(key.path[:2])
        of_relation = key.kind is Kind.COLUMN and any(
            Key(kind, relation) in self.keys for kind in RELATION_KINDS
        )
        thing = sides.before[key]
        of_column = isinstance(thing, Sequence) and thing.identity and Key(Kind.COLUMN, thing.owned_by or ())
        return key in self.keys or of_relation or of_column in self.keys


def _without(thing: SchemaObject, part: str) -> SchemaObject:
    if isinstance(thing, Column) or (isinstance(thing, Domain) and part == "default"):
        return replace(thing, default=None)
    if isinstance(thing, Domain):
        return replace(thing, checks=tuple(one for one in thing.checks if f"check {one.name}" != part))
    return thing


def _statements(
    before: SchemaObject, after: SchemaObject, changed: frozenset[str], sides: Sides
) -> list[str] | None:
    """What changes an object in place; None where it would have to be made anew."""
    if isinstance(before, Database) and isinstance(after, Database):
        return [*database_changes(before, after)]
    if isinstance(before, DefaultPrivileges) and isinstance(after, DefaultPrivileges):
        return [*default_privileges_changes(before, after, sides.old.major)]
    if isinstance(before, Role):
        return []
    if isinstance(before, UserMapping):
        return None
    own = in_place(before, after, changed, sides.old, sides.new)
    if own is None or is_replaced(before, after):
        return None if own is None else [*own]
    return [*own, *common_changes(before, after)]
