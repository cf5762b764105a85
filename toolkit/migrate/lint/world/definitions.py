"""Reads columns and constraints out of syntax trees into the values of a world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from toolkit.migrate.lint.world.things import Column, Constraint, Name, Table
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import ConstraintKind
from toolkit.sql.classify.reading import fields_named, relation_name, type_shape
from toolkit.sql.parse import Tree

_SERIALS: Final = {
    "serial": "int4",
    "serial4": "int4",
    "bigserial": "int8",
    "serial8": "int8",
    "smallserial": "int2",
    "serial2": "int2",
}
_KINDS: Final = {
    "CONSTR_CHECK": (ConstraintKind.CHECK, "check"),
    "CONSTR_FOREIGN": (ConstraintKind.FOREIGN_KEY, "fkey"),
    "CONSTR_UNIQUE": (ConstraintKind.UNIQUE, "key"),
    "CONSTR_PRIMARY": (ConstraintKind.PRIMARY_KEY, "pkey"),
    "CONSTR_EXCLUSION": (ConstraintKind.EXCLUSION, "excl"),
    "CONSTR_NOTNULL": (ConstraintKind.NOT_NULL, "not_null"),
}


def type_text(type_name: Tree) -> str:
    """The type in a `TypeName`, as a text that parses to the same type."""
    shape = type_shape(type_name)
    name = _SERIALS.get(shape.name, shape.name)
    modifiers = shape.modifiers[-1:] if name == "interval" else shape.modifiers
    written = f"{name}({', '.join(map(str, modifiers))})" if modifiers else name
    return f"{written}[]" if shape.is_array else written


def is_serial(type_name: Tree) -> bool:
    """Whether the type is one of the serial words."""
    return type_shape(type_name).name in _SERIALS


def with_column(table: Table, definition: Tree) -> Table:
    """The table with the column of a `ColumnDef`, and the constraints written beside it.

    Of a partition or a typed table it may only say more of a column that comes from elsewhere.
    """
    name = definition["colname"]
    written = [one["Constraint"] for one in definition.get("constraints", ())]
    kinds = {one["contype"] for one in written}
    column = _column(table.columns.get(name), definition, kinds)
    if column is not None:
        table = replace(table, columns={**table.columns, name: column})
    for constraint in written:
        if constraint["contype"] in _KINDS and constraint["contype"] != "CONSTR_NOTNULL":
            deferrable = "CONSTR_ATTR_DEFERRABLE" in kinds or "CONSTR_ATTR_DEFERRED" in kinds
            table = with_constraint(table, {**constraint, "deferrable": deferrable}, column=name)
    return table


def _column(before: Column | None, definition: Tree, kinds: set[str]) -> Column | None:
    required = bool(kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"})
    filled = bool(kinds & {"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"})
    if "typeName" not in definition:
        if before is None:
            return None
        return replace(before, not_null=before.not_null or required, has_default=before.has_default or filled)
    serial = is_serial(definition["typeName"])
    written = type_text(definition["typeName"])
    return Column(definition["colname"], written, required or serial, filled or serial)


def with_constraint(
    table: Table, constraint: Tree, *, column: str | None = None, index_columns: Sequence[str] = ()
) -> Table:
    """The table with the constraint of a `Constraint` node."""
    if constraint["contype"] not in _KINDS:
        return table
    made = constraint_of(table, constraint, column, index_columns)
    columns = dict(table.columns)
    hardens = made.kind is ConstraintKind.PRIMARY_KEY or (made.kind is ConstraintKind.NOT_NULL and made.valid)
    if hardens:
        for each in made.columns:
            if each in columns:
                columns[each] = replace(columns[each], not_null=True)
    return replace(table, columns=columns, constraints={**table.constraints, made.name: made})


def constraint_of(
    table: Table, constraint: Tree, column: str | None = None, index_columns: Sequence[str] = ()
) -> Constraint:
    """The constraint of a `Constraint` node, with the name the server would give it."""
    kind, ending = _KINDS[constraint["contype"]]
    columns = _columns(constraint, column) or tuple(index_columns)
    mentions = _mentioned(constraint.get("raw_expr")) if kind is ConstraintKind.CHECK else frozenset()
    refers_to: Name | None = None
    refers_to_columns: tuple[str, ...] = ()
    if kind is ConstraintKind.FOREIGN_KEY:
        refers_to = name_of(relation_name(constraint["pktable"]))
        refers_to_columns = _strings(constraint.get("pk_attrs", ()))
    return Constraint(
        name=constraint.get("conname") or _default_name(table, kind, columns or sorted(mentions), ending),
        kind=kind,
        columns=columns,
        valid=not constraint.get("skip_validation"),
        deferrable=bool(constraint.get("deferrable")),
        refers_to=refers_to,
        refers_to_columns=refers_to_columns,
        proves_not_null=_proof(constraint.get("raw_expr")) if kind is ConstraintKind.CHECK else None,
        mentions=mentions,
        constants=constants_in(constraint.get("raw_expr")),
    )


def _columns(constraint: Tree, column: str | None) -> tuple[str, ...]:
    if column is not None:
        return (column,)
    names = constraint.get("fk_attrs") or constraint.get("keys") or ()
    return _strings(names)


def _strings(nodes: Iterable[Tree]) -> tuple[str, ...]:
    return tuple(one["String"]["sval"] for one in nodes if "String" in one)


def _default_name(table: Table, kind: ConstraintKind, columns: Sequence[str], ending: str) -> str:
    if kind is ConstraintKind.PRIMARY_KEY:
        base = f"{table.name[1]}_{ending}"
    else:
        base = "_".join((table.name[1], *columns, ending))
    name, number = base, 0
    while name in table.constraints:
        number += 1
        name = f"{base}{number}"
    return name


def _mentioned(expression: Tree | None) -> frozenset[str]:
    found = set()
    for reference in fields_named(expression, "ColumnRef"):
        for part in reference.get("fields", ()):
            if "String" in part:
                found.add(part["String"]["sval"])
    return frozenset(found)


def _proof(expression: Tree | None) -> str | None:
    test = (expression or {}).get("NullTest")
    if test is None or test.get("nulltesttype") != "IS_NOT_NULL":
        return None
    fields = test["arg"].get("ColumnRef", {}).get("fields", ())
    return fields[-1]["String"]["sval"] if fields and "String" in fields[-1] else None


def mentioned_columns(partition: Tree | None) -> frozenset[str]:
    """The columns of a `PARTITION BY`."""
    plain = {one["name"] for one in fields_named(partition, "PartitionElem") if "name" in one}
    return frozenset(plain) | _mentioned(partition)


def constants_in(tree: Tree | None) -> frozenset[str]:
    """The constants of an expression or of partition bounds, as texts."""
    found = set()
    for constant in fields_named(tree, "A_Const"):
        for content in constant.values():
            if isinstance(content, dict):
                found.add(str(next(iter(content.values()), 0)))
    return frozenset(found)


def mentioned_names(tree: Tree) -> frozenset[str]:
    """Every column name that a query writes; `*` if it takes all."""
    found = set(_mentioned(tree))
    if any(True for _ in fields_named(tree, "A_Star")):
        found.add("*")
    return frozenset(found)


def referenced_name(constraint: Tree) -> Name:
    """The table that a foreign key points to."""
    return name_of(relation_name(constraint["pktable"]))
