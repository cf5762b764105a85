"""What `DROP`, `RENAME` and `SET SCHEMA` leave of a world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from toolkit.migrate.lint.world.things import Name
from toolkit.migrate.lint.world.world import World, name_of
from toolkit.sql.classify import RelationName
from toolkit.sql.classify.reading import dotted, relation_name
from toolkit.sql.parse import Tree

_HELD: Final = frozenset(
    {
        "OBJECT_TABLE",
        "OBJECT_INDEX",
        "OBJECT_VIEW",
        "OBJECT_MATVIEW",
        "OBJECT_POLICY",
        "OBJECT_TYPE",
        "OBJECT_DOMAIN",
        "OBJECT_SCHEMA",
    }
)
"""What a world holds of the things that can be dropped."""


def drop(world: World, node: Tree, revision: str) -> World:
    """The world after a `DropStmt`."""
    del revision
    what = node["removeType"]
    if what not in _HELD:
        return world
    for item in node["objects"]:
        if "List" in item:
            world = _dropped(world, what, item["List"]["items"])
        elif "TypeName" in item:
            world = _without_type(world, dotted(item["TypeName"]["names"]).name)
        elif "String" in item and what == "OBJECT_SCHEMA":
            world = _without_schema(world, item["String"]["sval"])
    return world


def _dropped(world: World, what: str, names: list[Tree]) -> World:
    if what == "OBJECT_POLICY":
        policy = (name_of(dotted(names[:-1])), names[-1]["String"]["sval"])
        return replace(world, policies=world.policies - {policy})
    name = name_of(dotted(names))
    if what == "OBJECT_TABLE":
        return without_table(world, name)
    if what == "OBJECT_INDEX":
        return replace(world, indexes=_without(world.indexes, name))
    if what in ("OBJECT_VIEW", "OBJECT_MATVIEW"):
        return replace(world, views=_without(world.views, name))
    return world


def without_table(world: World, name: Name) -> World:
    """The world without a table, its indexes, partitions and the foreign keys that point to it."""
    for partition in tuple(world.partitions_of(name)):
        world = without_table(world, partition.name)
    tables = {}
    for key, table in world.tables.items():
        if key == name:
            continue
        kept = {each: one for each, one in table.constraints.items() if one.refers_to != name}
        default = None if table.default_partition == name else table.default_partition
        changed = len(kept) < len(table.constraints) or default != table.default_partition
        tables[key] = replace(table, constraints=kept, default_partition=default) if changed else table
    indexes = {key: one for key, one in world.indexes.items() if one.table != name}
    return replace(world, tables=tables, indexes=indexes)


def _without_type(world: World, name: str) -> World:
    return replace(
        world,
        enums=_without(world.enums, name),
        enums_made_in=_without(world.enums_made_in, name),
        domains=_without(world.domains, name),
    )


def _without_schema(world: World, schema: str) -> World:
    for name in [one for one in world.tables if one[0] == schema]:
        world = without_table(world, name)
    return replace(world, views={key: one for key, one in world.views.items() if key[0] != schema})


def _without(mapping: Mapping[Any, Any], key: object) -> dict[Any, Any]:
    return {each: value for each, value in mapping.items() if each != key}


def rename(world: World, node: Tree, revision: str) -> World:
    """The world after a `RenameStmt`."""
    del revision
    what, new = node["renameType"], node["newname"]
    if "relation" not in node:
        if what == "OBJECT_TYPE":
            return _rename_type(world, dotted(node["object"]["List"]["items"]).name, new)
        return world
    old = name_of(relation_name(node["relation"]))
    change = _RENAMES.get(what)
    return change(world, old, node.get("subname", ""), new) if change else world


def _rename_type(world: World, old: str, new: str) -> World:
    if old in world.enums:
        enums = {**_without(world.enums, old), new: world.enums[old]}
        made = {**_without(world.enums_made_in, old), new: world.enums_made_in.get(old, "")}
        return replace(world, enums=enums, enums_made_in=made)
    if old in world.domains:
        return replace(world, domains={**_without(world.domains, old), new: world.domains[old]})
    return world


def _rename_table(world: World, old: Name, _sub: str, new: str) -> World:
    return moved(world, old, (old[0], new))


def _rename_index(world: World, old: Name, _sub: str, new: str) -> World:
    if old not in world.indexes:
        return world
    name = (old[0], new)
    index = replace(world.indexes[old], name=name)
    return replace(world, indexes={**_without(world.indexes, old), name: index})


def _rename_column(world: World, table: Name, old: str, new: str) -> World:
    found = world.tables.get(table)
    if found is None or old not in found.columns:
        return world
    columns = {
        new if key == old else key: replace(one, name=new) if key == old else one
        for key, one in found.columns.items()
    }
    constraints = {
        key: replace(
            one,
            columns=tuple(new if each == old else each for each in one.columns),
            mentions=frozenset(new if each == old else each for each in one.mentions),
            proves_not_null=new if one.proves_not_null == old else one.proves_not_null,
        )
        for key, one in found.constraints.items()
    }
    indexes = {
        key: replace(one, columns=tuple(new if each == old else each for each in one.columns))
        if one.table == table
        else one
        for key, one in world.indexes.items()
    }
    changed = replace(found, columns=columns, constraints=constraints)
    return replace(world, tables={**world.tables, table: changed}, indexes=indexes)


def _rename_constraint(world: World, table: Name, old: str, new: str) -> World:
    found = world.tables.get(table)
    if found is None or old not in found.constraints:
        return world
    constraints = {**_without(found.constraints, old), new: replace(found.constraints[old], name=new)}
    return replace(world, tables={**world.tables, table: replace(found, constraints=constraints)})


def moved(world: World, old: Name, new: Name) -> World:
    """The world with a table under another name."""
    if old not in world.tables:
        return world
    tables = {}
    for key, table in world.tables.items():
        constraints = {
            each: replace(one, refers_to=new) if one.refers_to == old else one
            for each, one in table.constraints.items()
        }
        of = new if table.partition_of == old else table.partition_of
        changed = replace(table, constraints=constraints, partition_of=of)
        tables[new if key == old else key] = replace(changed, name=new) if key == old else changed
    indexes = {
        key: replace(one, table=new) if one.table == old else one for key, one in world.indexes.items()
    }
    views = {
        key: replace(one, reads=frozenset(new if each == old else each for each in one.reads))
        for key, one in world.views.items()
    }
    return replace(world, tables=tables, indexes=indexes, views=views)


def set_schema(world: World, node: Tree, revision: str) -> World:
    """The world after an `AlterObjectSchemaStmt`."""
    del revision
    if "relation" not in node:
        return world
    old = name_of(relation_name(node["relation"]))
    return moved(world, old, name_of(RelationName(node["newschema"], old[1])))


_RENAMES: Final[Mapping[str, Callable[[World, Name, str, str], World]]] = {
    "OBJECT_TABLE": _rename_table,
    "OBJECT_INDEX": _rename_index,
    "OBJECT_COLUMN": _rename_column,
    "OBJECT_TABCONSTRAINT": _rename_constraint,
}
