"""`ALTER TABLE` and the statements that share its grammar: `ALTER INDEX`, `VIEW`, composite types."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.add_column import parts_of_new_column
from toolkit.sql.classify.add_constraint import (
    part_of_alteration,
    part_of_drop,
    part_of_new_constraint,
    part_of_validation,
)
from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.knowledge import Knowledge
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import named
from toolkit.sql.classify.type_change import kind_of_type_change
from toolkit.sql.parse import Tree

_K = StatementKind

_SIMPLE: Final = {
    "AT_DropColumn": _K.ALTER_TABLE_DROP_COLUMN,
    "AT_DropNotNull": _K.ALTER_TABLE_DROP_NOT_NULL,
    "AT_SetStatistics": _K.ALTER_TABLE_SET_STATISTICS,
    "AT_SetStorage": _K.ALTER_TABLE_SET_STORAGE,
    "AT_SetCompression": _K.ALTER_TABLE_SET_COMPRESSION,
    "AT_SetOptions": _K.ALTER_TABLE_SET_COLUMN_OPTIONS,
    "AT_ResetOptions": _K.ALTER_TABLE_RESET_COLUMN_OPTIONS,
    "AT_AddIdentity": _K.ALTER_TABLE_ADD_IDENTITY,
    "AT_SetIdentity": _K.ALTER_TABLE_SET_IDENTITY,
    "AT_DropIdentity": _K.ALTER_TABLE_DROP_IDENTITY,
    "AT_DropExpression": _K.ALTER_TABLE_DROP_EXPRESSION,
    "AT_SetExpression": _K.ALTER_TABLE_SET_EXPRESSION,
    "AT_ChangeOwner": _K.ALTER_TABLE_OWNER_TO,
    "AT_SetRelOptions": _K.ALTER_TABLE_SET_OPTIONS,
    "AT_ResetRelOptions": _K.ALTER_TABLE_RESET_OPTIONS,
    "AT_SetLogged": _K.ALTER_TABLE_SET_LOGGED,
    "AT_SetUnLogged": _K.ALTER_TABLE_SET_UNLOGGED,
    "AT_SetTableSpace": _K.ALTER_TABLE_SET_TABLESPACE,
    "AT_SetAccessMethod": _K.ALTER_TABLE_SET_ACCESS_METHOD,
    "AT_ClusterOn": _K.ALTER_TABLE_CLUSTER_ON,
    "AT_DropCluster": _K.ALTER_TABLE_SET_WITHOUT_CLUSTER,
    "AT_EnableRowSecurity": _K.ALTER_TABLE_ENABLE_ROW_SECURITY,
    "AT_DisableRowSecurity": _K.ALTER_TABLE_DISABLE_ROW_SECURITY,
    "AT_ForceRowSecurity": _K.ALTER_TABLE_FORCE_ROW_SECURITY,
    "AT_NoForceRowSecurity": _K.ALTER_TABLE_NO_FORCE_ROW_SECURITY,
    "AT_ReplicaIdentity": _K.ALTER_TABLE_REPLICA_IDENTITY,
    "AT_EnableTrig": _K.ALTER_TABLE_ENABLE_TRIGGER,
    "AT_EnableAlwaysTrig": _K.ALTER_TABLE_ENABLE_TRIGGER,
    "AT_EnableReplicaTrig": _K.ALTER_TABLE_ENABLE_TRIGGER,
    "AT_EnableTrigAll": _K.ALTER_TABLE_ENABLE_TRIGGER,
    "AT_EnableTrigUser": _K.ALTER_TABLE_ENABLE_TRIGGER,
    "AT_DisableTrig": _K.ALTER_TABLE_DISABLE_TRIGGER,
    "AT_DisableTrigAll": _K.ALTER_TABLE_DISABLE_TRIGGER,
    "AT_DisableTrigUser": _K.ALTER_TABLE_DISABLE_TRIGGER,
    "AT_EnableRule": _K.ALTER_TABLE_ENABLE_RULE,
    "AT_EnableAlwaysRule": _K.ALTER_TABLE_ENABLE_RULE,
    "AT_EnableReplicaRule": _K.ALTER_TABLE_ENABLE_RULE,
    "AT_DisableRule": _K.ALTER_TABLE_DISABLE_RULE,
    "AT_AddOf": _K.ALTER_TABLE_OF_TYPE,
    "AT_DropOf": _K.ALTER_TABLE_NOT_OF,
}
_INDEX: Final = {
    "AT_SetRelOptions": _K.ALTER_INDEX_SET_OPTIONS,
    "AT_ResetRelOptions": _K.ALTER_INDEX_SET_OPTIONS,
    "AT_SetStatistics": _K.ALTER_INDEX_SET_STATISTICS,
    "AT_SetTableSpace": _K.ALTER_INDEX_SET_TABLESPACE,
}


def parts_of_alter_table(node: Tree, known: Knowledge) -> list[Part]:
    """The parts of an `AlterTableStmt`: one or more per command."""
    commands = [command["AlterTableCmd"] for command in node["cmds"]]
    match node["objtype"]:
        case "OBJECT_INDEX":
            return [_of_index(named(Role.INDEX, node["relation"]), command) for command in commands]
        case "OBJECT_TYPE":
            return [Part(_K.ALTER_COMPOSITE_TYPE, (), {"type": node["relation"]["relname"]})]
        case "OBJECT_VIEW":
            return [Part(_K.ALTER_VIEW, (named(Role.TABLE, node["relation"]),))]
        case "OBJECT_SEQUENCE":
            return [Part(_K.ALTER_SEQUENCE, (named(Role.TABLE, node["relation"]),))]
        case "OBJECT_TABLE" | "OBJECT_MATVIEW":
            table = named(Role.TABLE, node["relation"])
            parts = [part for command in commands for part in _of_command(table, command, known)]
            if node.get("missing_ok"):
                return [
                    Part(part.kind, part.relations, {**part.attributes, "if_exists": "true"})
                    for part in parts
                ]
            return parts
        case _:
            return [Part(_K.UNKNOWN)]


def _of_index(index: Named, command: Tree) -> Part:
    if command["subtype"] == "AT_AttachPartition":
        attached = named(Role.PARTITION, command["def"]["PartitionCmd"]["name"])
        return Part(_K.ALTER_INDEX_ATTACH_PARTITION, (index, attached))
    return Part(_INDEX.get(command["subtype"], _K.UNKNOWN), (index,))


def _of_command(table: Named, command: Tree, known: Knowledge) -> list[Part]:
    name = command.get("name", "")
    match command["subtype"]:
        case "AT_AddColumn":
            definition = command["def"]["ColumnDef"]
            skip = bool(command.get("missing_ok"))
            return parts_of_new_column(table, definition, known, if_not_exists=skip)
        case "AT_ColumnDefault":
            kind = _K.ALTER_TABLE_SET_DEFAULT if "def" in command else _K.ALTER_TABLE_DROP_DEFAULT
            return [Part(kind, (table,), {"column": name})]
        case "AT_SetNotNull":
            return [Part(_of_set_not_null(table, name, known), (table,), {"column": name})]
        case "AT_AlterColumnType":
            kind = kind_of_type_change(table.relation, name, command["def"]["ColumnDef"], known)
            return [Part(kind, (table,), {"column": name})]
        case "AT_AddConstraint":
            return [part_of_new_constraint(table, command["def"]["Constraint"])]
        case "AT_ValidateConstraint":
            return [part_of_validation(table, name, known)]
        case "AT_DropConstraint":
            return [part_of_drop(table, name, known, cascade=command.get("behavior") == "DROP_CASCADE")]
        case "AT_AlterConstraint":
            return [part_of_alteration(table, command["def"]["ATAlterConstraint"])]
        case "AT_AddInherit":
            return [Part(_K.ALTER_TABLE_INHERIT, (table, named(Role.PARENT, command["def"]["RangeVar"])))]
        case "AT_DropInherit":
            return [Part(_K.ALTER_TABLE_NO_INHERIT, (table, named(Role.PARENT, command["def"]["RangeVar"])))]
        case "AT_AttachPartition" | "AT_DetachPartition" | "AT_DetachPartitionFinalize":
            return [_of_partition(table, command)]
        case subtype:
            kind = _SIMPLE.get(subtype, _K.UNKNOWN)
            attributes = {"column": name} if name else {}
            if command.get("behavior") == "DROP_CASCADE":
                attributes["cascade"] = "true"
            return [Part(kind, (table,), attributes)]


def _of_set_not_null(table: Named, column: str, known: Knowledge) -> StatementKind:
    match known.is_proven_not_null(table.relation, column):
        case None:
            return _K.ALTER_TABLE_SET_NOT_NULL
        case True:
            return _K.ALTER_TABLE_SET_NOT_NULL_PROVEN
        case False:
            return _K.ALTER_TABLE_SET_NOT_NULL_UNPROVEN


def _of_partition(table: Named, command: Tree) -> Part:
    definition = command["def"]["PartitionCmd"]
    match command["subtype"]:
        case "AT_AttachPartition":
            kind = _K.ALTER_TABLE_ATTACH_PARTITION
        case "AT_DetachPartitionFinalize":
            kind = _K.ALTER_TABLE_DETACH_PARTITION_FINALIZE
        case _ if definition.get("concurrent"):
            kind = _K.ALTER_TABLE_DETACH_PARTITION_CONCURRENTLY
        case _:
            kind = _K.ALTER_TABLE_DETACH_PARTITION_BLOCKING
    return Part(kind, (table, named(Role.PARTITION, definition["name"])))
