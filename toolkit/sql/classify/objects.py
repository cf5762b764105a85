"""Statements about objects that are not relations: types, domains, functions, roles, databases, sessions."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import dotted, fields_named, named
from toolkit.sql.parse import Tree

_K = StatementKind

_DOMAIN_CHANGES: Final = {
    "T": _K.ALTER_DOMAIN_SET_DEFAULT,
    "N": _K.ALTER_DOMAIN_DROP_NOT_NULL,
    "O": _K.ALTER_DOMAIN_SET_NOT_NULL,
    "V": _K.ALTER_DOMAIN_VALIDATE_CONSTRAINT,
    "X": _K.ALTER_DOMAIN_DROP_CONSTRAINT,
}
_TRANSACTION: Final = {
    "TRANS_STMT_BEGIN": _K.BEGIN,
    "TRANS_STMT_START": _K.BEGIN,
    "TRANS_STMT_COMMIT": _K.COMMIT,
    "TRANS_STMT_ROLLBACK": _K.ROLLBACK,
    "TRANS_STMT_SAVEPOINT": _K.SAVEPOINT,
    "TRANS_STMT_RELEASE": _K.RELEASE_SAVEPOINT,
    "TRANS_STMT_ROLLBACK_TO": _K.ROLLBACK_TO_SAVEPOINT,
}

ONE_KIND: Final = {
    "CompositeTypeStmt": _K.CREATE_COMPOSITE_TYPE,
    "CreateEnumStmt": _K.CREATE_ENUM,
    "CreateDomainStmt": _K.CREATE_DOMAIN,
    "CreateEventTrigStmt": _K.CREATE_EVENT_TRIGGER,
    "AlterFunctionStmt": _K.ALTER_FUNCTION,
    "AlterStatsStmt": _K.ALTER_STATISTICS,
    "CreateSchemaStmt": _K.CREATE_SCHEMA,
    "CreateExtensionStmt": _K.CREATE_EXTENSION,
    "AlterExtensionStmt": _K.ALTER_EXTENSION,
    "CreatedbStmt": _K.CREATE_DATABASE,
    "AlterDatabaseStmt": _K.ALTER_DATABASE,
    "AlterDatabaseSetStmt": _K.ALTER_DATABASE,
    "DropdbStmt": _K.DROP_DATABASE,
    "AlterSystemStmt": _K.ALTER_SYSTEM,
    "CreateRoleStmt": _K.CREATE_ROLE,
    "AlterRoleStmt": _K.ALTER_ROLE,
    "AlterRoleSetStmt": _K.ALTER_ROLE,
    "DropRoleStmt": _K.DROP_ROLE,
    "AlterDefaultPrivilegesStmt": _K.ALTER_DEFAULT_PRIVILEGES,
    "AlterOwnerStmt": _K.ALTER_OWNER,
    "CheckPointStmt": _K.CHECKPOINT,
    "VariableShowStmt": _K.SHOW,
    "NotifyStmt": _K.NOTIFY,
    "ListenStmt": _K.LISTEN,
    "UnlistenStmt": _K.LISTEN,
    "DiscardStmt": _K.DISCARD,
    "ConstraintsSetStmt": _K.SET_CONSTRAINTS,
    "DoStmt": _K.DO_BLOCK,
    "CallStmt": _K.CALL,
    "PrepareStmt": _K.PREPARE,
    "ExecuteStmt": _K.EXECUTE,
    "DeallocateStmt": _K.DEALLOCATE,
}
"""Statements whose type of tree is all there is to know."""


def parts_of_enum_change(node: Tree) -> list[Part]:
    """The part of an `AlterEnumStmt`."""
    kind = _K.ALTER_ENUM_RENAME_VALUE if "oldVal" in node else _K.ALTER_ENUM_ADD_VALUE
    return [Part(kind, (), {"type": str(dotted(node["typeName"])), "value": node["newVal"]})]


def parts_of_domain_change(node: Tree) -> list[Part]:
    """The part of an `AlterDomainStmt`."""
    kind = _DOMAIN_CHANGES.get(node["subtype"], _K.UNKNOWN)
    if node["subtype"] == "C":
        constraint = node["def"]["Constraint"]
        kind = _K.ALTER_DOMAIN_ADD_CONSTRAINT_VALIDATED
        if constraint.get("skip_validation"):
            kind = _K.ALTER_DOMAIN_ADD_CONSTRAINT_NOT_VALID
        if constraint["contype"] == "CONSTR_NOTNULL":
            kind = _K.ALTER_DOMAIN_SET_NOT_NULL
    return [Part(kind, (), {"type": str(dotted(node["typeName"]))})]


def parts_of_function(node: Tree) -> list[Part]:
    """The part of a `CreateFunctionStmt`."""
    attributes = {"function": str(dotted(node["funcname"]))}
    if node.get("replace"):
        return [Part(_K.REPLACE_FUNCTION, (), attributes)]
    return [Part(_K.CREATE_PROCEDURE if node.get("is_procedure") else _K.CREATE_FUNCTION, (), attributes)]


def parts_of_sequence(node: Tree) -> list[Part]:
    """The part of a `CreateSeqStmt`."""
    return [Part(_K.CREATE_SEQUENCE, (named(Role.NEW, node["sequence"]),))]


def parts_of_sequence_change(node: Tree) -> list[Part]:
    """The part of an `AlterSeqStmt`."""
    return [Part(_K.ALTER_SEQUENCE, (named(Role.TABLE, node["sequence"]),))]


def parts_of_statistics(node: Tree) -> list[Part]:
    """The part of a `CreateStatsStmt`."""
    tables = tuple(named(Role.TABLE, variable) for variable in fields_named(node["relations"], "RangeVar"))
    return [Part(_K.CREATE_STATISTICS, tables)]


def parts_of_grant(node: Tree) -> list[Part]:
    """The part of a `GrantStmt`, which is also `REVOKE`."""
    granted = bool(node.get("is_grant"))
    if node["objtype"] == "OBJECT_TABLE" and node.get("targtype") == "ACL_TARGET_OBJECT":
        tables = tuple(
            Named(Role.TABLE, named(Role.TABLE, item["RangeVar"]).relation) for item in node["objects"]
        )
        return [Part(_K.GRANT_TABLE if granted else _K.REVOKE_TABLE, tables)]
    return [Part(_K.GRANT_OTHER if granted else _K.REVOKE_OTHER)]


def parts_of_membership(node: Tree) -> list[Part]:
    """The part of a `GrantRoleStmt`."""
    return [Part(_K.GRANT_ROLE if node.get("is_grant") else _K.REVOKE_ROLE)]


def parts_of_set(node: Tree) -> list[Part]:
    """The part of a `VariableSetStmt`."""
    name = node.get("name", "all")
    if node["kind"] in ("VAR_RESET", "VAR_RESET_ALL"):
        return [Part(_K.RESET, (), {"setting": name})]
    return [Part(_K.SET_LOCAL if node.get("is_local") else _K.SET, (), {"setting": name})]


def parts_of_transaction(node: Tree) -> list[Part]:
    """The part of a `TransactionStmt`."""
    return [Part(_TRANSACTION.get(node["kind"], _K.UNKNOWN))]
