"""`DROP`, `TRUNCATE`, `RENAME`, `SET SCHEMA`, `OWNER TO`, `COMMENT`: said of an object of any type."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import dotted, named
from toolkit.sql.parse import Tree

_K = StatementKind

_DROPPED_RELATIONS: Final = {
    "OBJECT_TABLE": _K.DROP_TABLE,
    "OBJECT_VIEW": _K.DROP_VIEW,
    "OBJECT_MATVIEW": _K.DROP_MATERIALIZED_VIEW,
    "OBJECT_SEQUENCE": _K.DROP_SEQUENCE,
}
_DROPPED_FROM_TABLE: Final = {
    "OBJECT_TRIGGER": _K.DROP_TRIGGER,
    "OBJECT_RULE": _K.DROP_RULE,
    "OBJECT_POLICY": _K.DROP_POLICY,
}
_DROPPED: Final = {
    "OBJECT_TYPE": _K.DROP_TYPE,
    "OBJECT_DOMAIN": _K.DROP_DOMAIN,
    "OBJECT_FUNCTION": _K.DROP_FUNCTION,
    "OBJECT_PROCEDURE": _K.DROP_FUNCTION,
    "OBJECT_AGGREGATE": _K.DROP_FUNCTION,
    "OBJECT_ROUTINE": _K.DROP_FUNCTION,
    "OBJECT_STATISTIC_EXT": _K.DROP_STATISTICS,
    "OBJECT_SCHEMA": _K.DROP_SCHEMA,
    "OBJECT_EXTENSION": _K.DROP_EXTENSION,
    "OBJECT_PUBLICATION": _K.DROP_PUBLICATION,
    "OBJECT_EVENT_TRIGGER": _K.DROP_EVENT_TRIGGER,
}
_RENAMED: Final = {
    "OBJECT_TABLE": _K.ALTER_TABLE_RENAME_TABLE,
    "OBJECT_COLUMN": _K.ALTER_TABLE_RENAME_COLUMN,
    "OBJECT_TABCONSTRAINT": _K.ALTER_TABLE_RENAME_CONSTRAINT,
    "OBJECT_INDEX": _K.ALTER_INDEX_RENAME,
    "OBJECT_VIEW": _K.RENAME_VIEW,
    "OBJECT_MATVIEW": _K.RENAME_MATERIALIZED_VIEW,
    "OBJECT_SEQUENCE": _K.RENAME_SEQUENCE,
    "OBJECT_TYPE": _K.RENAME_TYPE,
    "OBJECT_DOMAIN": _K.RENAME_TYPE,
    "OBJECT_SCHEMA": _K.RENAME_SCHEMA,
    "OBJECT_TRIGGER": _K.RENAME_TRIGGER,
}
_COMMENTED: Final = {
    "OBJECT_TABLE": _K.COMMENT_TABLE,
    "OBJECT_COLUMN": _K.COMMENT_COLUMN,
    "OBJECT_INDEX": _K.COMMENT_INDEX,
    "OBJECT_TABCONSTRAINT": _K.COMMENT_CONSTRAINT,
}


def parts_of_drop(node: Tree) -> list[Part]:
    """The part of a `DropStmt`, with all the objects it names."""
    what = node["removeType"]
    attributes = {"cascade": "true"} if node.get("behavior") == "DROP_CASCADE" else {}
    if node.get("missing_ok"):
        attributes["if_exists"] = "true"
    names = [item["List"]["items"] for item in node["objects"] if "List" in item]
    if what == "OBJECT_INDEX":
        kind = _K.DROP_INDEX_CONCURRENTLY if node.get("concurrent") else _K.DROP_INDEX_BLOCKING
        return [Part(kind, tuple(Named(Role.INDEX, dotted(name)) for name in names), attributes)]
    if what in _DROPPED_RELATIONS:
        relations = tuple(Named(Role.TABLE, dotted(name)) for name in names)
        return [Part(_DROPPED_RELATIONS[what], relations, attributes)]
    if what in _DROPPED_FROM_TABLE:
        tables = tuple(Named(Role.TABLE, dotted(name[:-1])) for name in names)
        return [Part(_DROPPED_FROM_TABLE[what], tables, attributes)]
    return [Part(_DROPPED.get(what, _K.UNKNOWN), (), attributes)]


def parts_of_truncate(node: Tree) -> list[Part]:
    """The part of a `TruncateStmt`."""
    tables = tuple(named(Role.TABLE, relation["RangeVar"]) for relation in node["relations"])
    cascade = node.get("behavior") == "DROP_CASCADE"
    return [Part(_K.TRUNCATE_CASCADE if cascade else _K.TRUNCATE_PLAIN, tables)]


def parts_of_rename(node: Tree) -> list[Part]:
    """The part of a `RenameStmt`."""
    what = node["renameType"]
    kind = _RENAMED.get(what, _K.UNKNOWN)
    if what == "OBJECT_COLUMN" and node.get("relationType") not in ("OBJECT_TABLE", "OBJECT_MATVIEW"):
        kind = _K.ALTER_VIEW if node.get("relationType") == "OBJECT_VIEW" else _K.UNKNOWN
    if what == "OBJECT_ATTRIBUTE":
        return [Part(_K.ALTER_COMPOSITE_TYPE)]
    attributes = {"new_name": node["newname"]}
    if "relation" not in node:
        return [Part(kind, (), attributes)]
    if "subname" in node:
        attributes["column" if what == "OBJECT_COLUMN" else "name"] = node["subname"]
    role = Role.INDEX if what == "OBJECT_INDEX" else Role.TABLE
    return [Part(kind, (named(role, node["relation"]),), attributes)]


def parts_of_set_schema(node: Tree) -> list[Part]:
    """The part of an `AlterObjectSchemaStmt`."""
    if node["objectType"] == "OBJECT_TABLE":
        table = named(Role.TABLE, node["relation"])
        return [Part(_K.ALTER_TABLE_SET_SCHEMA, (table,), {"new_schema": node["newschema"]})]
    return [Part(_K.UNKNOWN)]


def parts_of_comment(node: Tree) -> list[Part]:
    """The part of a `CommentStmt`."""
    kind = _COMMENTED.get(node["objtype"], _K.COMMENT_OTHER)
    if kind is _K.COMMENT_OTHER:
        return [Part(kind)]
    items = node["object"]["List"]["items"]
    inside = kind in (_K.COMMENT_COLUMN, _K.COMMENT_CONSTRAINT)
    role = Role.INDEX if kind is _K.COMMENT_INDEX else Role.TABLE
    return [Part(kind, (Named(role, dotted(items[:-1] if inside else items)),))]
