"""From one snapshot to another: what is dropped, what changes in place, what is made, in an order that runs.

Three rounds. First goes, dependents before what they stand on, everything that has to be made anew, and
everything removed that nothing could need meanwhile. Then what stays is changed and what is new is made, in
the order of the new database. Last go the types, functions, sequences and schemas that nothing uses any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from toolkit.schema.ddl.alter.column_order import behind_columns, column_needs
from toolkit.schema.ddl.alter.columns import added_later, is_filled, new_identity
from toolkit.schema.ddl.alter.dropping import drops
from toolkit.schema.ddl.alter.judging import Judge
from toolkit.schema.ddl.alter.owning import together
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.renaming import Renaming
from toolkit.schema.ddl.alter.setting_again import set_again
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.step import SEVERITY, Hazard, LeftOut, Step
from toolkit.schema.ddl.alter.tables import joined
from toolkit.schema.ddl.constraints import constraint_clause
from toolkit.schema.ddl.order import in_order
from toolkit.schema.ddl.selection import added_column
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import (
    RELATION_KINDS,
    Column,
    Constraint,
    ForeignTable,
    Key,
    Kind,
    Qualified,
    Table,
)
from toolkit.schema.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Alteration:
    """The steps from one snapshot to another."""

    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...] = ()
    """What the steps do not close. Empty: the database then has the snapshot that was wanted."""

    @property
    def hazard(self) -> Hazard:
        """The worst of all steps."""
        return max((step.hazard for step in self.steps), key=SEVERITY.__getitem__, default=Hazard.SAFE)


def alteration(before: Snapshot, after: Snapshot, *, renames: Iterable[tuple[Key, Key]] = ()) -> Alteration:
    """The steps that take a database with the snapshot `before` to one with `after`.

    `renames` are pairs of an object before and the same one after. Raises `NotARenameError` for a pair that
    cannot be one. Nothing here says CASCADE: what an object of another role or an extension holds on to is
    refused by the server, and nothing else is lost with it.
    """
    renaming = Renaming.of(before, after, renames)
    sides = Sides.of(renaming.snapshot, after)
    remaking = Remaking.of(sides)
    judge = Judge(sides, remaking)
    early, late = drops(sides, remaking)
    middle = in_order(behind_columns(_middle(sides, remaking)))
    steps = [*early, *((made.node.key, sql) for made, sqls in middle for sql in sqls), *late]
    return Alteration(
        (*renaming.steps, *(judge.step(key, sql) for key, sql in steps)), tuple(remaking.left_out)
    )


def _middle(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """What changes and what is made."""
    made = sides.added | remaking.keys
    for node, found in sides.new_units.items():
        if node.key in made and not (node.key.kind is Kind.COLUMN and node.part != "default"):
            yield from _partition(found, sides, made)
    yield from _added_columns(sides, made)
    parts: dict[Key, list[Unit]] = {}
    for node, found in sides.new_units.items():
        parts.setdefault(node.key, []).append(found)
    for key, statements in remaking.in_place.items():
        own = sides.new_units.get(Node(key))
        thing = sides.after[key]
        likely = set(column_needs(thing, sides.new) if isinstance(thing, Column) else ())
        for part in parts.get(key, ()):
            likely |= part.likely
        yield Unit(Node(key), tuple(statements), own.needs if own else frozenset(), frozenset(likely))
    yield from together(sides, remaking)
    yield from _heirs(sides, remaking)
    yield from set_again(sides, remaking)


def _added_columns(sides: Sides, made: set[Key]) -> Iterator[Unit]:
    """New columns of tables that are there, in their order."""
    columns = (sides.after.get(key) for key in made)
    wanted = [column for column in columns if isinstance(column, Column) and _is_to_add(column, sides, made)]
    last: dict[Qualified, Key] = {}
    for column in sorted(wanted, key=lambda column: (column.relation, column.position)):
        found = _new_column(column, sides)
        waits = {Node(last[column.relation])} if column.relation in last else set()
        yield replace(found, needs=found.needs | waits, likely=column_needs(column, sides.new))
        last[column.relation] = column.key


def _new_column(column: Column, sides: Sides) -> Unit:
    needed = column.not_null
    if needed is None or (needed.validated and is_filled(column)):
        found = added_column(column, sides.new)
        rest = new_identity(column, sides.new)
        return replace(found, statements=(*found.statements, *rest))
    found = added_column(replace(column, not_null=None), sides.new)
    return replace(found, statements=(*found.statements, *added_later(column)))


def _partition(found: Unit, sides: Sides, made: set[Key]) -> Iterator[Unit]:
    """A new partition of a parent that is there has what the parent has before it is attached."""
    table = sides.after.get(found.node.key)
    parent = getattr(table, "partition_of", None)
    if not isinstance(table, Table) or found.node.part or parent is None:
        yield found
        return
    if sides.new.relation_key(parent) in made:
        yield found
        return
    parts = sides.new.snapshot.parts(table.qualified)
    checks = [
        f"ALTER TABLE {table.qualified} ADD {constraint_clause(check, sides.new)}"
        for check in parts.constraints
        if check.type == "check" and not check.local
    ]
    attach = [text for text in found.statements if " ATTACH PARTITION " in text.split("\n", 1)[0]]
    rest = [text for text in found.statements[1:] if text not in attach]
    yield replace(found, statements=(found.statements[0], *checks, *rest))
    keys = [thing.key for thing in (*parts.constraints, *parts.indexes) if thing.key in made]
    above = [thing.key for thing in _columns_and_checks(parent, sides)]
    yield unit(Node(table.key, "attached"), attach, needs=[table.key, *keys, *above])


def _heirs(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """Tables that were there and come to a parent, once they have what it has."""
    for key, after in sides.after.items():
        before = sides.before.get(key)
        if not isinstance(before, Table | ForeignTable) or not isinstance(after, Table | ForeignTable):
            continue
        if key in remaking.keys or not (statements := list(joined(before, after))):
            continue
        parts = sides.new.snapshot.parts(after.qualified)
        had = {found.name for found in sides.old.snapshot.parts(after.qualified).constraints}
        checks = [
            f"ALTER TABLE {after.qualified} ADD {constraint_clause(check, sides.new)}"
            for check in parts.constraints
            if check.type == "check" and not check.local and check.name not in had
        ]
        parents = [*after.inherits, *([after.partition_of] if after.partition_of else [])]
        own = [thing.key for thing in (*parts.columns, *parts.constraints, *parts.indexes)]
        above = [thing.key for parent in parents for thing in _columns_and_checks(parent, sides)]
        needs = [key, *own, *above, *(sides.new.relation_key(parent) for parent in parents)]
        yield unit(Node(key, "attached"), [*checks, *statements], needs=needs)
        # The server attaches what it finds; what comes later, and what it has attached, can be told again.
        nodes = (Node(index.key, "attached") for index in parts.indexes if index.key in sides.before)
        made = (sides.new_units.get(node) for node in nodes if node.key not in remaking.keys)
        yield from (found for found in made if found is not None)


def _columns_and_checks(parent: Qualified, sides: Sides) -> Iterator[Column | Constraint]:
    parts = sides.new.snapshot.parts(parent)
    yield from parts.columns
    yield from (found for found in parts.constraints if found.type == "check")


def _is_to_add(column: Column, sides: Sides, made: set[Key]) -> bool:
    """Whether it comes with no relation and no parent's column."""
    if any(Key(kind, tuple(column.relation)) in made for kind in RELATION_KINDS):
        return False
    after = sides.new.table(column.relation)
    if after is None:
        return False
    before = sides.old.table(column.relation)
    comes = before is not None and any(joined(before, after))
    return column.local or column.parent is None or comes
