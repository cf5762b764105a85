"""Step through JSON text value by value, however it is cut into chunks.

Borders are found by decoding: a value that ends before the text does is whole; one that does not is tried
again with more text. So the decoder alone says what JSON is, and a record is never larger than it may be.
"""

from __future__ import annotations

import json
from typing import Final, NamedTuple, NoReturn

from toolkit.transfer.errors import SourceCutError, SourceUnreadableError
from toolkit.transfer.sources.exact_json import TOO_DEEP, ExactDecoder, is_cut, reason_of, skip_space
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.record import Flaw, Value
from toolkit.transfer.sources.skip import SkippedValue, depth_of
from toolkit.transfer.sources.window import Window

KEPT: Final = 4096
"""How much of a record that is too large or too deep is kept, in characters."""
_STRAY: Final = 1024 * 1024
_LONGEST_WORD: Final = len("-Infinity") + 1
_NUMBER_TAIL: Final = len("e+")


class Decoded(NamedTuple):
    """One value, its flaws, its text as it stands in the source, and its keys that stood twice."""

    value: Value
    flaws: tuple[Flaw, ...]
    raw: str
    doubled: tuple[str, ...] = ()


class JsonCursor:
    """Where we are in a JSON text."""

    def __init__(self, window: Window, options: ReadOptions) -> None:
        self.window = window
        self._decoder = ExactDecoder(options.duplicate_keys)
        self._options = options
        self._skipping: SkippedValue | None = None
        self._skipped_from = (1, 0)

    def peek(self) -> str:
        """The next character that is no space; empty at the end of the input."""
        window = self.window
        while True:
            window.at = skip_space(window.text, window.at)
            if window.at < len(window.text):
                return window.text[window.at]
            if not window.grow():
                return ""

    def take(self, mark: str) -> bool:
        """Step over `mark` if it is what comes next."""
        if self.peek() != mark:
            return False
        self.window.at += 1
        return True

    def step_over(self) -> None:
        """Move behind the value that begins here, which nobody wants. Of a large one only the brackets are
        looked at. Raises `json.JSONDecodeError`."""
        self.value(_STRAY)

    def value(self, limit: int | None = None) -> Decoded:
        """The value that begins here; one of more than `limit` characters (else of `max_record`) is a flaw.

        Raises `json.JSONDecodeError` where the text is no JSON; its position is one in the window.
        """
        window = self.window
        limit = self._options.max_record if limit is None else min(limit, self._options.max_record)
        while True:
            text, begin = window.text, window.at
            try:
                value, end, flaws = self._decoder.decode(text, begin)
            except json.JSONDecodeError as error:
                if error.msg == TOO_DEEP or self._exceeds(text, begin, limit):
                    return self._beyond(error, limit)
                if not is_cut(error) or not window.grow():
                    raise
                continue
            if not window.ended and end + _NUMBER_TAIL >= len(text) and text[end - 1].isdigit():
                window.grow()  # the number may go on; the text at hand is another one now
                continue
            if end - begin > limit or self._too_deep(text, begin, end):
                return self._beyond(None, limit)
            window.at = end
            return Decoded(value, flaws, text[begin:end], tuple(self._decoder.doubled))

    def here(self) -> tuple[int, int]:
        """The line and byte of what comes next, or of the value that could not be read to its end."""
        return self.window.mark() if self._skipping is None else self._skipped_from

    def rest(self) -> str:
        """What is left of a text that was cut; only its beginning where it is large."""
        return self.window.text[self.window.at :] if self._skipping is None else self._skipping.head

    def fail(self, message: str) -> NoReturn:
        """Raise the error for what stands here."""
        window = self.window
        while len(window.text) - window.at < _LONGEST_WORD and window.grow():
            pass  # whether the input ends here in the middle of a word is seen from what follows
        self.refuse(json.JSONDecodeError(message, window.text, window.at))

    def refuse(self, error: json.JSONDecodeError) -> NoReturn:
        """Raise the error of this room for an error of the decoder."""
        window = self.window
        if is_cut(error):
            window.require_sound()
            begin, _ = self.here()
            line, offset = window.locate(len(window.text))
            reason = f"the file ends here, in the middle of what begins at line {begin}"
            raise SourceCutError(window.label, line, offset, reason) from None
        line, offset = window.locate(error.pos)
        reason = reason_of(error, window.at)
        raise SourceUnreadableError(window.label, line, offset, reason) from None

    def _exceeds(self, text: str, begin: int, limit: int) -> bool:
        """Whether what begins here goes on beyond the limit, without being wrong before it."""
        end = begin + limit + 1
        if len(text) < end:
            return False
        try:
            self._decoder.decode(text[begin:end], 0)
        except json.JSONDecodeError as error:
            return is_cut(error)
        return False

    def _too_deep(self, text: str, begin: int, end: int) -> bool:
        deepest = self._options.max_depth
        openings = text.count("[", begin, end) + text.count("{", begin, end)
        return openings > deepest and depth_of(text[begin:end]) > deepest

    def _beyond(self, error: json.JSONDecodeError | None, limit: int) -> Decoded:
        """Step over a value that is larger or deeper than it may be."""
        options = self._options
        self._skipping = SkippedValue(self.window, KEPT)
        self._skipped_from = self.window.mark()
        self._skipping.skip()
        skipped, self._skipping = self._skipping, None
        if skipped.depth > options.max_depth:
            return Decoded(None, (too_deep(skipped.depth, options.max_depth),), skipped.head)
        if skipped.length > limit:
            return Decoded(None, (too_large(skipped.length, limit),), skipped.head)
        # The interpreter gave up on a value that may be as deep as it is.
        raise error or json.JSONDecodeError(TOO_DEEP, self.window.text, self.window.at)


def too_deep(depth: int, limit: int) -> Flaw:
    """The flaw of a record that nests deeper than `limit`."""
    return Flaw("too_deep", f"it nests {depth} levels deep, and {limit} is the limit", "Flatten it.")


def too_large(length: int, limit: int) -> Flaw:
    """The flaw of a record of more than `limit` bytes."""
    reason = f"it has {length} bytes, and {limit} is the limit for one record"
    return Flaw("too_large", reason, "Split it, or import what it holds as a source of its own.")
