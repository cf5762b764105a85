"""Numbers: exact, from the digits as written. Nothing reaches `numeric` through a binary float."""

from __future__ import annotations

import re
import struct
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.notes import Note, silent
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_INTEGER_TEXT: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL_TEXT: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER_BITS: Final = {"int2": 16, "int4": 32, "int8": 64}
_DIGITS_BEFORE_POINT: Final = 131_072
_DIGITS_AFTER_POINT: Final = 16_383
_FLOAT4_DIGITS: Final = 6
NOT_FINITE: Final = ("NaN", "Infinity", "-Infinity")
"""The words for what is no number, as other programs write them into JSON, and as the server reads them."""


def exact(value: Value, *, from_text: bool) -> Decimal:
    """The number, exactly; from a text too when `from_text`."""
    if isinstance(value, Number):
        text = value.text
    elif isinstance(value, str) and from_text:
        if not _DECIMAL_TEXT.fullmatch(value):
            raise UnfitError(
                "not_a_number", "the text is no number", "Write digits, with a point for fractions."
            )
        text = value
    else:
        hint = 'as = "int", "decimal" or "float" reads texts.' if isinstance(value, str) else ""
        raise wrong_kind(value, "a number", hint)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnfitError("range", "the exponent is beyond every number type") from None
    if not number.is_finite():
        raise not_finite(text)
    return number


def not_finite(word: str) -> UnfitError:
    """The error for NaN and the infinities."""
    return UnfitError("not_finite", f"{word} is no number", 'not_finite = "null" or, for floats, "keep".')


def integer_of(value: Value, type_name: str, *, from_text: bool, note: Note = silent) -> str:
    """A whole number in the range of `int2`, `int4` or `int8`."""
    if from_text and isinstance(value, str) and not _INTEGER_TEXT.fullmatch(value):
        raise UnfitError("not_a_number", "the text is no whole number", "Write digits only.")
    number = exact(value, from_text=from_text)
    if isinstance(value, str):
        note('as = "int"')
    elif isinstance(value, Number) and not _INTEGER_TEXT.fullmatch(value.text):
        note("whole number written with a point or exponent")
    if not number:
        return "0"
    if number.adjusted() > 20 or number < -(2 ** (_INTEGER_BITS[type_name] - 1)):
        raise _out_of_range(type_name)
    if number != number.to_integral_value():
        raise UnfitError("not_whole", "it has a fraction, and the column holds whole numbers")
    if number > 2 ** (_INTEGER_BITS[type_name] - 1) - 1:
        raise _out_of_range(type_name)
    return str(int(number))


def decimal_of(
    value: Value, modifier: int, *, from_text: bool, rounding: bool = False, note: Note = silent
) -> str:
    """A number for `numeric`, or for `numeric(p, s)`: unrounded, or rounded half to even."""
    number = exact(value, from_text=from_text)
    if isinstance(value, str):
        note('as = "decimal"')
    if modifier >= 0 and rounding:
        rounded = _rounded(number, _precision_and_scale(modifier)[1])
        if rounded != number:
            note('scale = "half-even"')
            number = rounded
    significant, after = _significant(number)
    if not significant:
        _, _, exponent = number.as_tuple()
        return str(number) if isinstance(exponent, int) and -_DIGITS_AFTER_POINT <= exponent <= 0 else "0"
    before = number.adjusted() + 1
    if modifier >= 0:
        precision, scale = _precision_and_scale(modifier)
        if after > scale:
            reason = f"{max(after, 0)} digits after the point where the column holds {scale}"
            hint = 'Round it at the source, widen the column, or say scale = "half-even".'
            raise UnfitError("scale", reason, hint)
        if before > precision - scale:
            reason = f"{before} digits before the point where the column holds {precision - scale}"
            raise UnfitError("range", reason, "Widen the column.")
    if before > _DIGITS_BEFORE_POINT or after > _DIGITS_AFTER_POINT:
        raise _out_of_range("numeric")
    return str(number)


def float_of(value: Value, type_name: str, *, declared: bool, keep: bool = False, note: Note = silent) -> str:
    """A number for `float4` or `float8`: one that reads back the same, or any finite one when `declared`.

    With `keep` also NaN and the infinities, by their words.
    """
    word = value.text if isinstance(value, Number) else value
    if keep and word in NOT_FINITE:
        note('not_finite = "keep"')
        return str(word)
    number = exact(value, from_text=declared)
    binary, back = _nearest(number, type_name)
    if number not in (back, Decimal(binary)):
        if not declared and not binary:
            raise _out_of_range(type_name)
        if not declared:
            reason = "a binary float does not keep all its digits"
            raise UnfitError(
                "precision", reason, 'as = "float" takes the nearest one; numeric keeps them all.'
            )
        note('as = "float"')
    return str(number) if binary or not number else "0"


def _nearest(number: Decimal, type_name: str) -> tuple[float, Decimal]:
    """The nearest binary float, and the number that it stands for when it is read back."""
    binary = float(number)
    if type_name == "float4":
        try:
            binary = struct.unpack("f", struct.pack("f", binary))[0]
        except OverflowError:
            raise _out_of_range(type_name) from None
    if abs(binary) == float("inf"):
        raise _out_of_range(type_name)
    back = f"{binary:.{_FLOAT4_DIGITS}g}" if type_name == "float4" else repr(binary)
    return binary, Decimal(back)


def _rounded(number: Decimal, scale: int) -> Decimal:
    if not number or number.adjusted() < -scale - 1:
        return Decimal(0)
    if number.adjusted() > _DIGITS_BEFORE_POINT:
        return number
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent >= -scale:
        return number
    context = Context(prec=max(number.adjusted() + scale + 2, 1) + len(digits), rounding=ROUND_HALF_EVEN)
    return number.quantize(Decimal((0, (1,), -scale)), context=context)


def _significant(number: Decimal) -> tuple[str, int]:
    """The digits without zeros at the end, and how many places after the point the last of them stands."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise not_finite(str(number))
    significant = "".join(map(str, digits)).rstrip("0")
    return significant, -(exponent + len(digits) - len(significant))


def _precision_and_scale(modifier: int) -> tuple[int, int]:
    # Both are packed into the modifier: a header of 4, precision above 16 bits, scale in 11 signed ones.
    packed = modifier - 4
    return packed >> 16, ((packed & 0x7FF) ^ 1024) - 1024


def _out_of_range(type_name: str) -> UnfitError:
    return UnfitError(
        "range", f"it is out of the range of {type_name}", "Use a wider column, or mend the value."
    )
