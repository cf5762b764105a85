"""MongoDB extended JSON (version 2, and the shell's older forms) as plain values.

Each wrapped value becomes a plain one that loses nothing: an ObjectId its 24 hex digits, a date ISO text, a
number its digits, bytes base64. What has no such form is a flaw of its record.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from toolkit.transfer.sources.record import Flaw, Number, SourceRecord, Value

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UUID_SUBTYPES: Final = ("04", "4")


def plain_record(record: SourceRecord) -> SourceRecord:
    """The record with every `{"$oid": ...}` and the like in it replaced by its plain value."""
    flaws: list[Flaw] = []
    value = _plain(record.value, "", flaws)
    return replace(record, value=value, flaws=(*record.flaws, *flaws))


def _plain(value: Value, where: str, flaws: list[Flaw]) -> Value:
    if isinstance(value, list):
        return [_plain(element, f"{where}.{index}", flaws) for index, element in enumerate(value)]
    if not isinstance(value, dict):
        return value
    word = next(iter(value), "")
    if not word.startswith("$"):
        return {name: _plain(member, f"{where}.{name}", flaws) for name, member in value.items()}
    try:
        return _form(value, word)(value)
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        reason = f"the extended JSON of {word} cannot be read ({error})"
        flaws.append(Flaw("extended_json", reason, "Export it as a plain value.", where.lstrip(".")))
        return None


def _form(value: Mapping[str, Value], word: str) -> Callable[[Mapping[str, Value]], Value]:
    if word not in _FORMS or len(value) > _SIZES.get(word, 1):
        raise ValueError(f"{word} has no plain form")
    return _FORMS[word]


def _text(value: Mapping[str, Value], word: str) -> str:
    found = value[word]
    if not isinstance(found, str):
        raise TypeError("its value is no text")
    return found


def _number(value: Mapping[str, Value], word: str) -> Value:
    found = value[word]
    text = found.text if isinstance(found, Number) else _text(value, word)
    if text.lstrip("-") in ("NaN", "Infinity"):
        raise ValueError(f"{text} is no JSON number")
    if not text.lstrip("-")[:1].isdigit():
        raise ValueError(f"{text!r} is no number")
    return Number(text)


def _object_id(value: Mapping[str, Value]) -> Value:
    text = _text(value, "$oid")
    if len(text) != 24 or not all(digit in "0123456789abcdefABCDEF" for digit in text):
        raise ValueError("it is not 24 hex digits")
    return text.lower()


def _date(value: Mapping[str, Value]) -> Value:
    found = value["$date"]
    if isinstance(found, str):
        return found
    if isinstance(found, dict):
        found = _number(found, "$numberLong")
    if not isinstance(found, Number):
        raise TypeError("it is neither a text nor milliseconds")
    moment = _EPOCH + timedelta(milliseconds=int(found.text))
    return moment.isoformat(timespec="milliseconds")


def _binary(value: Mapping[str, Value]) -> Value:
    found = value["$binary"]
    inner = found if isinstance(found, dict) else {"base64": found, "subType": value.get("$type", "00")}
    text, subtype = _text(inner, "base64"), _text(inner, "subType")
    content = base64.b64decode(text, validate=True)
    return str(UUID(bytes=content)) if subtype in _UUID_SUBTYPES else text


_SIZES: Final = {"$binary": 2}
_FORMS: Final[dict[str, Callable[[Mapping[str, Value]], Value]]] = {
    "$oid": _object_id,
    "$date": _date,
    "$numberInt": lambda value: _number(value, "$numberInt"),
    "$numberLong": lambda value: _number(value, "$numberLong"),
    "$numberDouble": lambda value: _number(value, "$numberDouble"),
    "$numberDecimal": lambda value: _number(value, "$numberDecimal"),
    "$uuid": lambda value: str(UUID(_text(value, "$uuid"))),
    "$symbol": lambda value: _text(value, "$symbol"),
    "$binary": _binary,
}
