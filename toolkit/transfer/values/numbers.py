"""Numbers: exact, from the digits as written. Nothing reaches `numeric` through a binary float."""

from __future__ import annotations

import re
import struct
from decimal import Decimal, InvalidOperation
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_INTEGER_TEXT: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL_TEXT: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER_BITS: Final = {"int2": 16, "int4": 32, "int8": 64}
_DIGITS_BEFORE_POINT: Final = 131_072
_DIGITS_AFTER_POINT: Final = 16_383
_FLOAT4_DIGITS: Final = 6


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
        return Decimal(text)
    except InvalidOperation:
        raise UnfitError("range", "the exponent is beyond every number type") from None


def integer_of(value: Value, type_name: str, *, from_text: bool) -> str:
    """A whole number in the range of `int2`, `int4` or `int8`."""
    if from_text and isinstance(value, str) and not _INTEGER_TEXT.fullmatch(value):
        raise UnfitError("not_a_number", "the text is no whole number", "Write digits only.")
    number = exact(value, from_text=from_text)
    if not number:
        return "0"
    if number.adjusted() > 20 or number < -(2 ** (_INTEGER_BITS[type_name] - 1)):
        raise _out_of_range(type_name)
    if number != number.to_integral_value():
        raise UnfitError("not_whole", "it has a fraction, and the column holds whole numbers")
    if number > 2 ** (_INTEGER_BITS[type_name] - 1) - 1:
        raise _out_of_range(type_name)
    return str(int(number))


def decimal_of(value: Value, modifier: int, *, from_text: bool) -> str:
    """A number for `numeric`, or for `numeric(p, s)` without rounding."""
    number = exact(value, from_text=from_text)
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise UnfitError("not_finite", "it is no finite number")
    significant = "".join(map(str, digits)).rstrip("0")
    if not significant:
        return str(number) if -_DIGITS_AFTER_POINT <= exponent <= 0 else "0"
    after = -(exponent + len(digits) - len(significant))
    before = number.adjusted() + 1
    if modifier >= 0:
        precision, scale = _precision_and_scale(modifier)
        if after > scale:
            reason = f"{max(after, 0)} digits after the point where the column holds {scale}"
            raise UnfitError("scale", reason, "Round it at the source, or widen the column.")
        if before > precision - scale:
            reason = f"{before} digits before the point where the column holds {precision - scale}"
            raise UnfitError("range", reason, "Widen the column.")
    if before > _DIGITS_BEFORE_POINT or after > _DIGITS_AFTER_POINT:
        raise _out_of_range("numeric")
    return str(number)


def float_of(value: Value, type_name: str, *, declared: bool) -> str:
    """A number for `float4` or `float8`: one that reads back the same, or any finite one when `declared`."""
    number = exact(value, from_text=declared)
    binary = float(number)
    if type_name == "float4":
        try:
            binary = struct.unpack("f", struct.pack("f", binary))[0]
        except OverflowError:
            raise _out_of_range(type_name) from None
        back = Decimal(f"{binary:.{_FLOAT4_DIGITS}g}") if binary == binary else Decimal(0)
    else:
        back = Decimal(repr(binary)) if abs(binary) != float("inf") else Decimal(0)
    if abs(binary) == float("inf") or (binary == 0 and number != 0):
        raise _out_of_range(type_name)
    if not declared and number not in (back, Decimal(binary)):
        reason = "a binary float does not keep all its digits"
        raise UnfitError("precision", reason, 'as = "float" takes the nearest one; numeric keeps them all.')
    return str(number)


def _precision_and_scale(modifier: int) -> tuple[int, int]:
    # Both are packed into the modifier: a header of 4, precision above 16 bits, scale in 11 signed ones.
    packed = modifier - 4
    return packed >> 16, ((packed & 0x7FF) ^ 1024) - 1024


def _out_of_range(type_name: str) -> UnfitError:
    return UnfitError(
        "range", f"it is out of the range of {type_name}", "Use a wider column, or mend the value."
    )
