"""What `ALTER TABLE` leaves of a world, command by command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from toolkit.migrate.lint.world.definitions import type_text, with_column, with_constraint
from toolkit.migrate.lint.world.things import Column, Index, Name, Table
from toolkit.migrate.lint.world.world import World, name_of
from toolkit.sql.classify import ConstraintKind
from toolkit.sql.classify.reading import relation_name
from toolkit.sql.parse import Tree


def alter_table(world: World, node: Tree, revision: str) -> World:
    """The world after an `AlterTableStmt`. Tables that were never seen being made stay unknown."""
    del revision
    name = name_of(relation_name(node["relation"]))
    for command in (one["AlterTableCmd"] for one in node["cmds"]):
        if node["objtype"] == "OBJECT_INDEX":
            world = _index(world, name, command)
        elif name in world.tables:
            world = _command(world, world.tables[name], command)
    return world


def _index(world: World, name: Name, command: Tree) -> World:
    if command["subtype"] == "AT_AttachPartition" and name in world.indexes:
        index = replace(world.indexes[name], valid=True)
        return replace(world, indexes={**world.indexes, name: index})
    return world


def _command(world: World, table: Table, command: Tree) -> World:
    match command["subtype"]:
        case "AT_DropColumn":
            return _drop_column(world, table, command["name"])
        case "AT_AddConstraint":
            constraint = command["def"]["Constraint"]
            columns: tuple[str, ...] = ()
            if "indexname" in constraint:
                index = world.indexes.get((table.name[0], constraint["indexname"]))
                columns = tuple(one for one in index.columns if one) if index else ()
            return _put(world, with_constraint(table, constraint, index_columns=columns))
        case "AT_AttachPartition":
            return _attach(world, table, command["def"]["PartitionCmd"])
        case "AT_DetachPartition":
            child = name_of(relation_name(command["def"]["PartitionCmd"]["name"]))
            if child in world.tables:
                world = _put(world, replace(world.tables[child], partition_of=None))
            gone = table.default_partition == child
            return _put(world, replace(table, default_partition=None)) if gone else world
        case subtype if subtype in _SIMPLE:
            return _put(world, _SIMPLE[subtype](table, command))
        case _:
            return world


def _put(world: World, table: Table) -> World:
    return replace(world, tables={**world.tables, table.name: table})


def _attach(world: World, table: Table, command: Tree) -> World:
    child = name_of(relation_name(command["name"]))
    if child in world.tables:
        world = _put(world, replace(world.tables[child], partition_of=table.name))
    if command.get("bound", {}).get("is_default"):
        world = _put(world, replace(world.tables[table.name], default_partition=child))
    return world


def _drop_column(world: World, table: Table, name: str) -> World:
    constraints = {
        key: one
        for key, one in table.constraints.items()
        if name not in one.columns and name not in one.mentions
    }
    columns = {key: one for key, one in table.columns.items() if key != name}
    indexes = {key: one for key, one in world.indexes.items() if not _stands_on(one, table.name, name)}
    changed = replace(table, columns=columns, constraints=constraints)
    return replace(world, tables={**world.tables, table.name: changed}, indexes=indexes)


def _stands_on(index: Index, table: Name, column: str) -> bool:
    return index.table == table and column in index.columns


def _with(table: Table, name: str, change: Callable[[Column], Column]) -> Table:
    if name not in table.columns:
        return table
    return replace(table, columns={**table.columns, name: change(table.columns[name])})


def _add_column(table: Table, command: Tree) -> Table:
    definition = command["def"]["ColumnDef"]
    if command.get("missing_ok") and definition["colname"] in table.columns:
        return table
    return with_column(table, definition)


def _type(table: Table, command: Tree) -> Table:
    written = type_text(command["def"]["ColumnDef"]["typeName"])
    return _with(table, command["name"], lambda column: replace(column, type=written))


def _default(table: Table, command: Tree) -> Table:
    return _with(table, command["name"], lambda column: replace(column, has_default="def" in command))


def _set_not_null(table: Table, command: Tree) -> Table:
    return _with(table, command["name"], lambda column: replace(column, not_null=True))


def _drop_not_null(table: Table, command: Tree) -> Table:
    return _with(table, command["name"], lambda column: replace(column, not_null=False))


def _validate(table: Table, command: Tree) -> Table:
    found = table.constraints.get(command["name"])
    if found is None:
        return table
    table = replace(table, constraints={**table.constraints, found.name: replace(found, valid=True)})
    if found.kind is ConstraintKind.NOT_NULL:
        for column in found.columns:
            table = _with(table, column, lambda one: replace(one, not_null=True))
    return table


def _drop_constraint(table: Table, command: Tree) -> Table:
    rest = {key: one for key, one in table.constraints.items() if key != command["name"]}
    return replace(table, constraints=rest)


def _row_security(table: Table, command: Tree) -> Table:
    return replace(table, row_security=command["subtype"] == "AT_EnableRowSecurity")


def _moved(table: Table, command: Tree) -> Table:
    if command["subtype"] == "AT_SetTableSpace":
        return replace(table, tablespace=command["name"])
    return replace(table, access_method=command.get("name", "heap"))


_SIMPLE: Final[Mapping[str, Callable[[Table, Tree], Table]]] = {
    "AT_AddColumn": _add_column,
    "AT_AlterColumnType": _type,
    "AT_ColumnDefault": _default,
    "AT_SetNotNull": _set_not_null,
    "AT_DropNotNull": _drop_not_null,
    "AT_ValidateConstraint": _validate,
    "AT_DropConstraint": _drop_constraint,
    "AT_SetTableSpace": _moved,
    "AT_SetAccessMethod": _moved,
    "AT_EnableRowSecurity": _row_security,
    "AT_DisableRowSecurity": _row_security,
}
