"""From one snapshot to another: what is dropped, what changes in place, what is made, in an order that runs.

Three rounds. First goes, dependents before what they stand on, everything that has to be made anew, and
everything removed that nothing could need meanwhile. Then what stays is changed and what is new is made, in
the order of the new database. Last go the types, functions, sequences and schemas that nothing uses any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from toolkit.schema.ddl.alter.dropping import drops
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.setting_again import set_again
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.step import Hazard, Step, hazard_of
from toolkit.schema.ddl.constraints import constraint_clause
from toolkit.schema.ddl.order import in_order
from toolkit.schema.ddl.selection import added_column
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.diff import ObjectChange
from toolkit.schema.objects import RELATION_KINDS, Column, Key, Kind, Qualified, Table
from toolkit.schema.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Alteration:
    """The steps from one snapshot to another."""

    steps: tuple[Step, ...]
    left_out: tuple[ObjectChange, ...]
    """Differences that no statement of ours closes: another partition key, another order of columns."""


def alteration(before: Snapshot, after: Snapshot) -> Alteration:
    """The steps that take a database with the snapshot `before` to one with `after`.

    Run them with `check_function_bodies` off, as DDL is. What is dropped in a circle (a table and a function
    that each need the other) is refused by the server: nothing here says CASCADE.
    """
    sides = Sides.of(before, after)
    remaking = Remaking.of(sides)
    early, late = drops(sides, remaking)
    middle = in_order(_known_columns(_middle(sides, remaking)))
    steps = [*early, *((made.node.key, sql) for made, sqls in middle for sql in sqls), *late]
    judged = tuple(Step(key, sql, _hazard(key, sql, remaking)) for key, sql in steps)
    return Alteration(judged, tuple(remaking.left_out))


def _hazard(key: Key, sql: str, remaking: Remaking) -> Hazard:
    """What is dropped only to be made again loses nothing, but nobody can read it meanwhile."""
    found = hazard_of(sql)
    return Hazard.BLOCKING if found is Hazard.LOSING_DATA and key in remaking.keys else found


def _middle(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """What changes and what is made."""
    made = sides.added | remaking.keys
    for node, found in sides.new_units.items():
        if node.key in made and not (node.key.kind is Kind.COLUMN and node.part != "default"):
            yield from _partition(found, sides, made)
    for key in sides.added:
        thing = sides.after.get(key)
        if isinstance(thing, Column) and _is_to_add(thing, sides, made):
            yield replace(added_column(thing, sides.new), likely=_column_needs(thing, sides))
    for key, statements in remaking.in_place.items():
        own = sides.new_units.get(Node(key))
        thing = sides.after[key]
        likely = own.likely if own else _column_needs(thing, sides) if isinstance(thing, Column) else ()
        yield Unit(Node(key), tuple(statements), own.needs if own else frozenset(), frozenset(likely))
    yield from set_again(sides, remaking)


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
