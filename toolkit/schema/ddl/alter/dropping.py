"""What is dropped, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from toolkit.schema.ddl.alter.databases import default_privileges_changes
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.targets import drop, relation
from toolkit.schema.ddl.order import in_order
from toolkit.schema.ddl.unit import Node, Unit
from toolkit.schema.objects import (
    RELATION_KINDS,
    Column,
    Constraint,
    DefaultPrivileges,
    ForeignTable,
    Index,
    Key,
    Kind,
    Qualified,
    SchemaObject,
    Sequence,
    Table,
    Trigger,
)
from toolkit.sql.quoting import qualified, quote_identifier

_LAST: Final = frozenset(
    {
        Kind.SCHEMA,
        Kind.EXTENSION,
        Kind.COLLATION,
        Kind.ENUM,
        Kind.DOMAIN,
        Kind.COMPOSITE,
        Kind.RANGE,
        Kind.FUNCTION,
        Kind.PROCEDURE,
        Kind.AGGREGATE,
        Kind.OPERATOR,
        Kind.SEQUENCE,
        Kind.FOREIGN_DATA_WRAPPER,
        Kind.SERVER,
    }
)
"""What others may use until they have changed."""

_NOT_DROPPED: Final = frozenset({Kind.ROLE, Kind.DATABASE})

_Dropped = list[tuple[Key, str]]


def drops(sides: Sides, remaking: Remaking) -> tuple[_Dropped, _Dropped]:
    """The statements of the first and of the last round."""
    gone = sides.removed | remaking.keys
    keys = {key for key in gone if key.kind not in _NOT_DROPPED and _is_said(key, gone, sides)}
    early = {key for key in keys if key in remaking.keys or key.kind not in _LAST}
    while pulled := {key for key in keys - early if _stands_on(key, early, sides)}:
        early |= pulled
    parts = [(node.key, _without(node, sides)) for node in sorted(remaking.parts) if node.key not in gone]
    return [*parts, *_statements(early, sides), *_detached(gone, sides)], _statements(keys - early, sides)


def emptied(remaking: Remaking, sides: Sides) -> _Dropped:
    """Generated columns that let go of what they are computed from."""
    found: _Dropped = []
    for key in sorted(remaking.emptied - remaking.keys - sides.removed):
        column = sides.before[key]
        if isinstance(column, Column) and column.parent is None:
            head = f"ALTER TABLE {relation(key)} ALTER COLUMN {quote_identifier(key.path[2])}"
            found.append((key, f"{head} SET EXPRESSION AS (NULL::{column.type})"))
    return found


def _without(node: Node, sides: Sides) -> str:
    """A default or a check of a domain goes for a while."""
    if node.key.kind is Kind.COLUMN:
        word = "TABLE" if sides.old.table(Qualified(*node.key.path[:2])) is not None else "VIEW"
        column = quote_identifier(node.key.path[2])
        return f"ALTER {word} {relation(node.key)} ALTER COLUMN {column} DROP DEFAULT"
    head = f"ALTER DOMAIN {qualified(*node.key.path)}"
    if node.part == "default":
        return f"{head} DROP DEFAULT"
    return f"{head} DROP CONSTRAINT {quote_identifier(node.part.removeprefix('check '))}"


def _detached(gone: set[Key], sides: Sides) -> _Dropped:
    """Partitions that leave their parent or get other bounds; before any comes that could overlap them."""
    found: _Dropped = []
    for key, before in sides.before.items():
        after = sides.after.get(key)
        if key in gone or not isinstance(before, Table | ForeignTable):
            continue
        if before.partition_of is None or not isinstance(after, Table | ForeignTable):
            continue
        moved = (before.partition_of, before.partition_bound) != (after.partition_of, after.partition_bound)
        if moved and not _relation_goes(before.partition_of, gone):
            found.append((key, f"ALTER TABLE {before.partition_of} DETACH PARTITION {before.qualified}"))
    return found


def _is_said(key: Key, gone: set[Key], sides: Sides) -> bool:
    """Whether it has to be dropped by name: not what goes with its relation, its constraint, its parent."""
    thing = sides.before[key]
    if isinstance(thing, Sequence):
        if thing.identity:
            return False
        owned = thing.owned_by
        return owned is None or not (
            Key(Kind.COLUMN, owned) in gone or _relation_goes(Qualified(owned.schema, owned.table), gone)
        )
    is_part = key.kind in (Kind.COLUMN, Kind.CONSTRAINT, Kind.TRIGGER, Kind.RULE, Kind.POLICY)
    if is_part and _relation_goes(Qualified(key.path[0], key.path[1]), gone):
        return _holds_another(thing, gone, sides)
    if isinstance(thing, Index):
        return thing.constraint is None and thing.parent is None and not _relation_goes(thing.relation, gone)
    if isinstance(thing, Column):
        return sides.old.table(thing.relation) is not None and (thing.local or thing.parent is None)
    if isinstance(thing, Constraint):
        return thing.parent is None and thing.local and not _goes_with_column(thing, sides)
    return not (isinstance(thing, Trigger) and (thing.parent is not None or thing.internal))


def _holds_another(thing: SchemaObject, gone: set[Key], sides: Sides) -> bool:
    """Whether a part of a relation that goes keeps another one from going first."""
    if isinstance(thing, Constraint) and thing.references is not None:
        other = thing.references != thing.relation and _relation_goes(thing.references, gone)
        return other and thing.parent is None
    made = sides.old_units.get(Node(thing.key))
    return thing.kind is Kind.POLICY and made is not None and any(need.key in gone for need in made.likely)


def _goes_with_column(constraint: Constraint, sides: Sides) -> bool:
    columns = (Key(Kind.COLUMN, (*constraint.relation, name)) for name in constraint.columns)
    return constraint.type != "check" and any(column not in sides.after for column in columns)


def _relation_goes(name: Qualified, gone: set[Key]) -> bool:
    return any(Key(kind, tuple(name)) in gone for kind in RELATION_KINDS)


def _stands_on(key: Key, early: set[Key], sides: Sides) -> bool:
    made = sides.old_units.get(Node(key))
    return made is not None and any(need.key in early for need in made.needs | made.likely)


def _statements_of(thing: SchemaObject, major: int) -> Iterable[str]:
    if isinstance(thing, DefaultPrivileges):
        return default_privileges_changes(thing, None, major)
    return [drop(thing)]


def _statements(keys: Iterable[Key], sides: Sides) -> _Dropped:
    units: list[Unit] = []
    for key in keys:
        own = sides.old_units.get(Node(key, "foreign key")) or sides.old_units.get(Node(key))
        needs, likely = (own.needs, own.likely) if own else (frozenset(), frozenset())
        node = own.node if own else Node(key)
        units.append(Unit(node, tuple(_statements_of(sides.before[key], sides.old.major)), needs, likely))
    ordered = [(made.node.key, sql) for made, sqls in in_order(units) for sql in sqls]
    return ordered[::-1]
