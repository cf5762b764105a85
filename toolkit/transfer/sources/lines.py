"""Cut a stream of bytes into lines, which end at a line feed only. A line that is too long is not kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Line(NamedTuple):
    """One line without its line feed. `content` is shorter than `length` where it is too long to be kept."""

    number: int
    """From 1."""
    offset: int
    """Bytes from the beginning of the file, from 0."""
    content: bytes
    length: int


def lines_of(chunks: Iterator[bytes], *, start: int, longest: int) -> Iterator[Line]:
    """All lines; the last one may have no line feed. Memory: one chunk, and one line of at most `longest`."""
    number, offset = 1, start
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            length += len(part)
            line = b"".join((*held, part)) if held else part
            held.clear()
            yield Line(number, offset, line if length <= longest else line[:longest], length)
            number, offset, length = number + 1, offset + length + 1, 0
        if rest:
            held.append(rest if length <= longest else b"")
            length += len(rest)
            if length > longest:
                held = [b"".join(held)[:longest]]
    if held:
        yield Line(number, offset, b"".join(held), length)
