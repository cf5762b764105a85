"""The snapshot: the structure of one database at one moment, as a value.

Invariants: two databases built by the same statements have equal hashes whatever happened to them since
(VACUUM FULL, REINDEX, ANALYZE, another search_path); sizes, the server and the census are carried along but
are no part of any hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Final, TypeVar

from toolkit.schema.census import Census
from toolkit.schema.find import find_object
from toolkit.schema.hashing import object_hash, rolled_up
from toolkit.schema.objects import CLASSES, RELATION_KINDS, Key, Kind, Origin, Qualified, SchemaObject
from toolkit.schema.parts import Parts, parts_by_relation
from toolkit.schema.sizes import RelationSize

T = TypeVar("T", bound=SchemaObject)

OWN: Final = frozenset({Origin.USER})
"""The origins that comparisons look at unless told otherwise."""

_path: Final = attrgetter("path")
_ORDER: Final = {kind: place for place, kind in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Where and by whom a snapshot was read."""

    version: str
    version_number: int
    """As `server_version_num`: 180006."""
    database: str
    role: str
    superuser: bool

    @property
    def major(self) -> int:
        """The major version. Texts compare exactly only within one."""
        return self.version_number // 10000


@dataclass(frozen=True)
class Snapshot:
    """The structure of a database. `objects` holds everything, of every origin, by key."""

    server: ServerFacts
    objects: Mapping[Key, SchemaObject]
    sizes: Mapping[Qualified, RelationSize] = field(default_factory=dict)
    census: Census = field(default_factory=Census)

    def of(self, kind: type[T]) -> tuple[T, ...]:
        """All objects of one class, of every origin, by name."""
        return tuple(thing for thing in self._by_class.get(kind.kind, ()) if isinstance(thing, kind))

    def own(self, kind: type[T]) -> tuple[T, ...]:
        """All objects of one class that the database's users made, by name."""
        return tuple(thing for thing in self.of(kind) if thing.origin in OWN)

    def relation(self, name: Qualified) -> SchemaObject | None:
        """The table, foreign table, view or materialized view of this name."""
        for kind in RELATION_KINDS:
            if (found := self.objects.get(Key(kind, tuple(name)))) is not None:
                return found
        return None

    def parts(self, relation: Qualified) -> Parts:
        """What stands on a relation: columns, constraints, indexes, policies, triggers, rules."""
        return self._parts.get(relation) or Parts()

    @property
    def relations(self) -> tuple[Qualified, ...]:
        """The names of all relations that have columns, sorted."""
        return tuple(sorted(self._parts))

    def find(self, name: str) -> Key:
        """The object that a person means by `name`; see `toolkit.schema.find`."""
        return find_object(self.objects, name)

    def object_hash(self, key: Key) -> str:
        """The hash of one object alone."""
        return self._hashes[key]

    def table_hash(self, relation: Qualified) -> str:
        """The hash of a relation with everything that stands on it, columns in their order."""
        found = self.relation(relation)
        own = [] if found is None else [self._hashes[found.key]]
        return rolled_up(own + [self._hashes[part.key] for part in self.parts(relation).everything()])

    @cached_property
    def hash(self) -> str:
        """The hash of everything the database's users made."""
        wanted = [thing for thing in self.in_order if thing.origin in OWN]
        columns = [
            column.key.name
            for relation in sorted(self._parts)
            for column in self.parts(relation).columns
            if column.origin in OWN
        ]
        return rolled_up([*(self._hashes[thing.key] for thing in wanted), *map(ascii, columns)])

    @cached_property
    def in_order(self) -> tuple[SchemaObject, ...]:
        """Every object, sorted by kind and name."""
        by_kind: dict[Kind, list[Key]] = {}
        for key in self.objects:
            by_kind.setdefault(key.kind, []).append(key)
        return tuple(
            self.objects[key]
            for kind in sorted(by_kind, key=_ORDER.__getitem__)
            for key in sorted(by_kind[kind], key=_path)
        )

    @cached_property
    def _by_class(self) -> dict[Kind, list[SchemaObject]]:
        found: dict[Kind, list[SchemaObject]] = {}
        for thing in self.in_order:
            found.setdefault(thing.kind, []).append(thing)
        return found

    @cached_property
    def _parts(self) -> dict[Qualified, Parts]:
        return parts_by_relation(self.in_order)

    @cached_property
    def _hashes(self) -> dict[Key, str]:
        return {key: object_hash(thing) for key, thing in self.objects.items()}
