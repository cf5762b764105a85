"""Texts inside statements: lists of names, expressions in parentheses, quoted bodies, options, settings.

Invariant: every text that comes out can stand in a statement whatever names and values it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from toolkit.sql.quoting import quote_identifier, quote_literal

TOKEN: Final = re.compile(
    r"""
      "(?:[^"]|"")*"          # a quoted name
    | E'(?:[^'\\]|''|\\.)*'   # a text with escapes
    | '(?:[^']|'')*'          # a text
    | [^\W\d][\w$]*           # a word
    | \s+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
"""The pieces of an expression as the server writes it."""

_LIST_SETTINGS: Final = frozenset(
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    }
)
"""Settings kept as lists of quoted names (`GUC_LIST_QUOTE`): their items are written one by one."""


def names(columns: Iterable[str]) -> str:
    """Names in a list, quoted where SQL needs it."""
    return ", ".join(quote_identifier(column) for column in columns)


def in_parentheses(expression: str) -> str:
    """The expression inside exactly one pair of parentheses of its own."""
    return expression if _is_enclosed(expression) else f"({expression})"


def _is_enclosed(expression: str) -> bool:
    depth = 0
    for token in TOKEN.finditer(expression):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end() == len(expression) and expression.startswith("(")
    return False


def dollar_quoted(body: str) -> str:
    """The body between dollar quotes that do not occur in it."""
    for tag in _tags():
        if (body + tag).find(tag) == len(body):
            return f"{tag}{body}{tag}"
    raise AssertionError("the tags never end")


def _tags() -> Iterator[str]:
    yield "$$"
    underscores = "_"
    while True:
        yield f"${underscores}$"
        underscores += "_"


def with_options(options: Iterable[str]) -> str:
    """` WITH (name=value, ...)` from options as the catalog keeps them; empty without any."""
    listed = ", ".join(storage_option(option) for option in options)
    return f" WITH ({listed})" if listed else ""


def storage_option(option: str) -> str:
    """`fillfactor='90'` from `fillfactor=90`; a name space in front (`toast.`) stays one."""
    name, _, value = option.partition("=")
    return f"{'.'.join(quote_identifier(part) for part in name.split('.'))}={quote_literal(value)}"


def foreign_options(options: Iterable[str]) -> str:
    """` OPTIONS (name 'value', ...)` of whatever reaches other servers; empty without any."""
    parts = (option.partition("=") for option in options)
    listed = ", ".join(f"{quote_identifier(name)} {quote_literal(value)}" for name, _, value in parts)
    return f" OPTIONS ({listed})" if listed else ""


def set_clause(setting: str) -> str:
    """`SET name TO value` from `name=value` as the catalog keeps settings of functions, roles, databases."""
    name, _, value = setting.partition("=")
    written = ".".join(quote_identifier(part) for part in name.split("."))
    return f"SET {written} TO {_setting_value(name, value)}"


def _setting_value(name: str, value: str) -> str:
    if name.lower() not in _LIST_SETTINGS:
        return quote_literal(value)
    items = [_unquoted(item.strip()) for item in re.findall(r'(?:[^,"]|"(?:[^"]|"")*")+', value)]
    return ", ".join(map(quote_literal, items)) or "''"


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
