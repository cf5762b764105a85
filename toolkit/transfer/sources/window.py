"""A window of text that slides over a stream of UTF-8 bytes and always knows its line and byte.

It grows at its end when asked and forgets what lies before `at`, so memory is what the reader looks at.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceCutError
from toolkit.transfer.sources.encodings import not_utf8

_LARGEST_STEP: Final = 8 * 1024 * 1024


class Window:
    """The text at hand. Readers look at `text`, move `at` forward, and `grow` when they need more.

    `start` is how many bytes of the file stand before the text (a byte order mark).
    """

    def __init__(self, label: str, chunks: Iterator[bytes], *, start: int = 0) -> None:
        self.label = label
        self.text = ""
        self.at = 0
        self.ended = False
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._counted, self._line, self._offset = 0, 1, start
        self._broken: tuple[int, str] | None = None
        """A byte that is no UTF-8: it is told when the text before it is used up."""

    def grow(self) -> bool:
        """Take in more text, about as much again as is at hand; positions before `at` are gone then.

        False at the end of the input. Raises `SourceUnreadableError` where the bytes are no UTF-8.
        """
        self.require_sound()
        if self._exhausted():
            return False
        rest = len(self.text) - self.at
        wanted = max(1, min(rest, _LARGEST_STEP))
        parts = [self.text[self.at :]]
        self._count_to(self.at)
        while wanted > 0 and not self._exhausted():
            parts.append(self._taken())
            wanted -= len(parts[-1])
        self.text, self.at, self._counted = "".join(parts), 0, 0
        return len(self.text) > rest or self.grow()

    def mark(self) -> tuple[int, int]:
        """The line (from 1) and byte (from 0) of `at`."""
        self._count_to(self.at)
        return self._line, self._offset

    def locate(self, position: int) -> tuple[int, int]:
        """The line and byte of a position in `text`, at or behind the last mark."""
        line = self._line + self.text.count("\n", self._counted, position)
        return line, self._offset + self._bytes(self._counted, position)

    def require_sound(self) -> None:
        """Raise `SourceUnreadableError` if the text ends here because the next byte is no UTF-8."""
        if self._broken is None:
            return
        line, offset = self.locate(len(self.text))
        byte, reason = self._broken
        if reason == "unexpected end of data":
            raise SourceCutError(self.label, line, offset, "the file ends in the middle of a character")
        raise not_utf8(self.label, line, offset, byte)

    def _exhausted(self) -> bool:
        return self.ended or self._broken is not None

    def _taken(self) -> str:
        chunk = next(self._chunks, None)
        self.ended = chunk is None
        held = self._decoder.getstate()[0]
        try:
            return self._decoder.decode(chunk or b"", final=chunk is None)
        except UnicodeDecodeError as error:
            whole = held + (chunk or b"")
            self._broken = (whole[error.start], error.reason)
            return whole[: error.start].decode("utf-8")

    def _count_to(self, position: int) -> None:
        self._line += self.text.count("\n", self._counted, position)
        self._offset += self._bytes(self._counted, position)
        self._counted = position

    def _bytes(self, begin: int, end: int) -> int:
        return end - begin if self.text.isascii() else len(self.text[begin:end].encode("utf-8"))
