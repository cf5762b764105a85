"""What no statement of ours closes, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.step import LeftOut
from toolkit.schema.diff import AttributeChange, ObjectChange
from toolkit.schema.objects import Constraint, Index, Key, Kind, Qualified, Subscription, Table, Trigger


def left_out(change: ObjectChange, sides: Sides) -> Iterator[LeftOut]:
    """Why a change, or a part of it, stays as it is."""
    before, after = sides.before.get(change.key), sides.after.get(change.key)
    if change.key.kind is Kind.ROLE:
        # One that the other side only does not refer to is there all the same.
        if sides.old.snapshot.objects.get(change.key) == sides.new.snapshot.objects.get(change.key):
            return
        yield LeftOut(change, "roles belong to the cluster, not to the database")
    elif isinstance(after, Index) and not (after.valid and after.ready):
        yield LeftOut(change, "only a concurrent build that failed leaves an invalid index")
    elif isinstance(before, Table) and isinstance(after, Table):
        yield from _of_table(change, before, after, sides)
    elif isinstance(after, Subscription) and after.enabled and change.change == "added":
        yield LeftOut(change, "its connection is a secret, not part of a snapshot: it is made switched off")


def some_triggers(sides: Sides) -> Iterator[LeftOut]:
    """Tables some of whose foreign-key triggers are off: they have no names, only all can be switched."""
    internal = [found for found in sides.new.snapshot.of(Trigger) if found.internal]
    for relation in sorted({found.relation for found in internal if found.key not in sides.before}):
        if _are_some_off(relation, sides):
            keys = tuple(found.key for found in internal if found.relation == relation)
            change = ObjectChange(sides.new.relation_key(relation), "changed", followers=keys)
            yield LeftOut(change, "the triggers of foreign keys can be switched off only all at once")


def _are_some_off(relation: Qualified, sides: Sides) -> bool:
    """Whether a table has triggers of its own that fire beside internal ones that do not."""
    parts, constraints = sides.new.snapshot.parts(relation), sides.new.snapshot.of(Constraint)
    there = sum(2 * (found.type == "foreign key") for found in parts.constraints)
    there += sum(2 for found in constraints if found.references == relation)
    there += sum(1 for found in parts.constraints if found.deferrable and found.type != "foreign key")
    return sum(1 for found in parts.triggers if found.internal) < there


def _of_table(change: ObjectChange, before: Table, after: Table, sides: Sides) -> Iterator[LeftOut]:
    word, _, index = after.replica_identity.partition(" ")
    lost = word == "index" and Key(Kind.INDEX, (after.schema, index)) not in sides.after
    if lost and before.replica_identity != after.replica_identity:
        yield LeftOut(change, "its replica identity is an index that is gone")
    if before.inherits == after.inherits:
        return
    old = {column.name: column.local for column in sides.old.snapshot.parts(before.qualified).columns}
    new = sides.new.snapshot.parts(after.qualified).columns
    parents = set(after.inherits) - set(before.inherits)
    if any(old.get(column.name, True) and not column.local and column.parent in parents for column in new):
        yield LeftOut(
            change, "columns that a table declared itself stay its own when it starts to inherit them"
        )
    kept = [parent for parent in before.inherits if parent in after.inherits]
    if list(after.inherits[: len(kept)]) != kept:
        yield LeftOut(change, "a parent comes last when a table starts to inherit from it")


def no_order_of_columns(sides: Sides, remade: Collection[Key]) -> Iterator[LeftOut]:
    """Tables whose columns will stand in another order: new columns come last, and none can be moved."""
    for key in sides.after.keys() & sides.before.keys():
        if key.kind not in (Kind.TABLE, Kind.FOREIGN_TABLE) or key in remade:
            continue
        name = Qualified(key.path[0], key.path[1])
        wanted = [column.name for column in sides.new.snapshot.parts(name).columns]
        staying = [
            column.name
            for column in sides.old.snapshot.parts(name).columns
            if column.key in sides.after and column.key not in remade
        ]
        result = [*staying, *(column for column in wanted if column not in staying)]
        if result != wanted:
            order = AttributeChange("column_order", tuple(result), tuple(wanted))
            yield LeftOut(
                ObjectChange(key, "changed", (order,)), "columns cannot be moved: new ones come last"
            )
