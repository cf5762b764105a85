"""A policy's clause as a small tree: what can be understood of it, and `Opaque` for all the rest.

The only reader of PostgreSQL's grammar in this room. Invariant: a table named twice gets two names in the
tree, so that two subqueries never share a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final

from toolkit.models.shapes import table_name

SELF: Final = ""
"""The row that the clause is about."""
COMPARING: Final = frozenset({"<", "<=", ">", ">=", "<>", "~~", "~~*", "!~~", "~", "~*"})
"""Operators of PostgreSQL's own that give NULL if either side is NULL, whatever the types."""
_OPERATORS: Final = ("AEXPR_OP", "AEXPR_LIKE", "AEXPR_ILIKE")
_MOST_KEPT: Final = 4096
"""So many clauses stay read: each is asked for several times."""
_NOT_SIMPLE: Final = (
    "distinct_clause",
    "group_clause",
    "window_clause",
    "values_lists",
    "sort_clause",
    "locking_clause",
)


@dataclass(frozen=True, slots=True)
class Opaque:
    """Not understood."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row: `SELF`, or a row of a subquery."""

    row: str
    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; None is NULL."""

    value: str | bool | None


@dataclass(frozen=True, slots=True)
class Cast:
    """A cast to a type without modifier."""

    value: Node
    type: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function; `nullif` and `coalesce` count as such."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """`left = right`, by the operator that everybody knows."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compares:
    """Two values compared by another of the usual operators: no row fulfils it where one of them is NULL."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IsNull:
    """`value IS NULL`."""

    value: Node


@dataclass(frozen=True, slots=True)
class All:
    """Conditions that hold together."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions of which one is enough."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Rows of `tables` (name in the tree, `schema.table` or `table`) exist for which the condition holds."""

    tables: tuple[tuple[str, str], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Scalar:
    """The value that a subquery of one row gives; NULL where there is no row."""

    tables: tuple[tuple[str, str], ...]
    condition: Node
    value: Node


Node = Opaque | Column | Constant | Cast | Call | Equals | Compares | IsNull | All | Either | Exists | Scalar


@cache
def _grammar() -> Any:
    """The grammar's library; by name, because its type stubs do not parse."""
    return import_module("postgast")


@lru_cache(_MOST_KEPT)
def read_expression(text: str, table: str) -> Node:
    """The tree of a clause, as `pg_get_expr` writes it, on the table of that (unqualified) name."""
    try:
        parsed = _grammar().parse(f"SELECT {text}")
    except _grammar().PgQueryError:
        return Opaque()
    if len(parsed.stmts) != 1:
        return Opaque()
    targets = parsed.stmts[0].stmt.select_stmt.target_list
    if len(targets) != 1:
        return Opaque()
    return _Reader(table).read(targets[0].res_target.val, [{table: SELF}])


