"""A side with some of the differences to another one taken over: the goal of a fix as a snapshot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from toolkit.migrate.drift.pairwise import Place, only
from toolkit.migrate.drift.terms import is_never_said
from toolkit.migrate.drift.values import EXISTENCE
from toolkit.schema.objects import Column, Key, Qualified, SchemaObject, compared_fields
from toolkit.schema.snapshot import Snapshot

Places = Mapping[Place, tuple[Key, ...]]
Blend = Callable[[SchemaObject, SchemaObject], SchemaObject]


def merged(
    base: Snapshot, source: Snapshot, places: Places, names: Mapping[Key, Key], blend: Blend
) -> Snapshot:
    """`base` with what `source` has at the places; `names` are keys of `base` to those of `source`.

    `blend` makes one object of what `base` and `source` have under one key.
    """
    objects = dict(base.objects)
    changed: dict[Key, dict[str, Any]] = {}
    for (key, attribute), followers in places.items():
        theirs = source.objects.get(names.get(key, key))
        if attribute == EXISTENCE:
            _exchange(objects, source, (key, *followers), blend)
        elif theirs is not None and attribute in compared_fields(type(theirs)):
            changed.setdefault(key, {})[attribute] = getattr(theirs, attribute)
            _exchange(objects, source, followers, blend)
    for key, values in changed.items():
        if key in objects:
            objects[key] = dataclasses.replace(objects[key], **values)
    return only(base, _placed(objects.values(), base))


def as_it_is(ours: SchemaObject, theirs: SchemaObject) -> SchemaObject:
    """The blend of two sides that say everything: the other one's word."""
    del ours
    return theirs


def as_models_say(ours: SchemaObject, theirs: SchemaObject) -> SchemaObject:
    """The blend with models: of what they have no word for, ours stays."""
    quiet = {
        name: getattr(ours, name)
        for name in compared_fields(type(ours))
        if type(ours) is type(theirs) and is_never_said(ours, name)
    }
    return dataclasses.replace(theirs, **quiet)


def _exchange(objects: dict[Key, SchemaObject], source: Snapshot, keys: Iterable[Key], blend: Blend) -> None:
    for key in keys:
        theirs = source.objects.get(key)
        if theirs is None:
            objects.pop(key, None)
        else:
            objects[key] = blend(objects[key], theirs) if key in objects else theirs


def _placed(objects: Iterable[SchemaObject], base: Snapshot) -> Iterable[SchemaObject]:
    """New columns of tables that are there come last, as the server would put them."""
    last: dict[Qualified, int] = {}
    new: list[Column] = []
    for thing in objects:
        if isinstance(thing, Column) and thing.key not in base.objects and base.relation(thing.relation):
            new.append(thing)
            continue
        if isinstance(thing, Column):
            last[thing.relation] = max(last.get(thing.relation, 0), thing.position)
        yield thing
    for column in sorted(new, key=lambda one: one.position):
        last[column.relation] = last.get(column.relation, 0) + 1
        yield dataclasses.replace(column, position=last[column.relation])
