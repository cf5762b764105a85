"""A catalog snapshot as a world to begin with: what a live database has, before its pending revisions."""

from __future__ import annotations

import re
from typing import Final

from toolkit.migrate.lint.world.definitions import mentioned_names
from toolkit.migrate.lint.world.things import Column, Constraint, Index, Name, Table, View
from toolkit.migrate.lint.world.world import World, name_of
from toolkit.schema import Snapshot
from toolkit.schema import objects as catalog
from toolkit.sql.classify import ConstraintKind, RelationName, Volatility
from toolkit.sql.classify.create import read_relations
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.parse import parse_statement

LIVE: Final = "the database"
"""What stands for the revision that made what a snapshot holds."""

_LITERAL: Final = re.compile(r"'([^']*)'|\b\d+(?:\.\d+)?\b")
_KINDS: Final = {
    "primary key": ConstraintKind.PRIMARY_KEY,
    "unique": ConstraintKind.UNIQUE,
    "foreign key": ConstraintKind.FOREIGN_KEY,
    "check": ConstraintKind.CHECK,
    "exclude": ConstraintKind.EXCLUSION,
}


def world_of(snapshot: Snapshot) -> World:
    """What the snapshot holds of the database's own."""
    tables = {table.name: table for table in (_table(snapshot, one) for one in snapshot.own(catalog.Table))}
    indexes = [_index(one) for one in snapshot.own(catalog.Index) if one.constraint is None]
    views = [_view(one) for one in snapshot.own(catalog.View)]
    views += [_view(one, materialized=True) for one in snapshot.own(catalog.MaterializedView)]
    return World(
        tables=tables,
        indexes={one.name: one for one in indexes},
        views={one.name: one for one in views},
        enums={one.name: tuple(one.labels) for one in snapshot.own(catalog.Enum)},
        enums_made_in={one.name: LIVE for one in snapshot.own(catalog.Enum)},
        domains={one.name: _is_constrained(one) for one in snapshot.own(catalog.Domain)},
        functions={one.name: Volatility(one.volatility) for one in snapshot.own(catalog.Function)},
        policies=frozenset((_name(one.schema, one.table), one.name) for one in snapshot.own(catalog.Policy)),
    )


def _name(schema: str, name: str) -> Name:
    return name_of(RelationName(schema, name))


def _table(snapshot: Snapshot, found: catalog.Table) -> Table:
    parts = snapshot.parts(found.qualified)
    default = (
        next(
            (
                one.qualified
                for one in snapshot.own(catalog.Table)
                if one.partition_of == found.qualified and (one.partition_bound or "").upper() == "DEFAULT"
            ),
            None,
        )
        if found.partition_key
        else None
    )
    return Table(
        name=_name(*found.qualified),
        made_in=LIVE,
        columns={one.name: _column(one) for one in parts.columns},
        constraints={one.name: _constraint(one) for one in parts.constraints},
        partitioned=found.partition_key is not None,
        partition_key=frozenset(
            one.name for one in parts.columns if one.name in (found.partition_key or "").replace('"', "")
        ),
        partition_of=_name(*found.partition_of) if found.partition_of else None,
        default_partition=_name(*default) if default else None,
        row_security=found.row_security,
        tablespace=found.tablespace or "pg_default",
        access_method=found.access_method or "heap",
    )


def _column(one: catalog.Column) -> Column:
    proven = one.not_null is not None and one.not_null.validated
    filled = one.default is not None or one.identity is not None or one.generated is not None
    return Column(one.name, one.type, proven, filled)


def _constraint(one: catalog.Constraint) -> Constraint:
    return Constraint(
        name=one.name,
        kind=_KINDS[one.type],
        columns=one.columns if one.type != "check" else (),
        valid=one.validated,
        deferrable=one.deferrable,
        refers_to=_name(*one.references) if one.references else None,
        refers_to_columns=one.referenced_columns,
        proves_not_null=_proof(one),
        mentions=frozenset(one.columns if one.type == "check" else ()),
        constants=frozenset(found[1] or found[0] for found in _LITERAL.finditer(one.expression or "")),
    )


def _proof(one: catalog.Constraint) -> str | None:
    if one.type != "check" or one.expression is None or len(one.columns) != 1:
        return None
    plain = one.expression.strip().removeprefix("CHECK").strip(" ()").replace('"', "").lower()
    return one.columns[0] if plain == f"{one.columns[0].lower()} is not null" else None


def _index(one: catalog.Index) -> Index:
    return Index(
        name=_name(one.schema, one.name),
        table=_name(one.schema, one.table),
        columns=tuple(key.column for key in one.keys),
        unique=one.unique,
        partial=one.predicate is not None,
        method=one.method,
        valid=one.valid,
    )


def _view(one: catalog.View | catalog.MaterializedView, *, materialized: bool = False) -> View:
    try:
        query = parse_statement(one.definition.rstrip().rstrip(";")).tree
    except SqlSyntaxError:  # a newer grammar than ours; the view is kept, what it reads is not known
        return View(_name(one.schema, one.name), frozenset(), materialized=materialized, made_in=LIVE)
    reads = frozenset(name_of(source.relation) for source in read_relations(query))
    return View(_name(one.schema, one.name), reads, mentioned_names(query), materialized, LIVE)


def _is_constrained(one: catalog.Domain) -> bool:
    return bool(one.checks) or one.not_null
