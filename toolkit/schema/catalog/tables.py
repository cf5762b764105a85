"""Relations: tables, foreign tables, views and materialized views, without their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.schema.catalog.directory import Directory, Relation, options
from toolkit.schema.catalog.remote import without_secrets
from toolkit.schema.objects import (
    ForeignTable,
    MaterializedView,
    Qualified,
    SchemaObject,
    Table,
    View,
)
from toolkit.schema.sizes import BLOCK, RelationSize

PERSISTENCE: Mapping[str, Any] = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_REPLICA_IDENTITY = {"d": "default", "n": "nothing", "f": "full"}


def note_relations(rows: Iterable[Any], directory: Directory) -> None:
    """Put every relation into the directory, so that other objects can name it."""
    for row in rows:
        oid, schema, name, kind = row[:4]
        origin = directory.origin("pg_class", oid, schema)
        directory.relations[oid] = Relation(Qualified(schema, name), kind, origin)


def relations(
    rows: Iterable[Any],
    directory: Directory,
    *,
    identities: Mapping[int, str],
    foreign: Mapping[int, tuple[str, list[str] | None]],
) -> Iterator[SchemaObject]:
    """Every relation as an object. `identities`: the index of each table whose replica identity is one."""
    for row in rows:
        kind = row[3]
        if kind == "v":
            yield _view(row, directory)
        elif kind == "m":
            yield _materialized_view(row, directory)
        elif kind == "f":
            yield _foreign_table(row, directory, foreign)
        else:
            yield _table(row, directory, identities)


def _table(row: Any, directory: Directory, identities: Mapping[int, str]) -> Table:
    (
        oid, schema, name, _kind, owner, persistence, method, space, storage, toast, identity, secured,
        forced, is_partition, _populated, of_type, partition_key, bound, _definition, acl, *_estimates,
    ) = row  # fmt: skip
    parents = _parents(oid, directory)
    return Table(
        schema,
        name,
        directory.role(owner),
        PERSISTENCE[persistence],
        method,
        space,
        options(storage) + options(toast, "toast."),
        f"index {identities.get(oid, '?')}" if identity == "i" else _REPLICA_IDENTITY[identity],
        secured,
        forced,
        () if is_partition else parents,
        partition_key,
        parents[0] if is_partition and parents else None,
        bound,
        oid in directory.detaching,
        of_type,
        directory.grants("r", owner, acl),
        comment=directory.comment("pg_class", oid),
        origin=directory.relations[oid].origin,
    )


def _foreign_table(
    row: Any, directory: Directory, foreign: Mapping[int, tuple[str, list[str] | None]]
) -> ForeignTable:
    oid, schema, name, owner, is_partition, bound, acl = (
        row[0],
        row[1],
        row[2],
        row[4],
        row[13],
        row[17],
        row[19],
    )
    parents = _parents(oid, directory)
    server, server_options = foreign.get(oid, ("?", None))
    return ForeignTable(
        schema,
        name,
        directory.role(owner),
        server,
        without_secrets(server_options),
        () if is_partition else parents,
        parents[0] if is_partition and parents else None,
        bound,
        directory.grants("r", owner, acl),
        comment=directory.comment("pg_class", oid),
        origin=directory.relations[oid].origin,
    )


def _view(row: Any, directory: Directory) -> View:
    oid, schema, name, owner, storage, definition, acl = (
        row[0],
        row[1],
        row[2],
        row[4],
        row[8],
        row[18],
        row[19],
    )
    return View(
        schema,
        name,
        directory.role(owner),
        definition,
        options(storage),
        directory.grants("r", owner, acl),
        comment=directory.comment("pg_class", oid),
        origin=directory.relations[oid].origin,
    )


def _materialized_view(row: Any, directory: Directory) -> MaterializedView:
    oid, schema, name, owner, method, space, storage = row[0], row[1], row[2], row[4], row[6], row[7], row[8]
    return MaterializedView(
        schema,
        name,
        directory.role(owner),
        row[18],
        row[14],
        options(storage),
        space,
        method,
        directory.grants("r", owner, row[19]),
        comment=directory.comment("pg_class", oid),
        origin=directory.relations[oid].origin,
    )


def _parents(oid: int, directory: Directory) -> tuple[Qualified, ...]:
    known = directory.relations
    return tuple(known[parent].name for parent in directory.parents.get(oid, ()) if parent in known)


def estimated_sizes(
    rows: Iterable[Any], index_rows: Iterable[Any], directory: Directory
) -> dict[Qualified, RelationSize]:
    """What the catalog believes of rows and pages. Costs no further query and may be old."""
    index_pages: dict[int, int] = {}
    for row in index_rows:
        index_pages[row[1]] = index_pages.get(row[1], 0) + row[21]
    sizes = {}
    for row in rows:
        oid, kind = row[0], row[3]
        if kind in "rpm":
            analysed, pages, live = row[20], row[21], row[22]
            count = live or (int(analysed) if analysed >= 0 else None)
            sizes[directory.relations[oid].name] = RelationSize(
                rows=count, table_bytes=pages * BLOCK, index_bytes=index_pages.get(oid, 0) * BLOCK
            )
    return sizes
