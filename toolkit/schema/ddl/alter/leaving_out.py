"""What no statement of ours closes, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.step import LeftOut
from toolkit.schema.diff import AttributeChange, ObjectChange
from toolkit.schema.objects import Index, Key, Kind, Qualified, Subscription, Table


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


def _of_table(change: ObjectChange, before: Table, after: Table, sides: Sides) -> Iterator[LeftOut]:
    if before.inherits == after.inherits:
        return
    old = {column.name: column.local for column in sides.old.snapshot.parts(before.qualified).columns}
    new = sides.new.snapshot.parts(after.qualified).columns
    if any(old.get(column.name) and not column.local for column in new):
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
