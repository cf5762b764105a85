"""NDJSON as raw blocks of whole lines, for a reader that decodes many lines at once.

Blocks and the lines of the ordinary stream agree: `records_of` gives the records of a block exactly as
`open_stream` gives them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, TypeAlias

from toolkit.transfer.sources.lines import Line
from toolkit.transfer.sources.located import FilesSource, Located, MemorySource
from toolkit.transfer.sources.ndjson import SPACE, NdjsonReader
from toolkit.transfer.sources.options import DEFAULT_OPTIONS, ReadOptions, Shape
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.shapes import guessed_shape
from toolkit.transfer.sources.text import OpenedText, digest_of, opened_text

BLOCK: Final = 4 * 1024 * 1024
"""How many bytes a block has, about; a longer line makes a longer one."""
_BLANKS_BEGIN: Final = frozenset({b"", b"\r", b" ", b"\t"})


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines as they stand in the file."""

    label: str
    """The name of the file."""
    lines: Sequence[bytes]
    """Without their line feeds. The last line of a file may have none."""
    line: int
    """The physical line on which it begins, from 1."""
    offset: int
    """The byte at which it begins, from 0."""
    index: int
    """The ordinal of its first record in the file, from 0. Blank lines are no records."""
    records: int
    """How many of its lines are not blank."""
    length: int
    """The bytes of it in the file, line feeds included."""
    cut: int | None
    """The bytes of its one line, where that is too long to be here as a whole: its record is `too_large`."""


class BlockStream:
    """One pass over the lines of a source. `digest` is there at the end, as for a `RecordStream`."""

    def __init__(self, texts: tuple[OpenedText, ...], options: ReadOptions, size: int, rows: int) -> None:
        self.notices: list[str] = []
        self._texts = texts
        self._options = options
        self._size = size
        self._rows = rows

    @property
    def bytes_read(self) -> int:
        """Raw bytes taken in so far."""
        return sum(text.raw.bytes_read for text in self._texts)

    @property
    def total_bytes(self) -> int | None:
        """All raw bytes there are, where that is known."""
        sizes = [text.raw.total_bytes for text in self._texts]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None

    @property
    def digest(self) -> str | None:
        """SHA-256 of the raw bytes; None before the end."""
        return digest_of([(text.raw.label, text.raw.digest) for text in self._texts])

    def __iter__(self) -> Iterator[Block]:
        """All blocks in order, once. Raises what reading raises; `SourceChangedError` at the end."""
        try:
            for text in self._texts:
                if not text.begun:
                    text.begin()
                yield from self._blocks(text)
                text.raw.close()
                self.notices += text.notices
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the source."""
        for text in self._texts:
            text.raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _blocks(self, text: OpenedText) -> Iterator[Block]:
        label = text.raw.label
        line, offset, index = 1, text.start, 0
        for lines, length, cut in _whole_lines(text.chunks, self._size, self._rows, self._options.max_record):
            records = len(lines) - _blank_lines(lines)
            yield Block(label, lines, line, offset, index, records, length, cut)
            line, offset, index = line + len(lines), offset + length, index + records


def open_blocks(
    located: Located,
    shape: Shape = "auto",
    options: ReadOptions = DEFAULT_OPTIONS,
    *,
    size: int = BLOCK,
    rows: int = sys.maxsize,
) -> BlockStream | None:
    """The lines of `located` in blocks of about `size` bytes and at most `rows` lines; None if not NDJSON.

    Whether it is NDJSON is found out as `open_stream` does, so that both always agree. Raises
    `SourceNotFoundError`, `SourceOptionError` and what reading the first bytes raises.
    """
    if shape not in ("auto", "ndjson") or isinstance(located, MemorySource):
        return None
    parts = located.parts if isinstance(located, FilesSource) else (located,)
    texts = tuple(opened_text(part, options) for part in parts)
    stream = BlockStream(texts, options, size, rows)
    for text in texts if shape == "auto" else ():
        text.begin()
        if guessed_shape(text.raw.label, text.head, whole=text.whole) != "ndjson":
            stream.close()
            return None
    return stream


def records_of(block: Block, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[SourceRecord]:
    """The records of one block, as the ordinary stream gives them."""
    return NdjsonReader(block.label, options).records(_lines(block, options.max_record), index=block.index)


def _lines(block: Block, longest: int) -> Iterator[Line]:
    if block.cut is not None:
        yield Line(block.line, block.offset, block.lines[0], block.cut)
        return
    offset = block.offset
    for number, content in enumerate(block.lines, start=block.line):
        yield Line(number, offset, content[:longest], len(content))
        offset += len(content) + 1


_Lines: TypeAlias = "tuple[list[bytes], int, int | None]"
"""Lines, their bytes in the file, and `Block.cut`."""


def _whole_lines(chunks: Iterator[bytes], size: int, rows: int, longest: int) -> Iterator[_Lines]:
    """Runs of whole lines. Chunks are cut one by one, while they are in the processor's cache."""
    lines: list[bytes] = []
    length = 0
    parts: list[bytes] = []  # the line that has not ended yet; only its beginning where it is `long`
    begun, long = 0, False
    for chunk in chunks:
        pieces = chunk.split(b"\n")
        rest = pieces.pop()
        if pieces:
            if long:
                begun += len(pieces.pop(0))
                yield parts, begun + 1, begun
            else:
                pieces[0] = b"".join([*parts, pieces[0]])
            lines += pieces
            length += sum(map(len, pieces)) + len(pieces)
            parts, begun, long = [], 0, False
            while len(lines) > rows:
                first, lines = lines[:rows], lines[rows:]
                taken = sum(map(len, first)) + rows
                yield first, taken, None
                length -= taken
            if lines and length >= size:
                yield lines, length, None
                lines, length = [], 0
        if rest and not long:
            parts.append(rest)
        begun += len(rest)
        if begun > longest and not long:
            if lines:
                yield lines, length, None
                lines, length = [], 0
            parts, long = [b"".join(parts)[:longest]], True
    if begun and not long:
        if len(lines) == rows:
            yield lines, length, None
            lines, length = [], 0
        lines.append(b"".join(parts))
        length += begun
    if lines:
        yield lines, length, None
    if long:
        yield parts, begun, begun


def _blank_lines(lines: Sequence[bytes]) -> int:
    # Looking at each first byte is quicker than looking for blank lines.
    if _BLANKS_BEGIN.isdisjoint({line[:1] for line in lines}):
        return 0
    return sum(not line.strip(SPACE) for line in lines)
