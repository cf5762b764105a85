"""From the bytes of a file to UTF-8 bytes: byte order marks, declared encodings, and what is told instead.

Everything behind this reads UTF-8. Offsets of a file in another encoding count the bytes of its UTF-8 form.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceCutError, SourceUnreadableError
from toolkit.transfer.sources.errors import SourceOptionError

_MARKS: Final = {  # UTF-32 before UTF-16, whose mark its own begins with
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_UNMARKED: Final = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_HEAD: Final = 4


class Utf8Input:
    """UTF-8 chunks made of the chunks of a file. `start` and `notices` are there when the first one is."""

    def __init__(self, label: str, chunks: Iterator[bytes], encoding: str | None) -> None:
        """Raises `SourceOptionError` for an encoding that does not exist."""
        self.label = label
        self.start = 0
        """How many bytes stand before the text."""
        self.notices: list[str] = []
        self.encoding = "utf-8"
        """What the bytes are in, as far as it is known; certain when the first chunk is there."""
        self._chunks = chunks
        self._declared = encoding
        if encoding is not None:
            try:
                codecs.lookup(encoding)
            except LookupError:
                raise SourceOptionError(label, f"there is no encoding {encoding!r}") from None

    def open(self) -> Iterator[bytes]:
        """Look at the first bytes and give all of them as UTF-8, without a byte order mark.

        Raises `SourceUnreadableError` for UTF-16 and UTF-32 that do not say so.
        """
        head = b""
        while len(head) < _HEAD and (chunk := next(self._chunks, None)) is not None:
            head += chunk
        if head.startswith(codecs.BOM_UTF8) and self._is_utf8():
            self.start = len(codecs.BOM_UTF8)
            self.notices.append(f"{self.label} begins with a byte order mark, which is no part of the data.")
            return self._with(head[self.start :])
        mark = next((mark for mark in _MARKS if head.startswith(mark)), None)
        if mark is not None and self._declared is None:
            name = _MARKS[mark]
            self.encoding = name
            told = name.removesuffix("-le").removesuffix("-be").upper()
            self.notices.append(f"{self.label} is {told}; byte offsets count its UTF-8 form.")
            return self._transcoded(head[len(mark) :], name)
        if not self._is_utf8():
            self.encoding = str(self._declared)
            self.notices.append(
                f"{self.label} is read as {self._declared}; byte offsets count its UTF-8 form."
            )
            return self._transcoded(head, str(self._declared))
        _refuse_unmarked(self.label, head)
        return self._with(head)

    def _is_utf8(self) -> bool:
        return self._declared is None or codecs.lookup(self._declared).name in ("utf-8", "utf-8-sig")

    def _with(self, head: bytes) -> Iterator[bytes]:
        if head:
            yield head
        yield from self._chunks

    def _transcoded(self, head: bytes, name: str) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(name)()
        line, offset = 1, 0
        for chunk in self._with(head):
            text = self._decoded(decoder, chunk, line, offset)
            line, offset = line + text.count("\n"), offset + len(chunk)
            if text:
                yield text.encode("utf-8", "surrogatepass")
        self._decoded(decoder, b"", line, offset, final=True)

    def _decoded(
        self, decoder: codecs.IncrementalDecoder, chunk: bytes, line: int, offset: int, *, final: bool = False
    ) -> str:
        try:
            return decoder.decode(chunk, final=final)
        except UnicodeDecodeError as error:
            if final:
                reason = "the file ends in the middle of a character"
                raise SourceCutError(self.label, line, offset, reason) from None
            reason = f"it is no {error.encoding} ({error.reason})"
            raise SourceUnreadableError(self.label, line, offset + error.start, reason) from None


def not_utf8(label: str, line: int, offset: int, byte: int) -> SourceUnreadableError:
    """The error for a byte that is no UTF-8, with what the file may be instead."""
    # 0x80 to 0x9f are control characters in Latin-1, which nobody writes, and quotes in Windows-1252.
    likely = "cp1252" if byte < 0xA0 else "latin-1"
    advice = (
        f'If it is {likely}, say encoding = "{likely}" in [source.NAME], or convert the file '
        f"(iconv -f {likely.replace('-', '')} -t utf-8). Nothing was written."
    )
    return SourceUnreadableError(label, line, offset, f"the byte 0x{byte:02x} is not UTF-8", advice)


def _refuse_unmarked(label: str, head: bytes) -> None:
    zeros = tuple(byte == 0 for byte in head[:_HEAD])
    name = _UNMARKED.get(zeros) if len(zeros) == _HEAD else None
    if name is not None:
        reason = f"it looks like {name.upper()} without a byte order mark"
        advice = f'Say encoding = "{name}" in [source.NAME]. Nothing was written.'
        raise SourceUnreadableError(label, 1, 0, reason, advice)
