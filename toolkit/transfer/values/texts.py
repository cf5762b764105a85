"""Texts: stored as they are, or refused. No PostgreSQL text holds a NUL or half a surrogate pair."""

from __future__ import annotations

import difflib

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.unfit import UnfitError, wrong_kind


def storable(text: str) -> str:
    """The text itself. Raises `UnfitError` when the server cannot store it."""
    if "\0" in text:
        reason = f"the character at {text.index(chr(0)) + 1} is NUL (U+0000), which no text can hold"
        raise UnfitError("nul", reason, "Take it out at the source.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = f"U+{ord(text[error.start]):04X}"
        reason = f"the character at {error.start + 1} is {code}, half of a surrogate pair"
        raise UnfitError(
            "surrogate", reason, "The exporting program cut a character in two; export again."
        ) from None
    return text


def text_of(value: Value, *, limit: int | None, any_scalar: bool) -> str:
    """The text of a JSON string; of numbers and booleans too when `any_scalar`. `limit` is in characters."""
    if isinstance(value, bool) and any_scalar:
        text = "true" if value else "false"
    elif isinstance(value, Number) and any_scalar:
        text = value.text
    elif isinstance(value, str):
        text = storable(value)
    else:
        raise wrong_kind(value, "a text", 'as = "text" takes numbers and booleans as they are written.')
    if limit is not None and len(text) > limit:
        reason = f"{len(text)} characters where the column holds {limit}"
        raise UnfitError("too_long", reason, "Shorten it, or make the column longer.")
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
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(value.casefold(), folded, n=1)
    hint = f"Did it mean {folded[near[0]]!r}? " if near else ""
    listed = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return UnfitError(
        "not_listed", f"it is none of {listed}", f"{hint}Say what it becomes with enum = {{ ... }}."
    )
