"""Reads names, types and options out of syntax trees. Knows no kind of statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.sql.classify.parts import Named, RelationName, Role
from toolkit.sql.parse import Tree, parse_statement


@dataclass(frozen=True, slots=True)
class TypeShape:
    """A type as written: PostgreSQL's internal name of it, and its modifiers."""

    name: str
    """`int4`, `varchar`, `mood`: without `pg_catalog`."""
    modifiers: tuple[int, ...] = ()
    is_array: bool = False


def relation_name(range_var: Tree) -> RelationName:
    """The name in a `RangeVar`."""
    return RelationName(range_var.get("schemaname"), range_var["relname"])


def named(role: Role, range_var: Tree) -> Named:
    """The relation of a `RangeVar` in a role."""
    return Named(role, relation_name(range_var))


def dotted(strings: Sequence[Tree]) -> RelationName:
    """The name in a list of `String` nodes."""
    parts = [part["String"]["sval"] for part in strings if "String" in part]
    return RelationName(parts[-2] if len(parts) > 1 else None, parts[-1])


def type_shape(type_name: Tree) -> TypeShape:
    """The type in a `TypeName`."""
    name = dotted(type_name["names"])
    internal = name.name if name.schema in (None, "pg_catalog") else str(name)
    modifiers = tuple(
        modifier["A_Const"].get("ival", {}).get("ival", 0)
        for modifier in type_name.get("typmods", ())
        if "A_Const" in modifier
    )
    return TypeShape(internal, modifiers, "arrayBounds" in type_name)


def shape_of_type_text(text: str) -> TypeShape:
    """The type in a text such as `format_type` gives."""
    tree = parse_statement(f"select null::{text}").tree
    return next(type_shape(found) for found in fields_named(tree, "typeName"))


def options(elements: Sequence[Tree]) -> dict[str, str | None]:
    """The `DefElem`s by lower-case name; the value is that of a plain string, number or word, else None."""
    return {
        element["DefElem"]["defname"].lower(): _plain(element["DefElem"].get("arg")) for element in elements
    }


def _plain(value: Tree | None) -> str | None:
    if value is None:
        return None
    for content in value.values():
        for key in ("sval", "ival", "boolval"):
            if isinstance(content, dict) and key in content:
                return str(content[key])
    return None


def is_on(given: dict[str, str | None], name: str) -> bool:
    """Whether a boolean option is given and not switched off."""
    return name in given and (given[name] or "on").lower() not in ("off", "false", "0")


def fields_named(tree: Any, name: str) -> Iterator[Any]:
    """Every value of a field of that name, anywhere in the tree, outermost first."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == name:
                yield value
            yield from fields_named(value, name)
    elif isinstance(tree, list):
        for item in tree:
            yield from fields_named(item, name)
