"""What nobody changed but has to be said again, because it went with something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.schema.ddl.alter.attributes import common_changes
from toolkit.schema.ddl.alter.columns import added_later, own_settings
from toolkit.schema.ddl.alter.others import STATES
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.standing import is_retyped
from toolkit.schema.ddl.texts import in_parentheses
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Column, Index, Key, Kind, Qualified, Table, Trigger
from toolkit.sql.quoting import quote_identifier


def set_again(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """Defaults, replica identities and states of triggers."""
    yield from _defaults(sides, remaking)
    yield from _expressions(sides, remaking)
    yield from _replica_identities(sides, remaking)
    yield from _switched_off(sides)


def _defaults(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    for node in remaking.parts:
        if node in sides.new_units and node.key not in remaking.in_place:
            yield sides.new_units[node]
    for key, after in sides.after.items():
        before = sides.before.get(key)
        if not (isinstance(after, Column) and isinstance(before, Column)) or key in remaking.in_place:
            continue
        if _parent_is_retyped(before, sides, remaking):
            # The server takes the children's defaults away with the parent's.
            before = replace(before, default=None)
        if sides.new.table(after.relation) is not None and (
            statements := [*own_settings(before, after), *common_changes(before, after)]
        ):
            parent = [] if after.parent is None else [Node(Key(Kind.COLUMN, (*after.parent, after.name)))]
            likely = sides.new.references.of(after.default)
            yield unit(Node(key), statements, needs=parent, likely=likely)


def _parent_is_retyped(column: Column, sides: Sides, remaking: Remaking) -> bool:
    if column.parent is None:
        return False
    key = Key(Kind.COLUMN, (*column.parent, column.name))
    parent, after = sides.before.get(key), sides.after.get(key)
    if not isinstance(parent, Column) or not isinstance(after, Column):
        return False
    if key in remaking.in_place and parent.default is not None:
        return (parent.type, parent.collation) != (after.type, after.collation)
    return _parent_is_retyped(parent, sides, remaking)


def _expressions(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """Generated columns that had let go of what they are computed from."""
    for key in remaking.emptied - remaking.keys:
        column = sides.after.get(key)
        if not isinstance(column, Column) or column.parent is not None or column.generated is None:
            continue
        if key not in remaking.in_place or not is_retyped(key, sides):
            head = f"ALTER TABLE {column.relation} ALTER COLUMN {quote_identifier(column.name)}"
            texts = [f"{head} SET EXPRESSION AS {in_parentheses(column.generated)}"]
            texts += added_later(column) if column.not_null is not None else ()
            others = sides.new.snapshot.parts(column.relation).columns
            needs = [other.key for other in others if other.generated is None]
            likely = sides.new.references.of(column.generated)
            yield unit(Node(key, "expression"), texts, needs=[*needs, key], likely=likely)


def _replica_identities(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    for key, thing in sides.after.items():
        if not isinstance(thing, Table) or not thing.replica_identity.startswith("index "):
            continue
        was = sides.before.get(key)
        changed = isinstance(was, Table) and was.replica_identity != thing.replica_identity
        index = Key(Kind.INDEX, (thing.schema, thing.replica_identity.removeprefix("index ")))
        if index not in sides.after:
            continue
        if key in sides.before and (changed or _is_made_again(index, sides, remaking)):
            yield sides.new_units[Node(key, "replica identity")]


def _is_made_again(index: Key, sides: Sides, remaking: Remaking) -> bool:
    found = sides.after.get(index)
    return index in remaking.keys or (isinstance(found, Index) and found.derived_from in remaking.keys)


def _switched_off(sides: Sides) -> Iterator[Unit]:
    """The triggers of foreign keys have no names: all of a table change, and the others are set again."""
    for relation in sorted(_tables_of_internal(sides, sides.removed | sides.added)):
        if sides.new.table(relation) is None:
            continue
        triggers = sides.new.snapshot.parts(relation).triggers
        off = any(trigger.internal and trigger.enabled == "disabled" for trigger in triggers)
        head = f"ALTER TABLE ONLY {relation}"
        statements = [f"{head} {'DISABLE' if off else 'ENABLE'} TRIGGER ALL"]
        statements += [
            f"{head} {STATES[trigger.enabled]} TRIGGER {quote_identifier(trigger.name)}"
            for trigger in triggers
            if not trigger.internal
        ]
        yield unit(Node(sides.new.relation_key(relation), "state"), statements)


def _tables_of_internal(sides: Sides, keys: set[Key]) -> set[Qualified]:
    things = (sides.after.get(key) or sides.before.get(key) for key in keys)
    return {thing.relation for thing in things if isinstance(thing, Trigger) and thing.internal}
