"""Decode one JSON value exactly: numbers as written, and every flaw of RFC 8259 noticed.

Python's decoder is lenient in three ways that lose data: the last of two equal keys wins, NaN and Infinity
are taken, and numbers become binary floats. Here the first two are flaws of the record, and numbers keep
their text.
"""

from __future__ import annotations

import json
import re
from typing import Final, Literal

from toolkit.transfer.sources.record import Flaw, Number, Value

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_SPACES: Final = " \t\n\r"
_SHOWN: Final = 30
_FAR: Final = 16
"""More characters than any literal has, or any escape."""
_EXPECTING_MORE: Final = ("Expecting value", "Expecting property name")
_NUMBER_TAIL: Final = re.compile(r"\.|[eE][+-]?")
RELAXED: Final = ", relaxed = true in the mapping's [source.NAME] takes them"
_LITERALS: Final = ("true", "false", "null", "-", "NaN", "Infinity", "-Infinity")
TOO_DEEP: Final = "Nested too deeply"
"""What the decoder says about nesting that the interpreter cannot follow."""


class ExactDecoder:
    """Decodes values out of a text, one after the other.

    `duplicate_keys` says which value counts where one object has a key twice: none, the first or the last.
    """

    def __init__(self, duplicate_keys: Literal["reject", "first", "last"] = "reject") -> None:
        self._duplicate_keys = duplicate_keys
        self._flaws: list[Flaw] = []
        self.doubled: list[str] = []
        """Keys that stood twice in the last value, where one of the values was taken."""
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=self._constant,
        )

    def decode(self, text: str, position: int) -> tuple[Value, int, tuple[Flaw, ...]]:
        """The value that begins at `position`, where it ends, and its flaws.

        Raises `json.JSONDecodeError` where the text is no JSON, also for nesting that is too deep.
        """
        self._flaws = []
        self.doubled = []
        try:
            value, end = self._decoder.raw_decode(text, position)
        except RecursionError:
            raise json.JSONDecodeError(TOO_DEEP, text, position) from None
        return value, end, tuple(self._flaws)

    def _object(self, pairs: list[tuple[str, Value]]) -> dict[str, Value]:
        result = dict(pairs)
        if len(result) == len(pairs):
            return result
        first: dict[str, Value] = {}
        name, second = "", None
        for key, value in reversed(pairs):
            if key in first:
                name, second = key, first[key]
            first[key] = value  # at last that of the first pair
        if self._duplicate_keys == "reject":
            reason = f"the key {name!r} stands twice in one object"
            shown = f"{_brief(first[name])} and {_brief(second)}"
            self._flaws.append(Flaw("duplicate_key", reason, "Keep one of them.", name, shown))
            return result
        self.doubled.append(name)
        if self._duplicate_keys == "last":
            return result
        return {name: first[name] for name, _ in pairs}

    def _constant(self, word: str) -> Number:
        self._flaws.append(
            Flaw("not_finite", f"{word} is no JSON number", "Write null, or a number.", shown=word)
        )
        return Number(word)


def _brief(value: Value) -> str:
    if isinstance(value, Number):
        return value.text[:_SHOWN]
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else json.dumps(value)[:_SHOWN]


def skip_space(text: str, position: int) -> int:
    """The position of the next character that is not JSON whitespace."""
    match = _SPACE.match(text, position)
    return match.end() if match else position


def is_cut(error: json.JSONDecodeError) -> bool:
    """Whether the text is no JSON because it ends too early."""
    rest = error.doc[error.pos : error.pos + _FAR]
    if error.msg.startswith("Unterminated string"):
        return True
    if error.msg.startswith("Invalid \\u"):
        return len(rest) < len("\\u0000") and '"' not in rest
    if _NUMBER_TAIL.fullmatch(rest):
        return True
    return not error.doc[error.pos :].strip(_SPACES) or any(word.startswith(rest) for word in _LITERALS)


def reason_of(error: json.JSONDecodeError, begin: int = 0) -> str:
    """What is wrong with the value that begins at `begin`, in the words of a sentence."""
    return f"it is no JSON ({error.msg[:1].lower()}{error.msg[1:]}{_likely(error, begin)})"


def _likely(error: json.JSONDecodeError, begin: int) -> str:
    """What the writer had in mind, where a dialect of JSON is recognised."""
    found = error.doc[error.pos : error.pos + 1]
    before = error.doc[begin : error.pos].rstrip(_SPACES)[-1:]
    if found == "'":
        return "; JSON has double quotes only"
    if found == "\x1e":
        return '; RFC 7464 separators are read with shape = "concatenated"'
    if found in ("/", "#") and found:
        return "; JSON has no comments" + (RELAXED if found == "/" else "")
    if error.msg.startswith(_EXPECTING_MORE) and found in ("]", "}") and before == ",":
        return "; JSON has no comma after the last element" + RELAXED
    if found.isidentifier() and error.msg.startswith("Expecting property name"):
        return "; JSON has its keys in double quotes"
    if found.isidentifier() and error.msg == "Expecting value":
        return "; JSON knows only true, false and null"
    return ""
