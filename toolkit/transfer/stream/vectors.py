"""Columns of values at once: from what was decoded natively to the texts for the server.

A vector makes the same text from a value as the exact coercion of its column, or calls the value doubtful:
it knows the plain spellings only, the exact judge the others. Values here are never null and never missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from msgspec import Raw

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.stream.copying import SPECIAL

Cells: TypeAlias = "tuple[Sequence[str], Sequence[int]]"
"""Texts, and the positions whose text means nothing because the value is doubtful."""

Judging: TypeAlias = "Callable[[Sequence[Any], str], Cells]"
"""From values, and, where they are texts, the same with a line feed between them. There is one at least."""

_NO_DOUBT: Final[tuple[int, ...]] = ()
_DAY: Final = (
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
"""Every day but the 29th of February, which not all years have."""
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MICROS: Final = r"(?:\.(?!000000)[0-9]{6})?"
_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_FLOAT_DIGITS: Final = 15
"""So many decimal digits always survive in a binary float of eight bytes."""
_PLAIN_SCALE: Final = 6
"""With at most so many digits behind the point, `str` of a decimal never writes an exponent."""
_PRECISION: Final = 1000
"""Digits before the point of a plain number; longer ones are for the exact judge."""
_INTEGER_BITS: Final = {"int2": 16, "int4": 32, "int8": 64}
_SAFE_DIGITS: Final = {"int2": 4, "int4": 9, "int8": 18}
_TEXTS: Final = ("text", "varchar", "bpchar", "citext")
_ALL_DIGITS: Final = 6
_PLAUSIBLE: Final = (1900, 2200)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FROM, _TO = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Vector:
    """How the values of one column become texts."""

    kind: type[Any]
    """What the field is decoded as; `Raw` keeps the text of it."""
    cells: Judging
    plain: bool = True
    """Whether no text has a character that COPY would read as something else."""
    rules: tuple[str, ...] = ()
    """The rules of the mapping that alter each value which is not doubtful."""
    compared: Callable[[Sequence[Any], str], tuple[Sequence[Any], Sequence[int]]] | None = None
    """A quicker way to values that are equal where the texts are."""


def vector_of(column: ColumnPlan) -> Vector | None:
    """The vector of a column for JSON; None where there is none for its type and how it is written."""
    kind, form = column.target.type, column.rule.form
    if kind.is_domain or kind.element:
        return None
    if kind.is_enum:
        plain = not SPECIAL.search("".join(kind.labels))
        return Vector(str, _labels(frozenset(kind.labels)), plain) if form in (None, "text") else None
    if kind.name in _TEXTS and form in (None, "text"):
        bounded = kind.name in ("varchar", "bpchar") and kind.modifier >= 0
        return Vector(str, _texts(kind.modifier - 4 if bounded else None), plain=False)
    if kind.name in _INTEGER_BITS and form == "int":
        return Vector(Raw, _matching(_digits(kind.name)))
    if kind.name in _INTEGER_BITS and form is None:
        bits = _INTEGER_BITS[kind.name]
        return Vector(int, _integers(bits), compared=_small_ones(bits))
    if kind.name == "bool" and form is None and column.rule.true is None:
        return Vector(bool, _booleans)
    if kind.name in ("numeric", "float8") and form in (None, "int", "decimal", "float"):
        return Vector(Raw, _matching(_number(kind.name, kind.modifier)))
    if kind.name == "uuid" and form in (None, "uuid"):
        return Vector(str, _matching(_UUID))
    if kind.name == "date" and form in (None, "date"):
        return Vector(str, _matching(_DAY)) if column.rule.formats == ("iso",) else None
    if kind.name in ("timestamp", "timestamptz"):
        return _moments(column)
    return None


def text_vector_of(column: ColumnPlan) -> Vector | None:
    """The same for cells of CSV, which are texts whatever they look like."""
    kind, form = column.target.type, column.rule.form
    if kind.is_domain or kind.element:
        return None
    if kind.name in _INTEGER_BITS:
        digits = _matching(_digits(kind.name))
        return Vector(str, digits, rules=('as = "int"',)) if form == "int" else None
    if kind.name in ("numeric", "float8"):
        number = _matching(_number(kind.name, kind.modifier))
        rules = ('as = "decimal"',) if kind.name == "numeric" else ()
        return Vector(str, number, rules=rules) if form in ("int", "decimal", "float") else None
    vector = vector_of(column)
    return vector if vector is not None and vector.kind is str else None


def made_keys(coerce: Callable[[str], str]) -> Vector:
    """Legacy keys that are texts, made into uuids."""

    def cells(values: Sequence[str], _: str) -> Cells:
        return [coerce(value) if value else "" for value in values], _where(not value for value in values)

    return Vector(str, cells)


def _matching(pattern: str) -> Judging:
    """Texts that stay as they are when they match."""
    one = re.compile(rf"(?:{pattern})")
    all_of_them = re.compile(rf"(?:{pattern})(?:\n(?:{pattern}))*+")

    def cells(values: Sequence[str], joined: str) -> Cells:
        # Without the count a value with a line feed in it could pass for two.
        if joined.count("\n") == len(values) - 1 and all_of_them.fullmatch(joined):
            return values, _NO_DOUBT
        return values, _where(not one.fullmatch(value) for value in values)

    return cells


def _texts(limit: int | None) -> Judging:
    def cells(values: Sequence[str], joined: str) -> Cells:
        if "\0" in joined or (limit is not None and max(map(len, values)) > limit):
            return values, _where(
                "\0" in value or (limit is not None and len(value) > limit) for value in values
            )
        return values, _NO_DOUBT

    return cells


def _labels(labels: frozenset[str]) -> Judging:
    def cells(values: Sequence[str], _: str) -> Cells:
        if labels.issuperset(values):
            return values, _NO_DOUBT
        return values, _where(value not in labels for value in values)

    return cells


def _integers(bits: int) -> Judging:
    small = _small_ones(bits)

    def cells(values: Sequence[int], joined: str) -> Cells:
        values, doubtful = small(values, joined)
        return list(map(str, values)), doubtful

    return cells


def _small_ones(bits: int) -> Callable[[Sequence[int], str], tuple[Sequence[int], Sequence[int]]]:
    """Integers of so many bits; in the place of others zeros."""
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def numbers(values: Sequence[int], _: str) -> tuple[Sequence[int], Sequence[int]]:
        if lowest <= min(values) and max(values) <= highest:
            return values, _NO_DOUBT
        fits = [lowest <= value <= highest for value in values]
        return [value if fit else 0 for value, fit in zip(values, fits, strict=True)], _where(
            not fit for fit in fits
        )

    return numbers


def _booleans(values: Sequence[bool], _: str) -> Cells:
    return ["true" if value else "false" for value in values], _NO_DOUBT


def _digits(name: str) -> str:
    """Integers of so few digits that each fits, as they are cells."""
    return rf"0|-?[1-9][0-9]{{0,{_SAFE_DIGITS[name] - 1}}}"


def _number(name: str, modifier: int) -> str:
    """The numbers, as JSON writes them, that are cells as they stand."""
    if name == "float8":
        # As many digits in all, wherever the point stands.
        return rf"(?!-?[0-9.]{{{_FLOAT_DIGITS + 1}}})-?(?:0|[1-9][0-9]*)(?:\.[0-9]{{1,{_PLAIN_SCALE}}})?"
    before, after = _PRECISION, _PLAIN_SCALE
    if modifier >= 0:
        # Both are packed into the modifier: a header of 4, precision above 16 bits, scale in 11 signed ones.
        precision, scale = (modifier - 4) >> 16, (((modifier - 4) & 0x7FF) ^ 1024) - 1024
        if scale < 0:
            return "(?!)"
        before, after = precision - scale, min(scale, _PLAIN_SCALE)
    whole = rf"(?:0|[1-9][0-9]{{0,{before - 1}}})" if before > 0 else "0"
    return rf"-?{whole}(?:\.[0-9]{{1,{after}}})?" if after > 0 else rf"-?{whole}"


def _moments(column: ColumnPlan) -> Vector | None:
    """ISO moments in UTC, or without a zone where the column has none; whole epoch numbers."""
    rule, kind = column.rule, column.target.type
    digits = kind.modifier if kind.modifier >= 0 else _ALL_DIGITS
    aware = kind.name == "timestamptz"
    if rule.form in ("epoch-s", "epoch-ms") and aware and digits == _ALL_DIGITS:
        if rule.plausible != _PLAUSIBLE:
            return None
        return Vector(int, _epochs(1 if rule.form == "epoch-ms" else 1000))
    if rule.form not in (None, "datetime") or rule.formats != ("iso",):
        return None
    micros = _MICROS if digits == _ALL_DIGITS else ""
    return Vector(str, _rewritten(rf"{_DAY}[T ]{_CLOCK}{micros}" + ("Z" if aware else "")))


def _rewritten(pattern: str) -> Judging:
    """Moments that match, in the spelling of the exact judge."""
    match = _matching(pattern)

    def cells(values: Sequence[str], joined: str) -> Cells:
        _, doubtful = match(values, joined)
        texts = joined.replace("T", " ").replace("Z", "+00:00").split("\n")
        if len(texts) != len(values):  # a doubtful value holds a line feed
            return values, range(len(values))
        return texts, doubtful

    return cells


def _epochs(millis: int) -> Judging:
    lowest = (_FROM - _EPOCH) // timedelta(milliseconds=millis)
    highest = (_TO - _EPOCH) // timedelta(milliseconds=millis)

    def cells(values: Sequence[int], _: str) -> Cells:
        doubtful = _NO_DOUBT
        if not (lowest <= min(values) and max(values) <= highest):
            doubtful = _where(not lowest <= value <= highest for value in values)
            values = [value if lowest <= value <= highest else 0 for value in values]
        return [
            (_EPOCH + timedelta(milliseconds=value * millis)).isoformat(" ") for value in values
        ], doubtful

    return cells


def _where(doubts: Iterable[bool]) -> tuple[int, ...]:
    return tuple(position for position, doubtful in enumerate(doubts) if doubtful)
