"""Statements that work on rows or maintain relations: `SELECT`, `UPDATE`, `VACUUM`, `REINDEX`, `LOCK`."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.create import read_relations
from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import fields_named, is_on, named, options
from toolkit.sql.parse import Tree

_K = StatementKind

_REINDEXED: Final = {
    "REINDEX_OBJECT_INDEX": (_K.REINDEX_INDEX, _K.REINDEX_INDEX_CONCURRENTLY),
    "REINDEX_OBJECT_TABLE": (_K.REINDEX_TABLE, _K.REINDEX_TABLE_CONCURRENTLY),
    "REINDEX_OBJECT_SCHEMA": (_K.REINDEX_SCHEMA, _K.REINDEX_SCHEMA_CONCURRENTLY),
    "REINDEX_OBJECT_DATABASE": (_K.REINDEX_DATABASE, _K.REINDEX_DATABASE_CONCURRENTLY),
    "REINDEX_OBJECT_SYSTEM": (_K.REINDEX_SYSTEM, _K.UNKNOWN),
}
_LOCKED: Final = (
    _K.UNKNOWN,
    _K.LOCK_TABLE_ACCESS_SHARE,
    _K.LOCK_TABLE_ROW_SHARE,
    _K.LOCK_TABLE_ROW_EXCLUSIVE,
    _K.LOCK_TABLE_SHARE_UPDATE_EXCLUSIVE,
    _K.LOCK_TABLE_SHARE,
    _K.LOCK_TABLE_SHARE_ROW_EXCLUSIVE,
    _K.LOCK_TABLE_EXCLUSIVE,
    _K.LOCK_TABLE_ACCESS_EXCLUSIVE,
)
_WRITES: Final = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")


def parts_of_select(node: Tree) -> list[Part]:
    """The parts of a `SelectStmt`; data-changing common table expressions are parts of their own."""
    parts = _hidden_writes(node)
    if "intoClause" in node:
        new = named(Role.NEW, node["intoClause"]["rel"])
        sources = read_relations({key: value for key, value in node.items() if key != "intoClause"})
        return [*parts, Part(_K.CREATE_TABLE_AS, (new, *sources))]
    locking = any(True for _ in fields_named(node, "LockingClause"))
    relations = tuple(Named(Role.TABLE, source.relation) for source in read_relations(node))
    return [*parts, Part(_K.SELECT_FOR_UPDATE if locking else _K.SELECT, relations)]


def parts_of_insert(node: Tree) -> list[Part]:
    """The parts of an `InsertStmt`."""
    return [*_hidden_writes(node), Part(_K.INSERT, _written(node))]


def parts_of_update(node: Tree) -> list[Part]:
    """The parts of an `UpdateStmt`; without `WHERE` it is a kind of its own."""
    kind = _K.UPDATE if "whereClause" in node else _K.UPDATE_EVERYTHING
    return [*_hidden_writes(node), Part(kind, _written(node))]


def parts_of_delete(node: Tree) -> list[Part]:
    """The parts of a `DeleteStmt`; without `WHERE` it is a kind of its own."""
    kind = _K.DELETE if "whereClause" in node else _K.DELETE_EVERYTHING
    return [*_hidden_writes(node), Part(kind, _written(node))]


def parts_of_merge(node: Tree) -> list[Part]:
    """The parts of a `MergeStmt`."""
    return [*_hidden_writes(node), Part(_K.MERGE, _written(node))]


def _written(node: Tree) -> tuple[Named, ...]:
    rest = {key: value for key, value in node.items() if key != "relation"}
    return (named(Role.TABLE, node["relation"]), *read_relations(rest))


def _hidden_writes(node: Tree) -> list[Part]:
    readers = (parts_of_insert, parts_of_update, parts_of_delete, parts_of_merge)
    parts = []
    for expression in fields_named(node.get("withClause"), "CommonTableExpr"):
        for kind, read in zip(_WRITES, readers, strict=True):
            if kind in expression["ctequery"]:
                parts += read(expression["ctequery"][kind])
    return parts


def parts_of_copy(node: Tree) -> list[Part]:
    """The part of a `CopyStmt`."""
    kind = _K.COPY_FROM if node.get("is_from") else _K.COPY_TO
    if "relation" in node:
        return [Part(kind, (named(Role.TABLE, node["relation"]),))]
    return [Part(kind, read_relations(node.get("query")))]


def parts_of_vacuum(node: Tree) -> list[Part]:
    """The part of a `VacuumStmt`, which is also `ANALYZE`. No relation means the whole database."""
    given = options(node.get("options", ()))
    relations = tuple(named(Role.TABLE, variable) for variable in fields_named(node.get("rels"), "relation"))
    if not node.get("is_vacuumcmd"):
        return [Part(_K.ANALYZE, relations)]
    if is_on(given, "full"):
        return [Part(_K.VACUUM_FULL, relations)]
    return [Part(_K.VACUUM_ANALYZE if is_on(given, "analyze") else _K.VACUUM_PLAIN, relations)]


def parts_of_cluster(node: Tree) -> list[Part]:
    """The part of a `ClusterStmt`."""
    return [Part(_K.CLUSTER, (named(Role.TABLE, node["relation"]),) if "relation" in node else ())]


def parts_of_reindex(node: Tree) -> list[Part]:
    """The part of a `ReindexStmt`."""
    blocking, concurrently = _REINDEXED[node["kind"]]
    kind = concurrently if is_on(options(node.get("params", ())), "concurrently") else blocking
    role = Role.INDEX if node["kind"] == "REINDEX_OBJECT_INDEX" else Role.TABLE
    return [Part(kind, (named(role, node["relation"]),) if "relation" in node else ())]


def parts_of_refresh(node: Tree) -> list[Part]:
    """The part of a `RefreshMatViewStmt`."""
    view = (named(Role.TABLE, node["relation"]),)
    if node.get("concurrent"):
        return [Part(_K.REFRESH_MATERIALIZED_VIEW_CONCURRENTLY, view)]
    if node.get("skipData"):
        return [Part(_K.REFRESH_MATERIALIZED_VIEW_NO_DATA, view)]
    return [Part(_K.REFRESH_MATERIALIZED_VIEW_BLOCKING, view)]


def parts_of_lock(node: Tree) -> list[Part]:
    """The part of a `LockStmt`; the mode is a number in the order of strength."""
    return [
        Part(_LOCKED[node["mode"]], tuple(named(Role.TABLE, one["RangeVar"]) for one in node["relations"]))
    ]
