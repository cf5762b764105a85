"""From one snapshot to another: what is dropped, what changes in place, what is made, in an order that runs.

Three rounds. First goes, dependents before what they stand on, everything that has to be made anew, and
everything removed that nothing could need meanwhile. Then what stays is changed and what is new is made, in
the order of the new database. Last go the types, functions, sequences and schemas that nothing uses any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from toolkit.schema.ddl.alter.columns import added_later, is_filled
from toolkit.schema.ddl.alter.dropping import drops, emptied
from toolkit.schema.ddl.alter.judging import Judge
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.renaming import Renaming
from toolkit.schema.ddl.alter.setting_again import set_again
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.step import SEVERITY, Hazard, LeftOut, Step
from toolkit.schema.ddl.constraints import constraint_clause
from toolkit.schema.ddl.order import in_order
from toolkit.schema.ddl.selection import added_column
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import RELATION_KINDS, Column, Key, Kind, Qualified, Table
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
    early += emptied(remaking, sides)
    middle = in_order(_known_columns(_middle(sides, remaking)))
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
    for key, statements in remaking.in_place.items():
        own = sides.new_units.get(Node(key))
        thing = sides.after[key]
        likely = own.likely if own else _column_needs(thing, sides) if isinstance(thing, Column) else ()
        yield Unit(Node(key), tuple(statements), own.needs if own else frozenset(), frozenset(likely))
    yield from set_again(sides, remaking)


def _added_columns(sides: Sides, made: set[Key]) -> Iterator[Unit]:
    """New columns of tables that are there, in their order."""
    columns = (sides.after.get(key) for key in made)
    wanted = [column for column in columns if isinstance(column, Column) and _is_to_add(column, sides, made)]
    last: dict[Qualified, Key] = {}
    for column in sorted(wanted, key=lambda column: (column.relation, column.position)):
        found = _new_column(column, sides)
        waits = {Node(last[column.relation])} if column.relation in last else set()
        yield replace(found, needs=found.needs | waits, likely=_column_needs(column, sides))
        last[column.relation] = column.key


def _new_column(column: Column, sides: Sides) -> Unit:
    needed = column.not_null
    if needed is None or (needed.validated and is_filled(column)):
        return added_column(column, sides.new)
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
    yield unit(Node(table.key, "attached"), attach, needs=[table.key, *keys])


def _is_to_add(column: Column, sides: Sides, made: set[Key]) -> bool:
    """Whether it comes with no relation and no parent's column."""
    if any(Key(kind, tuple(column.relation)) in made for kind in RELATION_KINDS):
        return False
    if sides.new.table(column.relation) is None:
        return False
    return column.local or column.parent is None


def _column_needs(column: Column, sides: Sides) -> frozenset[Node]:
    texts = (column.type, column.collation, column.default, column.generated)
    return frozenset(Node(key) for key in sides.new.references.of(*texts))


def _known_columns(units: Iterable[Unit]) -> Iterator[Unit]:
    """Parts of a relation wait for its columns that change or are new."""
    found = {made.node: made for made in units}
    columns: dict[Qualified, set[Node]] = {}
    for node in found:
        if node.key.kind is Kind.COLUMN and not node.part:
            columns.setdefault(Qualified(node.key.path[0], node.key.path[1]), set()).add(node)
    for made in found.values():
        if made.node.key.kind in (Kind.COLUMN, Kind.TABLE) and made.node.part != "replica identity":
            yield made
            continue
        relations = (
            Qualified(need.key.path[0], need.key.path[1])
            for need in made.needs | made.likely
            if need.key.kind in RELATION_KINDS
        )
        waits = frozenset(node for relation in relations for node in columns.get(relation, ()))
        yield replace(made, likely=made.likely | waits)
