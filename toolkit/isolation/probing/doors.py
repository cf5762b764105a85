"""Views and functions that the role may use: what they are, and whether a function may be called at all.

A function is called only if it cannot change anything by its own declaration, is written in a language whose
body can be read, and calls nothing that could: everything else is named as not executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from toolkit.isolation.probing import catalog_sql
from toolkit.isolation.probing.evidence import RelationKind

_KINDS: Final = {
    "v": RelationKind.VIEW,
    "m": RelationKind.STORED_VIEW,
    "f": RelationKind.FOREIGN_TABLE,
}
_CALLED: Final = re.compile(r"\b([a-z_][a-z0-9_$]*)\s*\(", re.IGNORECASE)
_DYNAMIC: Final = re.compile(r"\b(execute|copy|call|listen|notify|set|reset|lock)\b", re.IGNORECASE)
_HEAD: Final = re.compile(r"\A.*?\bAS\s+\$\w*\$|\A.*?\b(?=BEGIN ATOMIC|RETURN\b)", re.DOTALL | re.IGNORECASE)
_READABLE: Final = ("sql", "plpgsql")


@dataclass(frozen=True, slots=True)
class View:
    """A view, a stored view or a foreign table."""

    name: str
    quoted: str
    kind: RelationKind
    invoker: bool
    owner: str
    can_read: bool
    can_update: bool
    can_delete: bool
    updatable: int
    """The bits of `pg_relation_is_updatable`: 4 UPDATE, 16 DELETE."""
    columns: tuple[str, ...]
    settable: tuple[str, ...]
    below: tuple[tuple[str, str, bool], ...]
    """Every relation that it reads: name, kind, whether it reads as its caller."""
    calls: bool
    """Whether it calls functions that somebody made."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that acts as its owner, or that gives rows."""

    name: str
    quoted: str
    arguments: str
    definer: bool
    is_set: bool
    wanted: tuple[str, ...]
    """The types of the arguments it cannot do without."""
    body: str
    unsafe: str | None
    """Why it is not called; None if it may be."""

    @property
    def signature(self) -> str:
        """For people, and for DDL."""
        return f"{self.quoted}({self.arguments})"


def find_views(connection: Connection, role: str) -> tuple[View, ...]:
    """Every view, stored view and foreign table that the role may use."""
    rows = connection.execute(text(catalog_sql.VIEWS), {"role": role}).mappings()
    return tuple(_view(dict(row)) for row in rows)


def find_functions(connection: Connection, role: str) -> tuple[Function, ...]:
    """Every function that the role may call and that acts as its owner or gives rows."""
    volatile = frozenset(connection.scalars(text(catalog_sql.VOLATILE)))
    rows = connection.execute(text(catalog_sql.FUNCTIONS), {"role": role}).mappings()
    return tuple(_function(dict(row), volatile) for row in rows)


def _view(row: Mapping[str, Any]) -> View:
    told = {
        **row,
        "kind": _KINDS[row["kind"]],
        "columns": tuple(row["columns"] or ()),
        "settable": tuple(row["settable"] or ()),
        "below": tuple((name, kind, invoker) for name, kind, invoker in row["below"] or ()),
    }
    return View(**told)


def _function(row: Mapping[str, Any], volatile: frozenset[str]) -> Function:
    body = _HEAD.sub("", row["body"], count=1)
    return Function(
        row["name"],
        row["quoted"],
        row["arguments"],
        row["definer"],
        row["is_set"],
        tuple(row["wanted"]),
        body,
        _unsafe(row, body, volatile),
    )


def _unsafe(row: Mapping[str, Any], body: str, volatile: frozenset[str]) -> str | None:
    if row["kind"] == "p":
        return "it is a procedure, which may do anything"
    if row["volatility"] == "v":
        return "it is VOLATILE, so it may change something"
    if row["language"] not in _READABLE:
        return f"it is written in {row['language']}, which cannot be read"
    if (found := _DYNAMIC.search(body)) is not None:
        return f"its body says {found[0].upper()}, so what it runs cannot be told"
    doing = sorted({name for name in map(str.lower, _CALLED.findall(body)) if name in volatile})
    if doing:
        return f"it calls {', '.join(doing)}, which may change something"
    return None


def named_in(body: str, tables: Iterable[str], functions: Sequence[Function]) -> frozenset[str]:
    """The tables (bare names) that a body may name, itself or in functions that it calls; rather too many."""
    seen: set[str] = set()
    todo, read = [body.lower()], ""
    while todo:
        read += f" {todo.pop()}"
        for function in functions:
            if function.name not in seen and function.name.rpartition(".")[2].lower() in read:
                seen.add(function.name)
                todo.append(function.body.lower())
    return frozenset(name for name in tables if name.lower() in read)
