"""What is dropped, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from toolkit.schema.ddl.alter.column_order import behind_columns, column_needs
from toolkit.schema.ddl.alter.databases import default_privileges_changes
from toolkit.schema.ddl.alter.owning import orphans
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.tables import loosened
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
    View,
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
    gone -= remaking.stuck
    apart = [*_stays_apart(gone, sides)]
    loose = {table.qualified for table, _ in apart}
    keys = {key for key in gone if key.kind not in _NOT_DROPPED and _is_said(key, gone, loose, sides)}
    early = {key for key in keys if key in remaking.keys or key.kind not in _LAST}
    while pulled := {key for key in keys - early if _stands_on(key, early, sides)}:
        early |= pulled
    late_defaults = {Node(key, "default") for key in early if Node(key, "default") in sides.old_units}
    parts = {node for node in remaking.parts if node.key not in early} | late_defaults
    first = [(table.key, sql) for table, statements in apart for sql in statements]
    first += [(node.key, _without(node, sides)) for node in sorted(parts)]
    first += [*_without_sequences(gone, remaking, sides)]
    first += [*_emptied(remaking, sides), *_statements(early, sides)]
    return first, _statements(keys - early, sides)


def _without_sequences(gone: set[Key], remaking: Remaking, sides: Sides) -> Iterable[tuple[Key, str]]:
    """Columns that are no identity any more; sequences that would go with a column and stay."""
    for key in sorted(remaking.in_place):
        before, after = sides.before[key], sides.after[key]
        if (
            isinstance(before, Column)
            and isinstance(after, Column)
            and before.identity
            and not after.identity
        ):
            head = f"ALTER TABLE {before.relation} ALTER COLUMN {quote_identifier(before.name)}"
            yield key, f"{head} DROP IDENTITY"
    for key in orphans(gone, remaking, sides):
        yield key, f"ALTER SEQUENCE {qualified(*key.path)} OWNED BY NONE"


def _emptied(remaking: Remaking, sides: Sides) -> _Dropped:
    """Generated columns that let go of what they are computed from."""
    found: _Dropped = []
    for key in sorted(remaking.emptied - remaking.keys - sides.removed):
        column = sides.before[key]
        if isinstance(column, Column) and column.parent is None:
            head = f"ALTER TABLE {relation(key)} ALTER COLUMN {quote_identifier(key.path[2])}"
            if column.not_null is not None:
                found.append((key, f"{head} DROP NOT NULL"))
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


def _stays_apart(gone: set[Key], sides: Sides) -> Iterable[tuple[Table | ForeignTable, list[str]]]:
    """Tables that stay and leave a parent: its columns and constraints become their own."""
    for key, before in sorted(sides.before.items()):
        after = sides.after.get(key)
        if not isinstance(before, Table | ForeignTable) or not isinstance(after, Table | ForeignTable):
            continue
        if key not in gone and (statements := list(loosened(before, after))):
            yield before, statements


def _is_said(key: Key, gone: set[Key], loose: set[Qualified], sides: Sides) -> bool:
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
        alone = thing.parent is None or thing.relation in loose
        return thing.constraint is None and alone and not _relation_goes(thing.relation, gone)
    if isinstance(thing, Column):
        alone = thing.local or thing.parent is None or thing.relation in loose
        return sides.old.table(thing.relation) is not None and alone
    if isinstance(thing, Constraint):
        alone = (thing.parent is None and thing.local) or thing.relation in loose
        return alone and not _goes_with_column(thing, sides)
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
    units = (_unit(key, sides) for key in keys)
    ordered = [(made.node.key, sql) for made, sqls in in_order(behind_columns(units)) for sql in sqls]
    return ordered[::-1]


def _unit(key: Key, sides: Sides) -> Unit:
    """What is dropped as if it were made: the order is turned round afterwards."""
    own = sides.old_units.get(Node(key, "foreign key")) or sides.old_units.get(Node(key))
    thing = sides.before[key]
    statements = tuple(_statements_of(thing, sides.old.major))
    if own is None:
        likely = column_needs(thing, sides.old) if isinstance(thing, Column) else frozenset()
        return Unit(Node(key), statements, likely=likely)
    if isinstance(thing, View) and own.placeholder:
        # In a circle the view first lets go of what it reads.
        emptied = (own.placeholder[0].replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1),)
        return Unit(own.node, statements, own.needs, own.likely, statements, emptied)
    return Unit(own.node, statements, own.needs, own.likely)
