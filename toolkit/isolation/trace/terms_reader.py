"""Expressions of a syntax tree as terms: columns, parameters, literals, the acting user."""

from __future__ import annotations

from typing import Any, Final

from toolkit.isolation.trace.scope import Level
from toolkit.isolation.trace.terms import Identity, Literal, Parameter, Term
from toolkit.sql.parse import Tree

_FAITHFUL: Final = frozenset({"int2", "int4", "int8", "uuid", "text", "varchar"})
"""Types to which a cast of a value keeps different users different, or fails."""
_TEXTS: Final = frozenset({"text", "varchar"})


def term_of(node: Tree, level: Level, setting: str) -> Term | None:
    """The term that an expression is, or None."""
    (kind, body), *_ = node.items()
    match kind:
        case "ColumnRef":
            names = [part["String"]["sval"] for part in body["fields"] if "String" in part]
            return level.find(names) if len(names) == len(body["fields"]) else None
        case "ParamRef":
            return Parameter(body["number"])
        case "A_Const":
            return _literal(body)
        case "TypeCast":
            return _cast(body, level, setting)
        case "FuncCall":
            return Identity() if _reads_identity(body, setting) else None
        case "A_Expr" if body["kind"] == "AEXPR_NULLIF" and _literal(
            body["rexpr"].get("A_Const", {})
        ) == Literal(""):
            inner = term_of(body["lexpr"], level, setting)
            return inner if isinstance(inner, Identity) else None
        case "SubLink" if body["subLinkType"] == "EXPR_SUBLINK":
            return _computed_once(body["subselect"]["SelectStmt"], level, setting)
    return None


def _literal(body: Tree) -> Literal | None:
    if body.get("isnull") or "boolval" in body or not body:
        return None
    if "ival" in body:
        return Literal(str(body["ival"].get("ival", 0)))
    if "sval" in body:
        return Literal(body["sval"].get("sval", ""))
    return None


def _cast(body: Tree, level: Level, setting: str) -> Term | None:
    name = body["typeName"]
    if name.get("typmods") or name.get("arrayBounds"):
        return None
    kind = name["names"][-1]["String"]["sval"]
    inner = term_of(body["arg"], level, setting)
    if isinstance(inner, Parameter | Literal | Identity):
        return inner if kind in _FAITHFUL else None
    return inner if kind in _TEXTS else None


def _reads_identity(body: Tree, setting: str) -> bool:
    names = [part["String"]["sval"] for part in body["funcname"]]
    if names not in (["current_setting"], ["pg_catalog", "current_setting"]):
        return False
    first = body["args"][0].get("A_Const", {})
    return _literal(first) == Literal(setting)


def _computed_once(select: Tree, level: Level, setting: str) -> Term | None:
    """`(SELECT current_setting(...))`: a subquery without tables is its expression."""
    targets = select.get("targetList", ())
    if len(targets) != 1 or set(select) - {"targetList", "limitOption", "op"}:
        return None
    return term_of(targets[0]["ResTarget"]["val"], level, setting)


def is_plain(node: Tree) -> bool:
    """Whether no subquery and no function can be inside."""
    kind = next(iter(node))
    return kind in ("ColumnRef", "ParamRef", "A_Const") or (
        kind == "TypeCast" and is_plain(node[kind]["arg"])
    )


def inside(node: Any, *kinds: str) -> list[tuple[str, Tree]]:
    """The outermost nodes of these kinds inside a tree, with their kind, in no order."""
    found: list[tuple[str, Tree]] = []
    waiting = [node]
    for each in waiting:
        if type(each) is list:
            waiting += each
        elif type(each) is dict and "ColumnRef" not in each:  # most nodes are one, and nothing is inside
            for name, value in each.items():
                kind = type(value)
                if kind is dict:
                    if name in kinds:
                        found.append((name, value))
                    else:
                        waiting.append(value)
                elif kind is list:
                    waiting += value
    return found
