"""What a stored query (of a view, or of a function in SQL) says by its text: what it reads, and for whom.

Sound in one direction each: `for_everybody` is said only of a query that gives each user the same rows,
`condition` only of a query over one table whose condition is all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

_SESSION: Final = re.compile(
    r"current_setting|\b(current_user|session_user|current_role|user|current_catalog)\b|\bpg_\w+|auth\.",
    re.IGNORECASE,
)
_MIXING: Final = ("group_clause", "distinct_clause", "window_clause", "values_lists", "locking_clause")
_AGGREGATES: Final = re.compile(
    r"\b(count|sum|avg|min|max|bool_and|bool_or|every|string_agg|array_agg|jsonb?_agg|jsonb?_object_agg)\s*\(",
    re.IGNORECASE,
)
_WHERE: Final = "\n  WHERE "


@dataclass(frozen=True, slots=True)
class Definition:
    """A query as far as it was understood."""

    for_everybody: bool
    """Nothing in it depends on who asks."""
    rows: bool
    """It gives rows of its tables, not sums over them."""
    table: str | None
    """The one table it reads, as written; None if there are more or the query is more than a filter."""
    condition: str | None
    """The whole condition on that table; None if there is none, or `table` is None."""
    relations: tuple[str, ...] = ()
    """Names in its FROM lists at the top, as written."""

    @property
    def unconditional(self) -> bool:
        """Whether every row of its one table comes out."""
        return self.table is not None and self.condition is None


def read_definition(text: str, *, calls: bool) -> Definition | None:
    """A query's text as `pg_get_viewdef` writes it; `calls` says whether it calls functions of the project.

    None if it is no single SELECT.
    """
    grammar = _grammar()
    try:
        parsed = grammar.parse(text)
    except grammar.PgQueryError:
        return None
    if len(parsed.stmts) != 1 or parsed.stmts[0].stmt.WhichOneof("node") != "select_stmt":
        return None
    select = parsed.stmts[0].stmt.select_stmt
    everybody = not calls and _SESSION.search(text) is None
    plain = _is_plain(select)
    rows = plain and _AGGREGATES.search(text) is None
    single = plain and rows and len(select.from_clause) == 1
    item = select.from_clause[0] if single else None
    if item is None or item.WhichOneof("node") != "range_var":
        return Definition(everybody, rows, None, None, tuple(_ranges(select.from_clause)))
    table = item.range_var
    name = f"{table.schemaname}.{table.relname}" if table.schemaname else table.relname
    condition = None
    if select.HasField("where_clause"):
        _, found, rest = text.partition(_WHERE)
        if not found:
            return Definition(everybody, rows, None, None, (name,))
        condition = rest.rstrip().rstrip(";")
    return Definition(everybody, rows, name, condition, (name,))


def _is_plain(select: Any) -> bool:
    if any(getattr(select, name) for name in _MIXING):
        return False
    if any(select.HasField(n) for n in ("having_clause", "limit_offset", "limit_count", "with_clause")):
        return False
    return str(_grammar().pg_query_pb2.SetOperation.Name(select.op)) == "SETOP_NONE"


def _ranges(items: Any) -> list[str]:
    found: list[str] = []
    for item in items:
        kind = item.WhichOneof("node")
        if kind == "range_var":
            table = item.range_var
            found.append(f"{table.schemaname}.{table.relname}" if table.schemaname else table.relname)
        elif kind == "join_expr":
            found += _ranges([item.join_expr.larg, item.join_expr.rarg])
    return found


@cache
def _grammar() -> Any:
    return import_module("postgast")
