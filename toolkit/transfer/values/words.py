"""Booleans and uuids: values with a small set of spellings."""

from __future__ import annotations

import re
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.unfit import UnfitError, kind_of, wrong_kind

TRUE_WORDS: Final = ("t", "true", "y", "yes", "on", "1")
FALSE_WORDS: Final = ("f", "false", "n", "no", "off", "0")
_DASHED: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLAIN: Final = re.compile(r"[0-9a-f]{32}")
_OBJECTID: Final = re.compile(r"[0-9a-f]{24}")


def boolean_of(value: Value) -> str:
    """JSON's own true and false."""
    if not isinstance(value, bool):
        raise wrong_kind(value, "true or false", 'as = "bool" takes words; true and false = [...] list them.')
    return "true" if value else "false"


def boolean_from_words(
    value: Value, true: tuple[str | int, ...] | None, false: tuple[str | int, ...] | None
) -> str:
    """True and false, or one of the words: the server's in any case, or exactly the listed ones."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | Number):
        raise wrong_kind(value, "a boolean")
    text = value.text if isinstance(value, Number) else value
    if true is None or false is None:
        text = text.lower()
        true, false = TRUE_WORDS, FALSE_WORDS
    if text in map(str, true):
        return "true"
    if text in map(str, false):
        return "false"
    raise UnfitError(
        "not_listed", f"{kind_of(value)} that means neither true nor false", "List it in true or false."
    )


def uuid_of(value: Value) -> str:
    """A uuid in its canonical form, from any of the four usual spellings."""
    if not isinstance(value, str):
        raise wrong_kind(value, "a uuid")
    text = value.lower().removeprefix("urn:uuid:")
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    if _DASHED.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text):
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    raise UnfitError(
        "not_a_uuid",
        "it is no uuid",
        'key = { legacy = "...", assign = "uuid5" } makes one of any key, as = "objectid" of an ObjectId.',
    )


def objectid_of(value: Value) -> str:
    """The uuid that holds the 12 bytes of a MongoDB ObjectId behind four zero bytes."""
    if not isinstance(value, str):
        raise wrong_kind(value, "24 hexadecimal digits")
    text = value.lower()
    if not _OBJECTID.fullmatch(text):
        raise UnfitError("not_an_objectid", "it is not 24 hexadecimal digits")
    return uuid_of(f"{0:08x}{text}")