class _Reader:
    def __init__(self, table: str) -> None:
        self._table = table
        self._rows = 0

    def read(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        kind = node.WhichOneof("node")
        reader = getattr(self, f"_{kind}", None)
        found: Node = reader(getattr(node, kind), scopes) if reader is not None else Opaque()
        return found

    def _column_ref(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        names = [field.string.sval for field in node.fields if field.HasField("string")]
        if len(names) != len(node.fields) or len(names) > 2:
            return Opaque()
        if len(names) == 1:  # only the outermost level is written without the table's name
            return Column(SELF, names[0]) if len(scopes) == 1 else Opaque()
        row = next((scope[names[0]] for scope in reversed(scopes) if names[0] in scope), None)
        return Opaque() if row is None else Column(row, names[1])

    def _a_const(self, node: Any, _: object) -> Node:
        if node.isnull:
            return Constant(None)
        kind = node.WhichOneof("val")
        value = getattr(node, kind)
        found = {"sval": "sval", "boolval": "boolval", "ival": "ival"}.get(kind)
        if found is None:
            return Opaque()
        literal = getattr(value, found)
        return Constant(literal if isinstance(literal, (bool, str)) else str(literal))

    def _type_cast(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        type_ = node.type_name
        if type_.typmods or type_.array_bounds or type_.setof:
            return Opaque()
        value = self.read(node.arg, scopes)
        if value == Constant(None):
            return value
        *schema, name = [part.string.sval for part in type_.names]
        if schema not in ([], ["pg_catalog"]):
            return Opaque()
        if name == "text" and isinstance(value, Constant):
            return value
        return Cast(value, name)

    def _func_call(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        odd = (
            node.agg_order
            or node.agg_star
            or node.agg_distinct
            or node.agg_within_group
            or node.func_variadic
        )
        names = [part.string.sval for part in node.funcname]
        if odd or node.HasField("agg_filter") or node.HasField("over") or any("." in name for name in names):
            return Opaque()
        return Call(".".join(names), tuple(self.read(each, scopes) for each in node.args))

    def _coalesce_expr(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        return Call("coalesce", tuple(self.read(each, scopes) for each in node.args))

    def _a_expr(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        names = [name.string.sval for name in node.name]
        kind = _grammar().pg_query_pb2.A_Expr_Kind.Name(node.kind)
        if len(names) != 1:  # an operator of somebody's own is written with its schema
            return Opaque()
        if kind == "AEXPR_OP_ANY" and names == ["="]:
            return self._any_of(node, scopes)
        left, right = self.read(node.lexpr, scopes), self.read(node.rexpr, scopes)
        if kind == "AEXPR_NULLIF" and names == ["="]:
            return Call("nullif", (left, right))
        if kind in _OPERATORS and names == ["="]:
            return _lifted(Equals, left, right)
        return _lifted(Compares, left, right) if kind in _OPERATORS and names[0] in COMPARING else Opaque()

    def _any_of(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        """`value = ANY (ARRAY[...])`, which is how IN with values is kept."""
        if node.rexpr.WhichOneof("node") != "a_array_expr":
            return Opaque()
        left = self.read(node.lexpr, scopes)
        elements = [self.read(each, scopes) for each in node.rexpr.a_array_expr.elements]
        return Either(tuple(_lifted(Equals, left, each) for each in elements))

    def _null_test(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        kind = _grammar().pg_query_pb2.NullTestType.Name(node.nulltesttype)
        return IsNull(self.read(node.arg, scopes)) if kind == "IS_NULL" else Opaque()

    def _bool_expr(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        parts = tuple(self.read(each, scopes) for each in node.args)
        kind = _grammar().pg_query_pb2.BoolExprType.Name(node.boolop)
        if kind == "AND_EXPR":
            return All(parts)
        return Either(parts) if kind == "OR_EXPR" else Opaque()

    def _sub_link(self, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        kind = _grammar().pg_query_pb2.SubLinkType.Name(node.sub_link_type)
        select = node.subselect.select_stmt
        if not _is_simple(select):
            return Opaque()
        if not select.from_clause and not select.HasField("where_clause"):
            return self._without_rows(kind, node, scopes)
        tables: list[tuple[str, str]] = []
        scope: dict[str, str] = {}
        inner = [*scopes, scope]
        conditions: list[Node] = []
        if not all(self._from(item, inner, tables, conditions) for item in select.from_clause):
            return Opaque()
        # An aggregate gives a row even where there is none, and looks like any other function.
        targets = [self.read(each.res_target.val, inner) for each in select.target_list]
        if not all(_is_of_one_row(each) for each in targets):
            return Opaque()
        if select.HasField("where_clause"):
            conditions.append(self.read(select.where_clause, inner))
        if kind == "EXPR_SUBLINK" and len(targets) == 1:
            return Scalar(tuple(tables), All(tuple(conditions)), targets[0])
        if kind == "ANY_SUBLINK" and _is_equality(node):
            conditions.append(Equals(self.read(node.testexpr, scopes), self._target(select, inner)))
        elif kind != "EXISTS_SUBLINK":
            return Opaque()
        return Exists(tuple(tables), All(tuple(conditions)))

    def _without_rows(self, kind: str, node: Any, scopes: Sequence[dict[str, str]]) -> Node:
        """A subquery of no table: the value itself."""
        value = self._target(node.subselect.select_stmt, scopes)
        if kind == "ANY_SUBLINK" and _is_equality(node):
            return _lifted(Equals, self.read(node.testexpr, scopes), value)
        return value if kind == "EXPR_SUBLINK" else Opaque()

    def _target(self, select: Any, scopes: Sequence[dict[str, str]]) -> Node:
        if len(select.target_list) != 1:
            return Opaque()
        return self.read(select.target_list[0].res_target.val, scopes)

    def _from(
        self,
        item: Any,
        scopes: Sequence[dict[str, str]],
        tables: list[tuple[str, str]],
        conditions: list[Node],
    ) -> bool:
        """Take in one item of a FROM list; whether it was understood."""
        kind = item.WhichOneof("node")
        if kind == "range_var":
            table = item.range_var
            name = table.alias.aliasname or table.relname
            self._rows += 1
            scopes[-1][name] = f"{name} {self._rows}"
            spelled = table_name(table.schemaname, table.relname) if table.schemaname else table.relname
            tables.append((scopes[-1][name], spelled))
            return not table.alias.colnames
        if kind != "join_expr":
            return False
        join = item.join_expr
        inner = _grammar().pg_query_pb2.JoinType.Name(join.jointype) == "JOIN_INNER"
        if not inner or join.is_natural or join.using_clause or join.HasField("alias"):
            return False
        if not all(self._from(side, scopes, tables, conditions) for side in (join.larg, join.rarg)):
            return False
        if join.HasField("quals"):
            conditions.append(self.read(join.quals, scopes))
        return True


def _lifted(comparison: type[Equals | Compares], left: Node, right: Node) -> Node:
    """A comparison; with what a subquery gives, it holds only if there is a row for which it holds."""
    for side, other, turned in ((left, right, False), (right, left, True)):
        inner = side
        casts = []
        while isinstance(inner, Cast):
            casts.append(inner.type)
            inner = inner.value
        if isinstance(inner, Scalar):
            value: Node = inner.value
            for type_ in reversed(casts):
                value = Cast(value, type_)
            pair = (other, value) if turned else (value, other)
            return Exists(inner.tables, All((inner.condition, _lifted(comparison, *pair))))
    return comparison(left, right)


def _is_equality(node: Any) -> bool:
    """Whether IN compares by the `=` that everybody knows."""
    return [name.string.sval for name in node.oper_name] in ([], ["="])


def _is_of_one_row(target: Node) -> bool:
    """Whether a value is taken from each row by itself."""
    while isinstance(target, Cast):
        target = target.value
    return isinstance(target, Column | Constant)


def _is_simple(select: Any) -> bool:
    """Whether it is a plain query: no set operation, grouping, limit or WITH, which change what rows mean."""
    if any(getattr(select, name) for name in _NOT_SIMPLE):
        return False
    if any(select.HasField(n) for n in ("having_clause", "limit_offset", "limit_count", "with_clause")):
        return False
    return str(_grammar().pg_query_pb2.SetOperation.Name(select.op)) == "SETOP_NONE"
