"""Two sides held against each other: what differs in meaning, by object and attribute."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolkit.migrate.drift.meaning import is_character, same_meaning
from toolkit.migrate.drift.values import EXISTENCE
from toolkit.schema.diff import ObjectChange, compare
from toolkit.schema.diff.versions import may_be_rendering
from toolkit.schema.objects import RELATION_KINDS, Column, Key, Kind, Qualified, SchemaObject
from toolkit.schema.snapshot import Snapshot

OF_THE_CLUSTER: Final = (Kind.DATABASE, Kind.ROLE)
"""Kinds a scratch database cannot have as its own."""

_TEXTS: Final[dict[type[SchemaObject], frozenset[str]]] = {Column: frozenset({"default", "generated"})}

Place = tuple[Key, str]
"""An object and one of its attributes."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """What differs between two sides."""

    places: Mapping[Place, tuple[Key, ...]] = field(default_factory=dict)
    """With the objects whose difference only follows."""
    renderings: tuple[Place, ...] = ()
    """Texts of servers of different major versions, which may mean the same."""
    not_compared: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[Key, Key] = field(default_factory=dict)
    """Objects of the first side that have another name on the second, and that name."""


def contrast(before: Snapshot, after: Snapshot) -> Contrast:
    """What leads from one side to the other, but for texts that mean the same."""
    diff = compare(before, after, leave_out=OF_THE_CLUSTER)
    places: dict[Place, tuple[Key, ...]] = {}
    renderings: list[Place] = []
    for change in diff.changes:
        if change.change != "changed":
            places[change.key, EXISTENCE] = change.followers
            continue
        for part in change.attributes:
            if _means_the_same(before, after, change, part.attribute, part.before, part.after):
                continue
            if part.rendering_only:
                renderings.append((change.key, part.attribute))
            else:
                places[change.key, part.attribute] = change.followers
    return Contrast(places, tuple(renderings), diff.not_compared)


def _means_the_same(
    before: Snapshot, after: Snapshot, change: ObjectChange, attribute: str, old: Any, new: Any
) -> bool:
    thing = before.objects[change.key]
    if attribute not in _TEXTS.get(type(thing), ()) and not may_be_rendering(type(thing), attribute):
        return False
    columns = _characters(before, thing) & _characters(after, thing)
    return same_meaning(old, new, columns)


def _characters(snapshot: Snapshot, thing: SchemaObject) -> frozenset[str]:
    """The character columns of the relation that `thing` stands on."""
    relation = getattr(thing, "relation", None)
    if not isinstance(relation, Qualified):
        return frozenset()
    columns = snapshot.parts(relation).columns
    return frozenset(column.name for column in columns if is_character(column.type))


def without_relations(snapshot: Snapshot, relations: Collection[Qualified]) -> Snapshot:
    """The snapshot without these relations and what stands on them."""
    if not relations:
        return snapshot
    return only(snapshot, (t for t in snapshot.objects.values() if not stands_on(t, relations)))


def stands_on(thing: SchemaObject, relations: Collection[Qualified]) -> bool:
    """Whether it is one of the relations, or part of one."""
    owned_by = getattr(thing, "owned_by", None)
    if owned_by is not None:
        return Qualified(owned_by.schema, owned_by.table) in relations
    if thing.kind in RELATION_KINDS:
        return Qualified(*thing.key.path) in relations
    return getattr(thing, "relation", None) in relations


def only(snapshot: Snapshot, objects: Iterable[SchemaObject]) -> Snapshot:
    """The snapshot with these objects instead of its own."""
    return dataclasses.replace(snapshot, objects={thing.key: thing for thing in objects})
