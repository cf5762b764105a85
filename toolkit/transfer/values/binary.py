"""Bytes, as exports write them: one declared spelling for a column, in which a text is one value or none."""

from __future__ import annotations

import ast
import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_LITERAL: Final = re.compile(r"""b('|").*\1""", re.DOTALL)
_DATA: Final = re.compile(r"data:[^,]*?(;base64)?,(.*)", re.DOTALL | re.IGNORECASE)
_BYTE: Final = re.compile(r"[0-9]{1,3}")
_HEX: Final = re.compile(r"[0-9a-fA-F]*")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_LARGEST: Final = 255


def bytes_of(value: Value, form: str) -> str:
    r"""The bytes in the server's own spelling, `\x...`."""
    if form == "byte-list":
        return r"\x" + _listed(value).hex()
    if not isinstance(value, str):
        raise wrong_kind(value, f"bytes written as {form}")
    try:
        return r"\x" + _READERS[form](value).hex()
    except (ValueError, SyntaxError, binascii.Error):
        raise UnfitError("format", f"it does not read as {form}", "Is it written in another way?") from None


def _base64(text: str) -> bytes:
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("bits behind the end")
    return found


def _base64url(text: str) -> bytes:
    plain = text.rstrip("=")
    if "+" in plain or "/" in plain or len(text) - len(plain) not in (0, -len(plain) % 4):
        raise ValueError("another alphabet or padding")
    return _base64(plain.encode().translate(_URL_SAFE).decode() + "=" * (-len(plain) % 4))


def _hex(text: str) -> bytes:
    digits = text[2:] if text[:2] in ("0x", "0X", r"\x") else text
    if not _HEX.fullmatch(digits):  # `fromhex` overlooks spaces
        raise ValueError("no hexadecimal digits")
    return bytes.fromhex(digits)


def _data_uri(text: str) -> bytes:
    match = _DATA.fullmatch(text)
    if match is None:
        raise ValueError("no data URI")
    if match[1]:
        return _base64(unquote_to_bytes(match[2]).decode("ascii"))
    return unquote_to_bytes(match[2])


def _python_literal(text: str) -> bytes:
    if not _LITERAL.fullmatch(text):
        raise ValueError("no bytes literal")
    found = ast.literal_eval(text)
    if not isinstance(found, bytes):
        raise ValueError("more than one literal")  # noqa: TRY004 - told as a text that does not read
    return found


def _listed(value: Value) -> bytes:
    if not isinstance(value, list | tuple):
        raise wrong_kind(value, "a list of bytes")
    found = bytearray()
    for index, item in enumerate(value):
        if not isinstance(item, Number) or not _BYTE.fullmatch(item.text) or int(item.text) > _LARGEST:
            raise UnfitError("format", "it is no whole number from 0 to 255", "", (index,))
        found.append(int(item.text))
    return bytes(found)


_READERS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "base64": _base64,
    "base64url": _base64url,
    "hex": _hex,
    "data-uri": _data_uri,
    "python-bytes": _python_literal,
    "text": lambda text: text.encode(),
}
FORMS: Final = frozenset({*_READERS, "byte-list"})
