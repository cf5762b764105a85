"""The three sides in one table: what differs between neighbours, what each side says, who moved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from toolkit.findings import Unknown
from toolkit.migrate.drift.causes import Moves
from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.models import against_models
from toolkit.migrate.drift.pairwise import Contrast, Place, contrast
from toolkit.migrate.drift.terms import Declared, in_models_terms, is_never_said, is_silent
from toolkit.migrate.drift.values import EXISTENCE, Cause, Cell, Difference
from toolkit.schema.objects import CLASSES, Key, Kind, Qualified, SchemaObject
from toolkit.schema.snapshot import Snapshot

_NOTHING: Final = Contrast()
_UNASKED: Final = Cell("not said")
_ORDER: Final = {kind: place for place, kind in enumerate(CLASSES)}
LEFT_OUT: Final = "left out by env.py"


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides that are known. Without `migrations`, the revision of the database is not known."""

    live: Snapshot
    migrations: Snapshot | None
    pending: Snapshot | None
    models: Snapshot | None
    declared: Declared | None
    filters: Filters

    @property
    def newest(self) -> Snapshot | None:
        """The migrations as far as they could be run."""
        return self.pending or self.migrations


class Table:
    """The comparison of all sides; made once, read by row."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        live, newest = sides.live, sides.newest
        self.not_compared: dict[str, int] = {}
        self._said = self._terms()
        self._hand = self._of_live(_contrast(sides.migrations or newest, live))
        self._pending = _contrast(sides.migrations, newest)
        both = self._pending.places and self._hand.places
        self._ahead = _contrast(newest, live) if both else self._hand
        self._models = self._against_models(newest)
        self._models_live = self._against_models(live)

    def rows(self) -> tuple[Difference, ...]:
        """Every difference, by kind and name."""
        found = {**self._pending.places, **self._hand.places, **self._models.places}
        if self.sides.newest is None:
            found = dict(self._models_live.places)
        rows = (self._row(place, followers) for place, followers in found.items())
        return tuple(sorted(rows, key=lambda row: (_ORDER[row.key.kind], row.key.path, row.attribute)))

    def unknowns(self) -> tuple[Unknown, ...]:
        """Texts that could not be compared because servers of two major versions wrote them."""
        places = {*self._hand.renderings, *self._ahead.renderings, *self._models_live.renderings}
        newest = self.sides.newest or self.sides.models
        if newest is None:
            return ()
        reason = (
            f"PostgreSQL {newest.server.major} and {self.sides.live.server.major} write it differently;"
            " it may mean the same"
        )
        return tuple(Unknown("drift", f"{key} {attribute}", reason) for key, attribute in sorted(places))

    def to_models(self) -> Contrast:
        """What leads from the newest migrations to the models; nothing where a side is not known."""
        return self._models

    def to_live(self) -> Mapping[Place, tuple[Key, ...]]:
        """What leads from the newest migrations to the database, where that left its own migrations."""
        sides = self.sides
        if sides.newest is None or sides.newest is sides.migrations or sides.migrations is None:
            return self._hand.places
        ahead = self._of_live(_contrast(sides.newest, sides.live)).places
        return {place: followers for place, followers in ahead.items() if place in self._hand.places}

    def _row(self, place: Place, followers: tuple[Key, ...]) -> Difference:
        sides, (key, attribute) = self.sides, place
        return Difference(
            key,
            attribute,
            self._cause(place),
            self._models_cell(key, attribute),
            _cell(sides.migrations, key, attribute),
            _cell(sides.newest, key, attribute),
            _cell(sides.live, key, attribute),
            followers,
        )

    def _cause(self, place: Place) -> Cause:
        sides = self.sides
        if sides.newest is None:
            return Cause.NOT_TRACED
        moves = Moves(
            live=place in self._hand.places,
            pending=place in self._pending.places,
            models=place in self._models.places,
            live_is_pending=place not in self._ahead.places,
            live_is_models=sides.models is not None and place not in self._models_live.places,
        )
        if sides.migrations is None and moves.cause is Cause.BY_HAND:
            return Cause.SOMEBODY
        return moves.cause

    def _of_live(self, found: Contrast) -> Contrast:
        """The contrast to the live database, without what env.py leaves out of it."""
        sides = self.sides
        kept = dict(found.places)
        for key, attribute in found.places:
            only_live = attribute == EXISTENCE and key in sides.live.objects
            if only_live and key not in self._said and sides.filters.refuses(sides.live.objects[key]):
                del kept[key, attribute]
        if len(kept) < len(found.places):
            self.not_compared[LEFT_OUT] = len(found.places) - len(kept)
        self.not_compared.update(found.not_compared)
        schemas = {
            key.path[0] for key, attribute in kept if key.kind is Kind.SCHEMA and attribute == EXISTENCE
        }
        return Contrast(_by_schema(kept, schemas, sides.live), found.renderings)

    def _against_models(self, side: Snapshot | None) -> Contrast:
        sides = self.sides
        if side is None or sides.models is None or sides.declared is None:
            return _NOTHING
        return against_models(side, sides.models, sides.declared, sides.filters)

    def _terms(self) -> Mapping[Key, SchemaObject]:
        sides = self.sides
        if sides.models is None or sides.declared is None:
            return {}
        return in_models_terms(sides.models, sides.declared)

    def _models_cell(self, key: Key, attribute: str) -> Cell:
        """What the models say; nothing about what they have no word for."""
        names = {**self._models_live.names, **self._models.names}
        thing = self._said.get(names.get(key, key))
        if thing is None:
            spoken = {**self._models.places, **self._models_live.places}
            return Cell("absent") if (key, attribute) in spoken else _UNASKED
        if attribute == EXISTENCE:
            return Cell("said", "present")
        if is_never_said(thing, attribute) or is_silent(thing, attribute):
            return _UNASKED
        return Cell("said", getattr(thing, attribute, None))


def _contrast(before: Snapshot | None, after: Snapshot | None) -> Contrast:
    return _NOTHING if before is None or after is None or before is after else contrast(before, after)


def _by_schema(
    places: Mapping[Place, tuple[Key, ...]], schemas: Collection[str], live: Snapshot
) -> dict[Place, tuple[Key, ...]]:
    """One difference for a whole schema that is on one side only."""
    kept: dict[Place, tuple[Key, ...]] = {}
    under: dict[str, list[Key]] = {}
    for (key, attribute), followers in places.items():
        schema = getattr(live.objects.get(key), "schema", key.path[0] if key.path else None)
        inside = key.kind not in (Kind.SCHEMA, Kind.EXTENSION, Kind.DEFAULT_PRIVILEGES) and len(key.path) > 1
        if inside and schema in schemas and attribute == EXISTENCE:
            under.setdefault(str(schema), []).extend((key, *followers))
        else:
            kept[key, attribute] = followers
    for schema, found in under.items():
        kept[Key(Kind.SCHEMA, (schema,)), EXISTENCE] = tuple(sorted(found))
    return kept


def _cell(side: Snapshot | None, key: Key, attribute: str) -> Cell:
    if side is None:
        return _UNASKED
    thing = side.objects.get(key)
    if thing is None:
        return Cell("absent")
    return Cell("said", _value(side, thing, attribute))


_DERIVED: Final[Mapping[str, Callable[[Snapshot, SchemaObject], object]]] = {
    EXISTENCE: lambda side, thing: "present",  # noqa: ARG005 - one signature for all
    "column_order": lambda side, thing: tuple(
        column.name for column in side.parts(Qualified(*thing.key.path)).columns
    ),
}


def _value(side: Snapshot, thing: SchemaObject, attribute: str) -> object:
    derived = _DERIVED.get(attribute)
    return getattr(thing, attribute) if derived is None else derived(side, thing)
