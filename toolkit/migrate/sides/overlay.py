"""A database as it were if it said what the models say, and nothing else were changed.

The models speak of their own tables only, and not of everything about those (`drift.terms`). So what they are
held against is taken as it is, and every difference in what they do speak of is written into it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.models import against_models
from toolkit.migrate.drift.pairwise import Contrast, only
from toolkit.migrate.drift.terms import Declared, in_models_terms, is_never_said
from toolkit.migrate.drift.values import EXISTENCE
from toolkit.schema.objects import Column, Key, Kind, SchemaObject, compared_fields
from toolkit.schema.snapshot import Snapshot

_PLACE = frozenset({"schema", "name", "table"})


def overlaid(base: Snapshot, models: Snapshot, what: Declared, filters: Filters) -> Snapshot:
    """`base` with what the models say instead of what it says itself."""
    found = against_models(base, models, what, filters)
    return only(base, _Overlay(base, models, what, found).objects().values())


class _Overlay:
    def __init__(self, base: Snapshot, models: Snapshot, what: Declared, found: Contrast) -> None:
        self._models = models
        self._found = found
        self._said = in_models_terms(models, what)
        self._objects = dict(base.objects)

    def objects(self) -> Mapping[Key, SchemaObject]:
        """The objects by key."""
        for (key, attribute), followers in self._found.places.items():
            theirs = self._found.names.get(key, key)
            if attribute == EXISTENCE:
                for one in (key, *followers):
                    self._come_or_go(one)
            else:
                self._take(key, theirs, frozenset({attribute}))
                for follower in followers:
                    self._follow(follower)
        self._with_schemas()
        return self._objects

    def _come_or_go(self, key: Key) -> None:
        if key in self._said:
            added = self._models.objects[key]
            if isinstance(added, Column):
                # New columns come last.
                added = dataclasses.replace(added, position=added.position + 10_000)
            self._objects[key] = added
        else:
            self._objects.pop(key, None)

    def _follow(self, key: Key) -> None:
        """What differs only because something else does is as the models have it."""
        theirs = self._found.names.get(key, key)
        if key not in self._objects or theirs not in self._said:
            self._come_or_go(key)
        else:
            self._take(key, theirs, None)

    def _take(self, key: Key, theirs: Key, attributes: frozenset[str] | None) -> None:
        """The models' values of the attributes; of all that they speak of for None."""
        said = self._models.objects[theirs]
        wanted = attributes or {
            name
            for name in compared_fields(type(said))
            if name not in _PLACE and not is_never_said(self._said[theirs], name)
        }
        values = {name: getattr(said, name) for name in wanted}
        self._objects[key] = dataclasses.replace(self._objects[key], **values)

    def _with_schemas(self) -> None:
        for key in [*self._objects]:
            schema = getattr(self._objects[key], "schema", None)
            name = Key(Kind.SCHEMA, (str(schema),))
            if schema is not None and name not in self._objects and name in self._models.objects:
                self._objects[name] = self._models.objects[name]
