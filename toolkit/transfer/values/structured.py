"""JSON into `json` and `jsonb`, and lists into arrays. Numbers keep the digits they were written with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.notes import Note, silent
from toolkit.transfer.values.numbers import NOT_FINITE, not_finite
from toolkit.transfer.values.texts import STRICT, Storing, storable
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_DEPTH: Final = 200
_EXPONENT: Final = 16_000
"""What `jsonb` can hold after the point; before it there is more room, but nobody writes such numbers."""


def json_of(value: Value, depth: int = _DEPTH, storing: Storing = STRICT) -> str:
    """The JSON text of a value. What is wrong deep inside is told with the way to it."""
    if depth == 0:
        raise UnfitError("too_deep", f"it nests deeper than {_DEPTH}")
    if isinstance(value, str):
        return json.dumps(storable(value, storing), ensure_ascii=False)
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, dict):
        members = (
            f"{_inner(str(key), key, depth, storing)}: {_inner(member, key, depth - 1, storing)}"
            for key, member in value.items()
        )
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        elements = (_inner(element, index, depth - 1, storing) for index, element in enumerate(value))
        return "[" + ", ".join(elements) + "]"
    return json.dumps(value)


def array_of(
    value: Value, element: Callable[[Value], str], *, wrap: bool = False, note: Note = silent
) -> str:
    """The array literal of a list of scalars, or of lists of equal lengths.

    With `wrap` a scalar is a list of one.
    """
    if not isinstance(value, list | tuple):
        if not wrap or isinstance(value, dict):
            raise wrong_kind(
                value, "a list", "" if isinstance(value, dict) else "wrap = true makes one of it."
            )
        note("wrap")
        value = [value]
    if any(isinstance(item, list | tuple) for item in value):
        _refuse_ragged(value)
    return _nested(value, (), element)


def array_literal(parts: Iterable[str | None]) -> str:
    """The array literal of these elements, quoted or arrays themselves; None is NULL."""
    return "{" + ",".join("NULL" if part is None else part for part in parts) + "}"


def quoted(text: str) -> str:
    """An element inside an array literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _within(item: Value, way: tuple[int, ...], element: Callable[[Value], str]) -> str | None:
    if isinstance(item, list | tuple):
        return _nested(item, way, element)
    try:
        return None if item is None else quoted(element(item))
    except UnfitError as error:
        raise error.within(*way) from None


def _nested(item: Sequence[Value], way: tuple[int, ...], element: Callable[[Value], str]) -> str:
    return array_literal(_within(inner, (*way, place), element) for place, inner in enumerate(item))


def _refuse_ragged(value: Value, way: tuple[int, ...] = ()) -> tuple[int, ...]:
    """The lengths of a list of lists, which must be the same everywhere."""
    if not isinstance(value, list | tuple):
        return ()
    shapes = [_refuse_ragged(item, (*way, index)) for index, item in enumerate(value)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0] or (shape and 0 in shape):
            reason = (
                f"element {index} has another shape than the first one; the lists of an array are as long"
            )
            raise UnfitError("ragged", reason, "", (*way, index))
    return (len(value), *(shapes[0] if shapes else ()))


def _inner(value: Value, token: str | int, depth: int, storing: Storing) -> str:
    try:
        return json_of(value, depth, storing)
    except UnfitError as error:
        raise error.within(token) from None


def _number(value: Number) -> str:
    if value.text in NOT_FINITE:
        raise not_finite(value.text)
    exponent = Decimal(value.text).adjusted() if len(value.text) < _EXPONENT else _EXPONENT
    if abs(exponent) >= _EXPONENT:
        raise UnfitError("range", "a number in it is beyond what the server stores")
    return value.text
