"""JSON into `json` and `jsonb`, and lists into arrays. Numbers keep the digits they were written with."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.texts import storable
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_DEPTH: Final = 200
_EXPONENT: Final = 16_000
"""What `jsonb` can hold after the point; before it there is more room, but nobody writes such numbers."""


def json_of(value: Value, depth: int = _DEPTH) -> str:
    """The JSON text of a value."""
    if depth == 0:
        raise UnfitError("too_deep", f"it nests deeper than {_DEPTH}")
    if isinstance(value, str):
        return json.dumps(storable(value), ensure_ascii=False)
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, dict):
        members = (f"{json_of(str(key))}: {json_of(member, depth - 1)}" for key, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(json_of(element, depth - 1) for element in value) + "]"
    return json.dumps(value)


def array_of(value: Value, element: Callable[[Value], str]) -> str:
    """The array literal of a list of scalars."""
    if not isinstance(value, list | tuple):
        raise wrong_kind(value, "a list")
    parts: list[str] = []
    for index, item in enumerate(value):
        if isinstance(item, list | tuple):
            raise UnfitError(
                "nested_list", f"element {index} is a list itself; arrays of arrays are not moved"
            )
        try:
            text = None if item is None else element(item)
        except UnfitError as error:
            raise UnfitError(error.code, f"element {index}: {error.reason}", error.hint) from None
        parts.append("NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return "{" + ",".join(parts) + "}"


def _number(value: Number) -> str:
    exponent = Decimal(value.text).adjusted() if len(value.text) < _EXPONENT else _EXPONENT
    if abs(exponent) >= _EXPONENT:
        raise UnfitError("range", "a number in it is beyond what the server stores")
    return value.text
