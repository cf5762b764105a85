"""`ALTER TABLE ... ADD`, `ALTER`, `VALIDATE` and `DROP CONSTRAINT`."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.knowledge import ConstraintKind, Knowledge
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import named
from toolkit.sql.parse import Tree

_K = StatementKind

_VALIDATED: Final = {
    ConstraintKind.CHECK: _K.ALTER_TABLE_VALIDATE_CONSTRAINT_CHECK,
    ConstraintKind.FOREIGN_KEY: _K.ALTER_TABLE_VALIDATE_CONSTRAINT_FOREIGN_KEY,
    ConstraintKind.NOT_NULL: _K.ALTER_TABLE_VALIDATE_CONSTRAINT_NOT_NULL,
}
_DROPPED: Final = {
    ConstraintKind.CHECK: _K.ALTER_TABLE_DROP_CONSTRAINT_CHECK,
    ConstraintKind.FOREIGN_KEY: _K.ALTER_TABLE_DROP_CONSTRAINT_FOREIGN_KEY,
    ConstraintKind.UNIQUE: _K.ALTER_TABLE_DROP_CONSTRAINT_UNIQUE,
    ConstraintKind.PRIMARY_KEY: _K.ALTER_TABLE_DROP_CONSTRAINT_PRIMARY_KEY,
    ConstraintKind.NOT_NULL: _K.ALTER_TABLE_DROP_CONSTRAINT_NOT_NULL,
}


def part_of_new_constraint(table: Named, constraint: Tree) -> Part:
    """The part of `ADD CONSTRAINT` with the given `Constraint`."""
    relations = [table]
    if constraint["contype"] == "CONSTR_FOREIGN":
        relations.append(named(Role.REFERENCED, constraint["pktable"]))
    attributes = {"constraint": constraint["conname"]} if "conname" in constraint else {}
    if "indexname" in constraint:
        attributes["using_index"] = constraint["indexname"]
        relations.append(named(Role.INDEX, {"relname": constraint["indexname"]}))
    return Part(_kind_of_new(constraint), tuple(relations), attributes)


def _kind_of_new(constraint: Tree) -> StatementKind:
    # The flags that mean "as usual" are left out of trees by some constraints, so absence is read per kind.
    unvalidated = bool(constraint.get("skip_validation"))
    using_index = "indexname" in constraint
    match constraint["contype"]:
        case "CONSTR_CHECK":
            if not constraint.get("is_enforced"):
                return _K.ALTER_TABLE_ADD_CHECK_NOT_ENFORCED
            return _K.ALTER_TABLE_ADD_CHECK_NOT_VALID if unvalidated else _K.ALTER_TABLE_ADD_CHECK_VALIDATED
        case "CONSTR_FOREIGN":
            if not constraint.get("is_enforced"):
                return _K.ALTER_TABLE_ADD_FOREIGN_KEY_NOT_ENFORCED
            if unvalidated:
                return _K.ALTER_TABLE_ADD_FOREIGN_KEY_NOT_VALID
            return _K.ALTER_TABLE_ADD_FOREIGN_KEY_VALIDATED
        case "CONSTR_NOTNULL":
            if unvalidated:
                return _K.ALTER_TABLE_ADD_NOT_NULL_CONSTRAINT_NOT_VALID
            return _K.ALTER_TABLE_ADD_NOT_NULL_CONSTRAINT_VALIDATED
        case "CONSTR_UNIQUE":
            return _K.ALTER_TABLE_ADD_UNIQUE_USING_INDEX if using_index else _K.ALTER_TABLE_ADD_UNIQUE_INLINE
        case "CONSTR_PRIMARY":
            if using_index:
                return _K.ALTER_TABLE_ADD_PRIMARY_KEY_USING_INDEX
            return _K.ALTER_TABLE_ADD_PRIMARY_KEY_INLINE
        case "CONSTR_EXCLUSION":
            return _K.ALTER_TABLE_ADD_EXCLUSION
        case _:
            return _K.UNKNOWN


def part_of_validation(table: Named, constraint: str, known: Knowledge) -> Part:
    """The part of `VALIDATE CONSTRAINT`; undetermined if the catalog is not known."""
    what = known.constraint_kind(table.relation, constraint)
    kind = _K.ALTER_TABLE_VALIDATE_CONSTRAINT if what is None else _VALIDATED.get(what, _K.UNKNOWN)
    return Part(kind, (table,), {"constraint": constraint})


def part_of_drop(table: Named, constraint: str, known: Knowledge, *, cascade: bool) -> Part:
    """The part of `DROP CONSTRAINT`; undetermined if the catalog is not known."""
    what = known.constraint_kind(table.relation, constraint)
    # An exclusion constraint is not measured apart, so it stays with the family.
    kind = _K.ALTER_TABLE_DROP_CONSTRAINT
    if what is not None:
        kind = _DROPPED.get(what, kind)
    attributes = {"constraint": constraint}
    if cascade:
        attributes["cascade"] = "true"
    return Part(kind, (table,), attributes)


def part_of_alteration(table: Named, command: Tree) -> Part:
    """The part of `ALTER CONSTRAINT` with the given `ATAlterConstraint`."""
    enforceability = bool(command.get("alterEnforceability"))
    kind = (
        _K.ALTER_TABLE_ALTER_CONSTRAINT_ENFORCEABILITY
        if enforceability
        else _K.ALTER_TABLE_ALTER_CONSTRAINT_DEFERRABILITY
    )
    return Part(kind, (table,), {"constraint": command["conname"]})
