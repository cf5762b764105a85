"""References that carry the owner: unique indexes, composite foreign keys, and what cannot be a key.

A foreign key is checked without policies, so a key over the parent's id alone lets a user point at another
user's row. With the owner in it, no row ever can. The old key stays: it costs a look-up per write, and
dropping it would lock both tables for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.isolation.grounds import Edge, OwnedTable
from toolkit.isolation.protect import partitions
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import LeftOpen, Stage, Step
from toolkit.schema.ddl.constraints import constraint_clause
from toolkit.schema.objects import Constraint, Index
from toolkit.sql.quoting import qualified, quote_identifier

_NULLING = ("set null", "set default")
_LISTS_COLUMNS_SINCE = 15
_PARTITIONED_SINCE = 18


def why_no_key(site: Site, edge: Edge) -> str | None:
    """Why the reference cannot carry the owner; None if it can."""
    child, parent, key = edge.child, edge.parent, site.constraint(edge.child, edge.foreign_key.name)
    if key is None or key.temporal:
        return "its foreign key is none that could be made again"
    if child.path.hops or parent.path.hops:
        without = child if child.path.hops else parent
        return f"{without.name} has no column with the owner"
    if site.table(parent).partition_key:
        return (
            f"{parent.name} is partitioned, and no index over its partitions makes it unique without a lock"
        )
    if site.table(child).partition_key and site.snapshot.server.major < _PARTITIONED_SINCE:
        return "on this version a partitioned table takes no such key without reading its rows under a lock"
    if site.table(child).inherits or site.table(parent).inherits:
        return "an inherited table's key does not hold for its parents"
    if site.owner_type(child) != site.owner_type(parent):
        return f"the owners have different types ({site.owner_type(child)}, {site.owner_type(parent)})"
    if key.on_update in _NULLING:
        return "ON UPDATE would take the owner away"
    if key.on_delete in _NULLING and site.snapshot.server.major < _LISTS_COLUMNS_SINCE:
        return "ON DELETE would take the owner away on this version"
    return None


def key_steps(site: Site, edge: Edge) -> Iterator[Step | LeftOpen]:
    """What makes the reference carry the owner, in three stages. Raises nothing: ask `why_no_key` first."""
    child, parent = edge.child, edge.parent
    old = site.constraint(child, edge.foreign_key.name)
    assert old is not None
    target = (*edge.foreign_key.target_columns, parent.path.column)
    columns = (*edge.foreign_key.columns, child.path.column)
    yield from _unique_index(site, parent, target)
    yield from index_step(site, child, (child.path.column, *edge.foreign_key.columns))
    clause = replace(
        old,
        name=site.new_name("fk", child.shape.table, *columns, parent.shape.table, schema=child.shape.schema),
        columns=columns,
        referenced_columns=target,
        match="simple",
        validated=False,
        set_columns=(old.set_columns or old.columns) if old.on_delete in _NULLING else (),
        comment=None,
    )
    yield from _foreign_key(site, child, clause)


def validation_steps(site: Site, edge: Edge) -> Iterator[Step]:
    """What proves a key that is there for the rows that were there before it."""
    key = site.constraint(edge.child, edge.foreign_key.name)
    if key is not None and not key.validated and key.enforced:
        yield _validation(site, edge.child, key)


def index_step(site: Site, table: OwnedTable, columns: tuple[str, ...]) -> Iterator[Step | LeftOpen]:
    """An index that begins with these columns in some order, if there is none."""
    known = [*site.indexes(table), *site.planned_indexes.get(table.name, ())]
    if any(sorted(each[: len(columns)]) == sorted(columns) for each in known):
        return
    if site.table(table).partition_key is None:
        yield _index(site, table, columns, unique=False)
    else:
        site.planned_indexes.setdefault(table.name, []).append(columns)
        yield partitions.index_step(site, table, columns)


def owner_index_steps(site: Site, table: OwnedTable) -> Iterator[Step | LeftOpen]:
    """An index that begins with the owner: policies ask for it with every statement."""
    if not table.path.hops:
        yield from index_step(site, table, (table.path.column,))


def _unique_index(site: Site, table: OwnedTable, columns: tuple[str, ...]) -> Iterator[Step]:
    """What a foreign key refers to: these columns unique together."""
    planned = site.planned_unique.get(table.name, set())
    wanted = frozenset(columns)
    if wanted in planned or any(
        _is_unique(site, table, index, wanted) for index in site.parts(table).indexes
    ):
        return
    site.planned_unique.setdefault(table.name, set()).add(wanted)
    yield _index(site, table, columns, unique=True)


def _is_unique(site: Site, table: OwnedTable, index: Index, wanted: frozenset[str]) -> bool:
    serves = site.constraint(table, index.constraint)
    columns = [key.column for key in index.keys]
    return (
        index.unique
        and index.valid
        and index.predicate is None
        and not (serves is not None and serves.deferrable)
        and len(columns) == len(wanted)
        and set(columns) == wanted
    )


def _index(site: Site, table: OwnedTable, columns: tuple[str, ...], *, unique: bool) -> Step:
    site.planned_indexes.setdefault(table.name, []).append(columns)
    schema = table.shape.schema
    name = site.new_name("uq" if unique else "ix", table.shape.table, *columns, schema=schema)
    listed = ", ".join(map(quote_identifier, columns))
    dropped = f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(schema, name)}"
    word = "UNIQUE INDEX" if unique else "INDEX"
    made = f"CREATE {word} CONCURRENTLY {quote_identifier(name)} ON {table.quoted} ({listed})"
    # What has the name can only be the invalid rest of a build that failed.
    return Step(Stage.INDEXES, table.name, f"{word.lower()} on ({listed})", (dropped, made), (dropped,))


def _foreign_key(site: Site, child: OwnedTable, key: Constraint) -> Iterator[Step]:
    name = quote_identifier(key.name)
    columns = ", ".join(key.columns)
    does = f"({columns}) refers to {key.references} with the owner"
    made = f"ALTER TABLE {child.quoted} ADD {constraint_clause(key, site.source)}"
    gone = f"ALTER TABLE {child.quoted} DROP CONSTRAINT {name}"
    yield Step(Stage.KEYS, child.name, does, (made,), (gone,))
    yield _validation(site, child, key)


def _validation(site: Site, child: OwnedTable, key: Constraint) -> Step:
    name = quote_identifier(key.name)
    doubtful = constraint_clause(replace(key, validated=False), site.source)
    # A constraint goes back to NOT VALID only by being dropped and added again. Nothing is read.
    back = f"ALTER TABLE {child.quoted} DROP CONSTRAINT {name}, ADD {doubtful}"
    return Step(
        Stage.VALIDATION,
        child.name,
        f"old rows keep to {key.name}",
        (f"ALTER TABLE {child.quoted} VALIDATE CONSTRAINT {name}",),
        (back,),
    )
