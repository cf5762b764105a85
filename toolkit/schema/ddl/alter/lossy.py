"""Which change of a type can lose values although the server carries it out without a word."""

from __future__ import annotations

import re
from typing import Final

_SHAPE: Final = re.compile(r"(.*?)(?:\(([-\d, ]+)\))?( with(?:out)? time zone)?(\[\])*\Z")
_INTEGERS: Final = frozenset({"smallint", "integer", "bigint"})
_FLOATS: Final = {"real": 0, "double precision": 1}
_STAMPS: Final = frozenset({"timestamp without time zone", "timestamp with time zone"})
_PARTS_OF_STAMPS: Final = frozenset({"date", "time without time zone", "time with time zone"})
_ROUNDED: Final = frozenset({"numeric", "interval", *_STAMPS, *_PARTS_OF_STAMPS})
_TEXTS: Final = frozenset({"text", "character varying", "character"})
_FAMILIES: Final = (
    _TEXTS,
    frozenset({*_INTEGERS, *_FLOATS, "numeric"}),
    frozenset({*_STAMPS, *_PARTS_OF_STAMPS}),
    frozenset({"bit", "bit varying"}),
)

_CASTS: Final = {("boolean", "integer"), ("integer", "boolean"), ("json", "jsonb"), ("jsonb", "json")} | {
    ("jsonb", type_) for type_ in (*_INTEGERS, *_FLOATS, "numeric", "boolean")
}


def may_lose_values(old: str, new: str) -> bool:
    """Whether values are rounded or cut; what the server refuses (a text too long) is not lost."""
    before, after = _shape(old), _shape(new)
    if before[0] == after[0]:
        return before[0] in _ROUNDED and _is_coarser(before[1], after[1])
    if after[0] in _INTEGERS:
        return before[0] == "numeric" or before[0] in _FLOATS
    if after[0] in _FLOATS:
        return before[0] == "numeric" or _FLOATS.get(before[0], -1) > _FLOATS[after[0]]
    if after[0] == "numeric":
        return before[0] in _FLOATS
    if after[0] == "jsonb":
        return before[0] == "json"
    return before[0] in _STAMPS and after[0] in _PARTS_OF_STAMPS


def conversion(old: str, new: str) -> tuple[str, ...]:
    """The types that a value is cast through; none where the server converts by itself.

    Then it refuses what does not fit, where a cast would cut it. What has no cast goes by way of its text.
    """
    before, after = _shape(old)[0], _shape(new)[0]
    if "[]" in old or "[]" in new:
        assigned = before == after and old.endswith("[]") == new.endswith("[]")
    else:
        assigned = any(before in family and after in family for family in _FAMILIES)
    if old == new or assigned or (after in _TEXTS and "[]" not in new):
        return ()
    is_cast = (before, after) in _CASTS and "[]" not in old + new
    return (new,) if is_cast else ("text", new)


def _shape(type_: str) -> tuple[str, tuple[int, ...]]:
    match = _SHAPE.match(type_)
    assert match is not None
    numbers = tuple(int(number) for number in (match[2] or "").split(",") if number.strip())
    return f"{match[1]}{match[3] or ''}", numbers


def _is_coarser(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether fewer digits are kept behind the point; without modifiers as many as there are."""
    return bool(new) and (not old or new[-1] < old[-1])
