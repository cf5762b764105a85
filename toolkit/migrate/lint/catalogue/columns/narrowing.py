"""Which type holds less than another, and what happens to values that do not fit."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.reading import TypeShape, shape_of_type_text

_INTEGERS: Final = {"int2": 2, "int4": 4, "int8": 8}
_TEXTS: Final = frozenset({"text", "varchar", "bpchar", "char", "citext"})
_NUMBERS: Final = frozenset({*_INTEGERS, "numeric", "float4", "float8", "money"})
_FRACTIONS: Final = frozenset({"numeric", "float4", "float8", "money"})


def why_narrower(old_text: str, new_text: str) -> str | None:
    """What is lost between two types as texts, or None if every value fits."""
    old, new = shape_of_type_text(old_text), shape_of_type_text(new_text)
    if old.is_array or new.is_array or old == new:
        return None
    return _texts(old, new) or _numbers(old, new) or _moments(old, new)


def _texts(old: TypeShape, new: TypeShape) -> str | None:
    if old.name not in _TEXTS:
        return None
    if new.name in _TEXTS:
        shorter = new.modifiers and (not old.modifiers or new.modifiers[0] < old.modifiers[0])
        return "texts that are too long end the run" if shorter else None
    return "texts that do not read as the new type end the run"


def _numbers(old: TypeShape, new: TypeShape) -> str | None:
    if old.name in _INTEGERS and new.name in _INTEGERS:
        smaller = _INTEGERS[new.name] < _INTEGERS[old.name]
        return "numbers that are too large end the run" if smaller else None
    if old.name in _FRACTIONS and new.name in _INTEGERS:
        return "fractions are rounded away"
    if old.name == "numeric" and new.name in ("float4", "float8"):
        return "digits are lost"
    if new.name == "float4" and old.name in ("float8", "int8", "int4"):
        return "digits are lost"
    if old.name in _NUMBERS and new.name == "numeric" and new.modifiers:
        return _numeric(old, new)
    return None


def _numeric(old: TypeShape, new: TypeShape) -> str | None:
    precision, scale = (*new.modifiers, 0)[:2]
    if old.name != "numeric":
        return (
            None
            if old.name in _INTEGERS and precision - scale >= 19
            else "numbers that are too large end the run"
        )
    if not old.modifiers:
        return "digits after the point are rounded away"
    old_precision, old_scale = (*old.modifiers, 0)[:2]
    if scale < old_scale:
        return "digits after the point are rounded away"
    if precision - scale < old_precision - old_scale:
        return "numbers that are too large end the run"
    return None


def _moments(old: TypeShape, new: TypeShape) -> str | None:
    moments = ("timestamp", "timestamptz")
    if old.name in moments and new.name == "date":
        return "the time of day is lost"
    if old.name in moments and new.name in ("time", "timetz"):
        return "the day is lost"
    if old.name == new.name and old.name in (*moments, "time", "timetz", "interval"):
        before, after = old.modifiers[-1:] or (6,), new.modifiers[-1:] or (6,)
        return "fractions of seconds are rounded away" if after < before else None
    return None
