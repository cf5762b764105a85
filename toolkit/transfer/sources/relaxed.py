"""JSON with comments and with commas behind the last element, as the JSON that it stands for.

Comments and such commas become spaces, byte by byte, so that every line and offset stays true. Nothing inside
of strings is touched: a string that is not closed ends with its line, which no reader takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_NOTABLE: Final = re.compile(rb'["/,\[\]{}]')
_SIGNIFICANT: Final = re.compile(rb"[^ \t\r\n]")
_STRING_END: Final = re.compile(rb'["\\\n]')
_BLANK: Final = re.compile(rb"[^\r\n]")
_OPENS: Final = b"[{,"


def strict_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same number of bytes as JSON that every reader takes."""
    relaxed = _Relaxed()
    for chunk in chunks:
        if found := relaxed.feed(chunk):
            yield found
    if found := relaxed.end():
        yield found


class _Relaxed:
    """Reads on where the chunk before ended."""

    def __init__(self) -> None:
        self._out = bytearray()
        self._rest = b""
        self._inside: bytes = b""
        """`"` in a string, `/` in a comment of one line, `*` in one of several; nothing outside of these."""
        self._before = b"["
        """The last significant byte outside; `[` also at the beginning, where no comma may stand."""
        self._comma: int | None = None
        """Where in `out` a comma stands that may be one too many."""

    def feed(self, chunk: bytes) -> bytes:
        """What is certain by now."""
        data, place = self._rest + chunk, 0
        self._rest = b""
        while place < len(data):
            step = {b'"': self._string, b"/": self._line, b"*": self._comment}.get(self._inside, self._plain)
            after = step(data, place)
            if after is None:
                break
            place = after
        return self._certain()

    def end(self) -> bytes:
        """The rest."""
        self._out += self._rest
        return bytes(self._out)

    def _certain(self) -> bytes:
        until = len(self._out) if self._comma is None else self._comma
        found = bytes(self._out[:until])
        del self._out[:until]
        if self._comma is not None:
            self._comma = 0
        return found

    def _wait(self, data: bytes, place: int) -> int | None:
        """Leave the rest until more is there."""
        self._rest = data[place:]
        return None

    def _plain(self, data: bytes, place: int) -> int | None:
        found = (_NOTABLE if self._comma is None else _SIGNIFICANT).search(data, place)
        until = len(data) if found is None else found.start()
        self._keep(data[place:until])
        if found is None:
            return until
        byte = found[0]
        if byte == b"/":
            return self._slash(data, until)
        if byte in (b"]", b"}") and self._comma is not None:
            self._out[self._comma] = 0x20
        self._comma = None
        if byte == b"," and self._before not in _OPENS:
            self._comma = len(self._out)
        self._out += byte
        self._before = byte
        self._inside = byte if byte == b'"' else b""
        return until + 1

    def _keep(self, text: bytes) -> None:
        self._out += text
        if text.strip():
            self._before = b"x"

    def _slash(self, data: bytes, place: int) -> int | None:
        if place + 1 == len(data):
            return self._wait(data, place)
        second = data[place + 1 : place + 2]
        if second in (b"/", b"*"):
            self._inside = second
            self._out += b"  "
            return place + 2
        self._comma = None
        self._keep(b"/")
        return place + 1

    def _string(self, data: bytes, place: int) -> int | None:
        found = _STRING_END.search(data, place)
        if found is None:
            self._out += data[place:]
            return len(data)
        self._out += data[place : found.start()]
        if found[0] != b"\\":
            self._out += found[0]
            self._inside = b""
            return found.end()
        if found.end() == len(data):
            return self._wait(data, found.start())
        self._out += data[found.start() : found.end() + 1]
        if data[found.end() : found.end() + 1] == b"\n":
            self._inside = b""
        return found.end() + 1

    def _line(self, data: bytes, place: int) -> int | None:
        end = data.find(b"\n", place)
        until = len(data) if end < 0 else end
        self._out += b" " * (until - place)
        if end >= 0:
            self._inside = b""
        return until

    def _comment(self, data: bytes, place: int) -> int | None:
        end = data.find(b"*/", place)
        if end >= 0:
            self._out += _BLANK.sub(b" ", data[place:end]) + b"  "
            self._inside = b""
            return end + 2
        until = len(data) - data.endswith(b"*")
        self._out += _BLANK.sub(b" ", data[place:until])
        return self._wait(data, until) if until < len(data) else until
