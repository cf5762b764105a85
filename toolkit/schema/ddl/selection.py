"""The DDL of one object: it with everything that stands on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.schema.ddl.columns import column_definition, column_rest, column_settings
from toolkit.schema.ddl.roles import role_units
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.unit import Unit, unit
from toolkit.schema.errors import UnknownObjectError
from toolkit.schema.objects import RELATION_KINDS, Column, Key, Kind, Qualified, Role, SchemaObject, Sequence

UnitsOf = Callable[[SchemaObject, Source], Iterator[Unit]]


def selected(source: Source, only: Key, units_of: UnitsOf) -> list[Unit]:
    """The units of one object."""
    thing = source.snapshot.objects.get(only)
    if thing is None:
        raise UnknownObjectError(name=str(only))
    if isinstance(thing, Column):
        return [added_column(thing, source)]
    if isinstance(thing, Role):
        return list(role_units(thing, create=True))
    return [made for found in _with_parts(thing, source) for made in units_of(found, source)]


def _with_parts(thing: SchemaObject, source: Source) -> Iterator[SchemaObject]:
    yield thing
    objects = source.snapshot.objects
    if thing.kind is Kind.SCHEMA:
        name = thing.key.path[0]
        inside = (found for found in objects.values() if found.kind not in _NOT_INSIDE)
        yield from (found for found in inside if found.key.path[0] == name)
    elif thing.kind in RELATION_KINDS:
        relation = Qualified(thing.key.path[0], thing.key.path[1])
        yield from source.snapshot.parts(relation).everything()
        for sequence in source.snapshot.of(Sequence):
            if sequence.owned_by is not None and sequence.owned_by[:2] == relation:
                yield sequence


_NOT_INSIDE = frozenset(
    {
        Kind.DATABASE,
        Kind.ROLE,
        Kind.SCHEMA,
        Kind.EXTENSION,
        Kind.CAST,
        Kind.EVENT_TRIGGER,
        Kind.FOREIGN_DATA_WRAPPER,
        Kind.SERVER,
        Kind.USER_MAPPING,
        Kind.PUBLICATION,
        Kind.SUBSCRIPTION,
        Kind.DEFAULT_PRIVILEGES,
    }
)
"""Kinds whose name does not begin with a schema."""


def added_column(column: Column, source: Source) -> Unit:
    """A column that its table does not have yet."""
    name = str(column.relation)
    definition = column_definition(column, source)
    statements = [f"ALTER TABLE {name} ADD COLUMN {definition}"]
    statements += [f"ALTER TABLE ONLY {name} {text}" for text in column_settings(column)]
    return unit(column.key, [*statements, *column_rest(column, name)])
