"""Which change of a column's type PostgreSQL can do without touching the rows is known from both types.

Nothing is judged here: the kinds are named, and the lock matrix says what each costs.
"""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.knowledge import Knowledge
from toolkit.sql.classify.parts import RelationName
from toolkit.sql.classify.reading import TypeShape, shape_of_type_text, type_shape
from toolkit.sql.parse import Tree

_K = StatementKind
_INTEGERS: Final = ("int2", "int4", "int8")

_BETWEEN: Final = {
    ("varchar", "text"): _K.ALTER_TABLE_ALTER_COLUMN_TYPE_VARCHAR_TO_TEXT,
    ("text", "varchar"): _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TEXT_TO_VARCHAR,
    ("bpchar", "text"): _K.ALTER_TABLE_ALTER_COLUMN_TYPE_CHAR_TO_TEXT,
    ("cidr", "inet"): _K.ALTER_TABLE_ALTER_COLUMN_TYPE_CIDR_TO_INET,
}


def kind_of_type_change(
    relation: RelationName, column: str, definition: Tree, known: Knowledge
) -> StatementKind:
    """The kind of `ALTER COLUMN TYPE` with the given `ColumnDef`; undetermined if the old type is unknown."""
    new = type_shape(definition["typeName"])
    using = definition.get("raw_default")
    if using is not None and not _is_plain_cast(using, column, new):
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_USING_EXPRESSION
    current = known.column_type(relation, column)
    if current is None:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE
    old = shape_of_type_text(current)
    if "collClause" in definition:
        same = old.name == new.name
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_COLLATION if same else _K.ALTER_TABLE_ALTER_COLUMN_TYPE
    if old == new:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_SAME_TYPE
    if old.is_array or new.is_array:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE
    return _within(old, new) if old.name == new.name else _between(old, new, known)


def _within(old: TypeShape, new: TypeShape) -> StatementKind:
    """The same type with other modifiers; no modifier means no limit."""
    grows = not new.modifiers or (bool(old.modifiers) and new.modifiers[-1] >= old.modifiers[-1])
    if old.name == "varchar":
        if grows:
            return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_LONGER_VARCHAR
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_SHORTER_VARCHAR
    if old.name == "numeric":
        return _numeric(old, new)
    if not grows:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE
    return {
        "timestamp": _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TIMESTAMP_PRECISION_UP,
        "timestamptz": _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TIMESTAMP_PRECISION_UP,
        "interval": _K.ALTER_TABLE_ALTER_COLUMN_TYPE_INTERVAL_PRECISION_UP,
        "varbit": _K.ALTER_TABLE_ALTER_COLUMN_TYPE_LONGER_VARBIT,
    }.get(old.name, _K.ALTER_TABLE_ALTER_COLUMN_TYPE)


def _numeric(old: TypeShape, new: TypeShape) -> StatementKind:
    if not new.modifiers:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_NUMERIC_PRECISION_UP
    (old_precision, old_scale), (precision, scale) = _precision(old), _precision(new)
    if old.modifiers and scale == old_scale and precision >= old_precision:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_NUMERIC_PRECISION_UP
    return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_NUMERIC_SCALE


def _precision(shape: TypeShape) -> tuple[int, int]:
    precision, scale = (*shape.modifiers, 0, 0)[:2]
    return precision, scale


def _between(old: TypeShape, new: TypeShape, known: Knowledge) -> StatementKind:
    if (
        old.name in _INTEGERS
        and new.name in _INTEGERS
        and _INTEGERS.index(old.name) < _INTEGERS.index(new.name)
    ):
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_INTEGER_TO_BIGINT
    if (old.name, new.name) == ("timestamp", "timestamptz") and not (old.modifiers or new.modifiers):
        if known.is_utc() is None:
            return _K.ALTER_TABLE_ALTER_COLUMN_TYPE
        if known.is_utc():
            return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TIMESTAMP_TO_TIMESTAMPTZ_UTC
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TIMESTAMP_TO_TIMESTAMPTZ_SHIFTED
    if (old.name, new.name) == ("text", "varchar") and not new.modifiers:
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE_VARCHAR_TO_TEXT
    if (old.name, new.name) == ("bpchar", "varchar"):
        return _K.ALTER_TABLE_ALTER_COLUMN_TYPE
    return _BETWEEN.get((old.name, new.name), _K.ALTER_TABLE_ALTER_COLUMN_TYPE)


def _is_plain_cast(using: Tree, column: str, new: TypeShape) -> bool:
    """Whether `USING` says no more than the change itself: `column::new_type`."""
    cast = using.get("TypeCast")
    if cast is None:
        return False
    fields = cast["arg"].get("ColumnRef", {}).get("fields", [])
    is_column = bool(fields) and fields[-1].get("String", {}).get("sval") == column
    return is_column and type_shape(cast["typeName"]) == new
