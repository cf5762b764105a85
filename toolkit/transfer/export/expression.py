"""How the values of a column are written as JSON: by the server, so that nothing is lost on the way.

What JSON holds exactly is JSON: texts, booleans, finite numbers with all their digits, lists, documents. What
it does not (a JSON null that is a value, arrays with bounds, `json` with its spaces) is a text as the server
writes it. A column's NULL is always JSON's null.
"""

from __future__ import annotations

from typing import Final

from toolkit.secret import MASK
from toolkit.sql.quoting import quote_identifier, quote_literal
from toolkit.transfer.target.table import TargetColumn, TargetType

ROW: Final = "r"
"""What the statement calls the row."""

_PLAIN: Final = ("bool", "int2", "int4", "int8", "text", "varchar", "bpchar", "uuid")
"""Types whose JSON the ordinary judge takes back as it is."""
_NUMBERS: Final = ("numeric", "float4", "float8")
_TEXTS: Final = ("text", "varchar", "bpchar", "citext", "name")
_DEEPEST: Final = 60
"""From this depth on a document is written as a text: readers have limits."""


def json_of(column: TargetColumn) -> str:
    """An SQL expression: the JSON text of the column, NULL for NULL."""
    value = f"{ROW}.{quote_identifier(column.name)}"
    kind = column.type
    if kind.element is not None:
        return _array(value, kind.element)
    if kind.name == "jsonb":
        path = f"'strict $.**{{{_DEEPEST}}}'"
        nested = f"jsonb_typeof({value}) IN ('object', 'array') AND NOT jsonb_path_exists({value}, {path})"
        return f"CASE WHEN {nested} THEN {value}::text ELSE {_as_text(value)} END"
    if kind.is_enum or kind.name in (*_PLAIN, *_NUMBERS):
        return f"to_json({value})::text"
    return _as_text(value)


def masked(column: TargetColumn) -> str:
    """An SQL expression that gives the mask instead of the value. NULL stays NULL."""
    value = f"{ROW}.{quote_identifier(column.name)}"
    shown = quote_literal(f'"{MASK}"')
    return f"CASE WHEN {value} IS NOT NULL THEN {shown} END"


def needs_server(column: TargetColumn) -> bool:
    """Whether the mapping has to say `as = "server"` for the column."""
    kind = column.type
    return kind.element is not None or not (kind.is_enum or kind.name in _PLAIN)


def sort_of(column: TargetColumn) -> str:
    """An expression to order rows by: the same in every database, whatever its collation."""
    value = f"{ROW}.{quote_identifier(column.name)}"
    return f'{value}::text COLLATE "C"' if column.type.name in _TEXTS else value


def _array(value: str, element: TargetType) -> str:
    if not (element.is_enum or element.name in (*_PLAIN, *_NUMBERS)):
        return _as_text(value)
    simple = f"array_ndims({value}) IS NULL OR (array_ndims({value}) = 1 AND array_lower({value}, 1) = 1)"
    return f"CASE WHEN {simple} THEN to_json({value})::text ELSE {_as_text(value)} END"


def _as_text(value: str) -> str:
    return f"to_json({value}::text)::text"
