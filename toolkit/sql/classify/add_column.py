"""`ADD COLUMN`: one part per thing that the new column brings with it.

A column with a default and an inline check is two parts, because PostgreSQL does both works; only a column
that brings nothing is `add_column.plain`.
"""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.defaults import volatility_of
from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.knowledge import Knowledge, Volatility
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import named, type_shape
from toolkit.sql.parse import Tree

_K = StatementKind
_SERIALS: Final = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_BUILT_IN: Final = frozenset(
    """
    int2 int4 int8 smallint bigint integer float4 float8 numeric bool text varchar bpchar char name bytea
    date time timetz timestamp timestamptz interval uuid json jsonb xml inet cidr macaddr macaddr8 bit varbit
    money point line lseg box path polygon circle tsvector tsquery oid regclass int4range int8range numrange
    tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange
    datemultirange pg_lsn jsonpath
    """.split()  # noqa: SIM905 - a plain word list reads better
)


def parts_of_new_column(
    table: Named, definition: Tree, known: Knowledge, *, if_not_exists: bool
) -> list[Part]:
    """The parts of `ADD COLUMN` with the given `ColumnDef`."""
    shape = type_shape(definition["typeName"])
    constraints = [node["Constraint"] for node in definition.get("constraints", ())]
    kinds = [*_of_type(shape.name, known), *_of_value(constraints, known)]
    found: list[tuple[StatementKind, tuple[Named, ...]]] = [(kind, (table,)) for kind in kinds]
    for constraint in constraints:
        found += _of_constraint(table, constraint)
    if not found:
        found = [(_K.ALTER_TABLE_ADD_COLUMN_PLAIN, (table,))]
    attributes = {"column": definition["colname"], "type": shape.name}
    if if_not_exists:
        attributes["if_not_exists"] = "true"
    return [Part(kind, relations, attributes) for kind, relations in found]


def _of_type(type_name: str, known: Knowledge) -> list[StatementKind]:
    if type_name in _SERIALS:
        return [_K.ALTER_TABLE_ADD_COLUMN_SERIAL]
    if type_name in _BUILT_IN:
        return []
    constrained = known.is_constrained_domain(type_name)
    if constrained is None:
        return [_K.ALTER_TABLE_ADD_COLUMN_USER_TYPE]
    return [_K.ALTER_TABLE_ADD_COLUMN_CONSTRAINED_DOMAIN] if constrained else []


def _of_value(constraints: list[Tree], known: Knowledge) -> list[StatementKind]:
    """What fills the new column: default, identity, generation; or nothing, though it must not be null."""
    required = False
    for constraint in constraints:
        match constraint["contype"]:
            case "CONSTR_DEFAULT":
                must = any(other["contype"] == "CONSTR_NOTNULL" for other in constraints)
                return [_of_default(constraint["raw_expr"], known, required=must)]
            case "CONSTR_IDENTITY":
                return [_K.ALTER_TABLE_ADD_COLUMN_IDENTITY]
            case "CONSTR_GENERATED":
                virtual = constraint.get("generated_kind") == "v"
                return [
                    _K.ALTER_TABLE_ADD_COLUMN_VIRTUAL_GENERATED
                    if virtual
                    else _K.ALTER_TABLE_ADD_COLUMN_STORED_GENERATED
                ]
            case "CONSTR_NOTNULL":
                required = True
    return [_K.ALTER_TABLE_ADD_COLUMN_REQUIRED] if required else []


def _of_default(expression: Tree, known: Knowledge, *, required: bool) -> StatementKind:
    match volatility_of(expression, known):
        case None:
            return _K.ALTER_TABLE_ADD_COLUMN_UNKNOWN_DEFAULT
        case Volatility.VOLATILE:
            return _K.ALTER_TABLE_ADD_COLUMN_VOLATILE_DEFAULT
        case Volatility.STABLE:
            return _K.ALTER_TABLE_ADD_COLUMN_STABLE_DEFAULT
        case Volatility.IMMUTABLE:
            if required:
                return _K.ALTER_TABLE_ADD_COLUMN_CONSTANT_DEFAULT_NOT_NULL
            return _K.ALTER_TABLE_ADD_COLUMN_CONSTANT_DEFAULT


def _of_constraint(table: Named, constraint: Tree) -> list[tuple[StatementKind, tuple[Named, ...]]]:
    match constraint["contype"]:
        case "CONSTR_CHECK":
            return [(_K.ALTER_TABLE_ADD_COLUMN_INLINE_CHECK, (table,))]
        case "CONSTR_UNIQUE":
            return [(_K.ALTER_TABLE_ADD_COLUMN_INLINE_UNIQUE, (table,))]
        case "CONSTR_PRIMARY":
            return [(_K.ALTER_TABLE_ADD_COLUMN_INLINE_PRIMARY_KEY, (table,))]
        case "CONSTR_FOREIGN":
            referenced = named(Role.REFERENCED, constraint["pktable"])
            return [(_K.ALTER_TABLE_ADD_COLUMN_INLINE_FOREIGN_KEY, (table, referenced))]
        case _:
            return []
