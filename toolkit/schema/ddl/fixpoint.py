"""Texts of the server, made such that parsing them gives the expressions they were written from.

The server writes `name IN ('a', 'b')` on a varchar column as

    ((name)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))

and reads that differently: a cast right behind `ARRAY[...]` goes to each element. With the array's own type
in between (`(ARRAY[...]::character varying[])::text[]`) it stays where it was. Everything else that the
server writes reads back as it was.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from toolkit.schema.ddl.texts import TOKEN
from toolkit.schema.objects import SchemaObject

T = TypeVar("T", bound=SchemaObject)

_ARRAY: Final = "ARRAY["
_TYPE: Final = re.compile(r"::([\w. \"]+?)(\(\d+\))?\Z")

_NOT_EXPRESSIONS: Final = frozenset({"comment", "body", "name", "schema", "table", "arguments"})
"""Fields that may hold any text: what looks like an array there is none of the server's."""


def runnable(thing: T) -> T:
    """The object with every expression as it has to be written to be read back the same."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(thing):
        if field.name not in _NOT_EXPRESSIONS:
            before = getattr(thing, field.name)
            after = _in_value(before)
            if after is not before:
                changes[field.name] = after
    return dataclasses.replace(thing, **changes) if changes else thing


def _in_value(value: Any) -> Any:
    if isinstance(value, str):
        return keep_array_types(value) if _ARRAY in value else value
    if type(value) is tuple and any(_may_hold(item) for item in value):
        return tuple(_in_part(item) for item in value)
    return value


def _may_hold(item: Any) -> bool:
    """Whether it is a part with expressions of its own: an index key, a domain check, a published table."""
    return dataclasses.is_dataclass(item) and any(
        isinstance(text, str) and _ARRAY in text
        for text in (getattr(item, field.name) for field in dataclasses.fields(item))
    )


def _in_part(item: Any) -> Any:
    if not _may_hold(item):
        return item
    texts = {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    return dataclasses.replace(
        item,
        **{
            name: keep_array_types(text)
            for name, text in texts.items()
            if isinstance(text, str) and name not in _NOT_EXPRESSIONS
        },
    )


def keep_array_types(text: str) -> str:
    """The expression with the type of the array behind every `ARRAY[...]` that is cast to another one."""
    tokens = [match[0] for match in TOKEN.finditer(text)]
    for start in range(len(tokens) - 2, -1, -1):
        if tokens[start : start + 2] == ["ARRAY", "["]:
            end = _closing(tokens, start + 1)
            after = "".join(tokens[end + 1 : end + 4])
            if after == ")::" or after.startswith("::"):
                type_ = _element_type(tokens[start + 2 : end])
                if type_ is not None:
                    tokens[end] = f"]::{type_}[]"
    return "".join(tokens)


def _closing(tokens: Sequence[str], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        depth += {"[": 1, "]": -1}.get(tokens[place][0], 0)
        if depth == 0:
            return place
    return len(tokens)


def _element_type(tokens: Sequence[str]) -> str | None:
    """The type that every element is marked with, or None."""
    elements = [""]
    depth = 0
    for text in tokens:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text, 0)
        if text == "," and depth == 0:
            elements.append("")
        else:
            elements[-1] += text
    marks = {match[1] if (match := _TYPE.search(element)) else None for element in elements}
    return marks.pop() if len(marks) == 1 else None
