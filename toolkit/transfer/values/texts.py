"""Texts: stored as they are, or refused. No PostgreSQL text holds a NUL or half a surrogate pair."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.notes import Note, silent
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_HALVES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Storing:
    """What stands for the characters that no text can hold; None refuses them."""

    nul: str | None = None
    half: str | None = None
    note: Note = silent


STRICT: Final = Storing()


def storable(text: str, storing: Storing = STRICT) -> str:
    """The text itself, or with what stands for its unstorable characters.

    Raises `UnfitError` when the server cannot store it.
    """
    if "\0" in text:
        if storing.nul is None:
            reason = f"the character at {text.index(chr(0)) + 1} is NUL (U+0000), which no text can hold"
            raise UnfitError("nul", reason, 'Take it out at the source, or say nul = "strip".')
        text = text.replace("\0", storing.nul)
        storing.note("nul")
    if text.isascii() or not _HALVES.search(text):
        return text
    if storing.half is None:
        found = _HALVES.search(text)
        place = found.start() if found else 0
        reason = f"the character at {place + 1} is U+{ord(text[place]):04X}, half of a surrogate pair"
        hint = 'The exporting program cut a character in two. surrogates = { replace = "?" } takes it.'
        raise UnfitError("surrogate", reason, hint)
    storing.note("surrogates")
    return _HALVES.sub(lambda _: storing.half or "", text)


def text_of(
    value: Value,
    *,
    limit: int | None,
    any_scalar: bool,
    truncate: bool = False,
    storing: Storing = STRICT,
) -> str:
    """The text of a JSON string; of numbers and booleans too when `any_scalar`. `limit` is in characters."""
    if isinstance(value, bool) and any_scalar:
        text = "true" if value else "false"
    elif isinstance(value, Number) and any_scalar and value.text[-1].isdecimal():
        text = value.text
    elif isinstance(value, str):
        text = storable(value, storing)
    else:
        hint = 'as = "text" takes numbers and booleans as they are written, "json-text" lists and objects.'
        raise wrong_kind(value, "a text", hint)
    if limit is not None and len(text) > limit:
        if truncate:
            storing.note("truncate")
            return text[:limit]
        reason = f"{len(text)} characters where the column holds {limit}"
        raise UnfitError("too_long", reason, "Shorten it, make the column longer, or say truncate = true.")
    return text


def label_of(value: Value, labels: tuple[str, ...]) -> str:
    """One of an enum's members, as it is written there."""
    if not isinstance(value, str):
        raise wrong_kind(value, "one of " + ", ".join(labels))
    if value in labels:
        return value
    raise unknown_word(value, labels)


def unknown_word(value: str, words: tuple[str, ...]) -> UnfitError:
    """The error for a text that is none of the words a column takes; suggests the nearest."""
    near = nearest(value, words)
    hint = f"Did it mean {near!r}? " if near is not None else ""
    listed = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return UnfitError(
        "not_listed", f"it is none of {listed}", f"{hint}Say what it becomes with enum = {{ ... }}."
    )


def nearest(value: str, words: tuple[str, ...]) -> str | None:
    """The word that looks most like the value, if one does."""
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(value.casefold(), folded, n=1)
    return folded[near[0]] if near else None
