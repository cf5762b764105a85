"""The two snapshots of an alteration with what is asked of them again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.schema.ddl.build import all_units
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.unit import Node, Unit
from toolkit.schema.diff import SchemaDiff, compare
from toolkit.schema.objects import Key, SchemaObject
from toolkit.schema.snapshot import OWN, Snapshot


@dataclass(frozen=True, slots=True)
class Sides:
    """Before and after, by key: only what users made."""

    old: Source
    new: Source
    before: Mapping[Key, SchemaObject]
    after: Mapping[Key, SchemaObject]
    old_units: Mapping[Node, Unit]
    new_units: Mapping[Node, Unit]
    diff: SchemaDiff

    @classmethod
    def of(cls, before: Snapshot, after: Snapshot) -> Sides:
        """Both sides of two snapshots."""
        old, new = Source(before), Source(after)
        return cls(
            old,
            new,
            _own(old),
            _own(new),
            {made.node: made for made in all_units(old)},
            {made.node: made for made in all_units(new)},
            compare(before, after),
        )

    @property
    def added(self) -> set[Key]:
        """What only the new side has."""
        return set(self.after.keys() - self.before.keys())

    @property
    def removed(self) -> set[Key]:
        """What only the old side has."""
        return set(self.before.keys() - self.after.keys())


def _own(source: Source) -> Mapping[Key, SchemaObject]:
    return {key: thing for key, thing in source.snapshot.objects.items() if thing.origin in OWN}
