"""Texts that the server writes differently although they mean the same.

A column that became `text` after its default and checks were written keeps the casts of its earlier type, and
a dump and restore moves the casts of a list from the list to its members. Only casts between the character
types are folded, and only where they cannot matter: on literals, on lists of literals, and on columns that
are of a character type themselves. Source: `ruleutils.c` of PostgreSQL, which writes a cast for every
relabelling it finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final

from toolkit.schema.objects import IndexKey

_LITERAL: Final = r"E?'(?:[^'\\]|''|\\.)*'"
_TYPE: Final = r"::(?:text|character varying|bpchar)(?!\w)(?!\()(?!\[\])"
_LIST_TYPE: Final = r"::(?:text|character varying)\[\]"
_WORD: Final = r'(?:[a-z_][a-z0-9_$]*|"(?:[^"]|"")+")'

_CAST_LITERAL: Final = re.compile(rf"({_LITERAL}){_TYPE}")
_WRAPPED_LITERAL: Final = re.compile(rf"(?<![\w\"])\(({_LITERAL})\){_TYPE}")
_CAST_LIST: Final = re.compile(rf"\((ARRAY\[{_LITERAL}(?:, {_LITERAL})*\])\){_LIST_TYPE}")
_BARE_LIST: Final = re.compile(rf"(ARRAY\[{_LITERAL}(?:, {_LITERAL})*\]){_LIST_TYPE}")
_CAST_COLUMN: Final = re.compile(rf"(?<![\w\"])\(({_WORD})\)::text(?!\w)(?!\[\])")
_STRINGS: Final = re.compile(rf"{_LITERAL}|\$\w*\$")

CHARACTER_TYPES: Final = ("text", "character varying")


def is_character(type_: str) -> bool:
    """Whether a column of this type compares as text does."""
    return type_.startswith(CHARACTER_TYPES) and not type_.endswith("[]")


def folded(text: str, columns: Collection[str] = ()) -> str:
    """`text` without the casts that change nothing; `columns` are names of character columns."""
    held: list[str] = []
    # Literals are taken out first, so that no pattern looks into one.
    bare = _STRINGS.sub(lambda found: _hold(found[0], held), text)
    if "$" in bare and re.search(r"\$\w*\$", bare):
        return text
    before = None
    while before != bare:
        before = bare
        bare = _step(bare, columns)
    return re.sub(r"'(\d+)'", lambda found: held[int(found[1])], bare)


def same_meaning(before: Any, after: Any, columns: Collection[str] = ()) -> bool:
    """Whether two values of an attribute are equal but for such casts."""
    if isinstance(before, str) and isinstance(after, str):
        return before == after or folded(before, columns) == folded(after, columns)
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        return all(same_meaning(old, new, columns) for old, new in zip(before, after, strict=True))
    if isinstance(before, IndexKey) and isinstance(after, IndexKey):
        return _key(before, columns) == _key(after, columns)
    return bool(before == after)


def _key(key: IndexKey, columns: Collection[str]) -> tuple[Any, ...]:
    expression = None if key.expression is None else folded(key.expression, columns)
    # An expression that is only a cast of a column, folded, is that column.
    return (
        key.column or expression,
        key.operator_class,
        key.operator_class_options,
        key.collation,
        key.descending,
        key.nulls_first,
        key.statistics_target,
    )


def _hold(literal: str, held: list[str]) -> str:
    if literal.startswith("$"):
        return literal
    held.append(literal)
    return f"'{len(held) - 1}'"


def _step(text: str, columns: Collection[str]) -> str:
    for pattern in (_CAST_LITERAL, _WRAPPED_LITERAL, _CAST_LIST, _BARE_LIST):
        text = pattern.sub(r"\1", text)
    return _CAST_COLUMN.sub(_known(columns), text)


def _known(columns: Collection[str]) -> Callable[[re.Match[str]], str]:
    def without(found: re.Match[str]) -> str:
        name = found[1]
        plain = name[1:-1].replace('""', '"') if name.startswith('"') else name
        return name if plain in columns else found[0]

    return without
