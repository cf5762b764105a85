"""Sequences and the columns they belong to: apart while either moves, together again at the end.

A sequence goes with its column, and has its table's owner: one that stays is freed first.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.alter.attributes import common_changes
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.unit import Node, Unit
from toolkit.schema.objects import RELATION_KINDS, Key, Kind, Sequence


def orphans(gone: set[Key], remaking: Remaking, sides: Sides) -> list[Key]:
    """Sequences that stay and have to be freed of their column."""
    found = []
    for key, thing in sorted(sides.before.items()):
        after = sides.after.get(key)
        if not (isinstance(thing, Sequence) and isinstance(after, Sequence)) or thing.owned_by is None:
            continue
        if thing.identity or key in gone:
            continue
        table = thing.owned_by[:2]
        moves = thing.owned_by != after.owned_by
        handed = key in remaking.in_place and thing.owner != after.owner
        goes = Key(Kind.COLUMN, thing.owned_by) in gone or any(
            Key(kind, table) in gone for kind in RELATION_KINDS
        )
        if moves or handed or goes:
            found.append(key)
    return found


def together(sides: Sides, remaking: Remaking) -> Iterator[Unit]:
    """Sequences that stay and come to a column."""
    freed = set(orphans((sides.removed | remaking.keys) - remaking.stuck, remaking, sides))
    for key, after in sides.after.items():
        before = sides.before.get(key)
        made = sides.new_units.get(Node(key, "owned by"))
        if made is None or not (isinstance(before, Sequence) and isinstance(after, Sequence)):
            continue
        if key in remaking.keys or not (key in freed or before.owned_by != after.owned_by):
            continue
        yield made
        if key not in remaking.in_place:
            yield Unit(Node(key), tuple(common_changes(before, after)))
