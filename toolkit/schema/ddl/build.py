"""From a snapshot to statements: every kind's units, put into an order that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from toolkit.schema.ddl import (
    constraints,
    databases,
    indexes,
    operators,
    remote,
    roles,
    routines,
    rules,
    sequences,
    tables,
    types,
    views,
)
from toolkit.schema.ddl.order import in_order
from toolkit.schema.ddl.preamble import preamble
from toolkit.schema.ddl.selection import selected
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.statement import Statement
from toolkit.schema.ddl.unit import Unit
from toolkit.schema.objects import Key, Kind, Role, SchemaObject
from toolkit.schema.snapshot import OWN, Snapshot

_UNITS: Final[dict[Kind, Callable[[Any, Source], Iterator[Unit]]]] = {
    Kind.DATABASE: databases.database_units,
    Kind.SCHEMA: databases.schema_units,
    Kind.EXTENSION: databases.extension_units,
    Kind.COLLATION: types.collation_units,
    Kind.ENUM: types.enum_units,
    Kind.DOMAIN: types.domain_units,
    Kind.COMPOSITE: types.composite_units,
    Kind.RANGE: types.range_units,
    Kind.SEQUENCE: sequences.sequence_units,
    Kind.TABLE: tables.table_units,
    Kind.FOREIGN_TABLE: tables.table_units,
    Kind.CONSTRAINT: constraints.constraint_units,
    Kind.INDEX: indexes.index_units,
    Kind.STATISTICS: indexes.statistics_units,
    Kind.VIEW: views.view_units,
    Kind.MATERIALIZED_VIEW: views.materialized_view_units,
    Kind.FUNCTION: routines.routine_units,
    Kind.PROCEDURE: routines.routine_units,
    Kind.AGGREGATE: operators.aggregate_units,
    Kind.OPERATOR: operators.operator_units,
    Kind.CAST: operators.cast_units,
    Kind.TRIGGER: rules.trigger_units,
    Kind.RULE: rules.rule_units,
    Kind.POLICY: rules.policy_units,
    Kind.EVENT_TRIGGER: rules.event_trigger_units,
    Kind.FOREIGN_DATA_WRAPPER: remote.wrapper_units,
    Kind.SERVER: remote.server_units,
    Kind.USER_MAPPING: remote.user_mapping_units,
    Kind.PUBLICATION: remote.publication_units,
    Kind.SUBSCRIPTION: remote.subscription_units,
    Kind.DEFAULT_PRIVILEGES: databases.default_privileges_units,
}
"""Columns are made by their relation, roles only when asked for."""


def ddl(snapshot: Snapshot, *, only: Key | None = None, with_roles: bool = False) -> tuple[Statement, ...]:
    """The statements that make the database's user-made objects, in an order that runs.

    Run into an empty database of the same major version they leave one with an equal snapshot. `only` takes
    one object with what stands on it; of a schema, everything in it. `with_roles` makes the roles too;
    otherwise they have to be there. Raises `UnknownObjectError` if there is no `only`.
    """
    source = Source(snapshot)
    if only is not None:
        return tuple(_statements(selected(source, only, _units_of)))
    units = [*all_units(source), *databases.missing_units(source)]
    for role in snapshot.own(Role):
        units += roles.role_units(role, create=with_roles)
    return (*preamble(snapshot, with_roles=with_roles), *_statements(units))


def all_units(source: Source) -> list[Unit]:
    """The units of everything that users made, roles left out."""
    wanted = (thing for thing in source.snapshot.in_order if thing.origin in OWN)
    return [made for thing in wanted for made in _units_of(thing, source)]


def _units_of(thing: SchemaObject, source: Source) -> Iterator[Unit]:
    make = _UNITS.get(thing.kind)
    if make is not None:
        yield from make(thing, source)


def _statements(units: list[Unit]) -> Iterator[Statement]:
    for found, statements in in_order({made.node: made for made in units}.values()):
        yield from (Statement(found.node.key, sql) for sql in statements)
