"""What nobody changed but has to be said again, because it went with something else."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.alter.columns import own_default
from toolkit.schema.ddl.alter.others import STATES
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Column, Index, Key, Kind, Qualified, Table, Trigger
from toolkit.sql.quoting import quote_identifier


def set_again(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """Defaults, replica identities and states of triggers."""
    yield from _defaults(sides, remaking)
    yield from _replica_identities(sides, remaking)
    yield from _switched_off(sides)


def _defaults(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    for node in remaking.defaults:
        if node in sides.new_units and node.key not in remaking.in_place:
            yield sides.new_units[node]
    for key, after in sides.after.items():
        before = sides.before.get(key)
        if not (isinstance(after, Column) and isinstance(before, Column)) or key in remaking.in_place:
            continue
        if sides.new.table(after.relation) is not None and (statements := list(own_default(before, after))):
            parent = [] if after.parent is None else [Node(Key(Kind.COLUMN, (*after.parent, after.name)))]
            likely = sides.new.references.of(after.default)
            yield unit(Node(key), statements, needs=parent, likely=likely)


def _replica_identities(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    for key, thing in sides.after.items():
        if not isinstance(thing, Table) or not thing.replica_identity.startswith("index "):
            continue
        was = sides.before.get(key)
        changed = isinstance(was, Table) and was.replica_identity != thing.replica_identity
        index = Key(Kind.INDEX, (thing.schema, thing.replica_identity.removeprefix("index ")))
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
