"""NDJSON as raw blocks of whole lines, for a reader that decodes many lines at once.

Blocks and the lines of the ordinary stream agree: `records_of` gives the records of a block exactly as
`open_stream` gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

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
    """Whole lines as they stand in the file. The last line of a file may have no line feed."""

    label: str
    """The name of the file."""
    data: bytes
    line: int
    """The physical line on which it begins, from 1."""
    offset: int
    """The byte at which it begins, from 0."""
    index: int
    """The ordinal of its first record in the file, from 0. Blank lines are no records."""
    lines: int
    """How many lines it has, blank ones included."""
    records: int
    """How many of them are not blank."""
    length: int
    """The bytes of it in the file: more than there are in `data` where one line is too long to be kept."""

    @property
    def whole(self) -> bool:
        """Whether all of it is here. If not, it is one line, and its record has the flaw `too_large`."""
        return self.length == len(self.data)


class BlockStream:
    """One pass over the lines of a source. `digest` is there at the end, as for a `RecordStream`."""

    def __init__(self, texts: tuple[OpenedText, ...], options: ReadOptions, size: int) -> None:
        self.notices: list[str] = []
        self._texts = texts
        self._options = options
        self._size = size

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
        for data, length in _whole_lines(text.chunks, self._size, self._options.max_record):
            lines = data.count(b"\n") + (not data.endswith(b"\n"))
            records = lines - _blank_lines(data)
            yield Block(label, data, line, offset, index, lines, records, length)
            line, offset, index = line + lines, offset + length, index + records


def open_blocks(
    located: Located,
    shape: Shape = "auto",
    options: ReadOptions = DEFAULT_OPTIONS,
    *,
    size: int = BLOCK,
) -> BlockStream | None:
    """The lines of `located` in blocks of about `size` bytes; None where it is not NDJSON.

    Whether it is NDJSON is found out as `open_stream` does, so that both always agree. Raises
    `SourceNotFoundError`, `SourceOptionError` and what reading the first bytes raises.
    """
    if shape not in ("auto", "ndjson") or isinstance(located, MemorySource):
        return None
    parts = located.parts if isinstance(located, FilesSource) else (located,)
    texts = tuple(opened_text(part, options) for part in parts)
    stream = BlockStream(texts, options, size)
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
    if not block.whole:
        length = block.length - block.data.endswith(b"\n")
        yield Line(block.line, block.offset, block.data.removesuffix(b"\n"), length)
        return
    offset = block.offset
    lines = block.data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for number, content in enumerate(lines, start=block.line):
        yield Line(number, offset, content[:longest], len(content))
        offset += len(content) + 1


def _whole_lines(chunks: Iterator[bytes], size: int, longest: int) -> Iterator[tuple[bytes, int]]:
    """Runs of whole lines, each with its length in the file."""
    held: list[bytes] = []
    length = end = 0  # of what is held, and of the whole lines in it
    dropping = False  # the rest of a line that is too long
    for chunk in chunks:
        if dropping:
            feed = chunk.find(b"\n") + 1
            length += feed or len(chunk)
            if not feed:
                continue
            yield held[0] + b"\n", length
            chunk, held, length, dropping = chunk[feed:], [], 0, False
        feed = chunk.rfind(b"\n") + 1
        end = length + feed if feed else end
        held.append(chunk)
        length += len(chunk)
        if end and length >= size:
            data = b"".join(held)
            yield data[:end], end
            held, length, end = [data[end:]], length - end, 0
        elif not end and length > longest:
            held, dropping = [b"".join(held)[:longest]], True
    if length:
        yield b"".join(held), length


def _blank_lines(data: bytes) -> int:
    lines = data.removesuffix(b"\n").split(b"\n")
    # Looking at each first byte is quicker than looking for blank lines.
    if _BLANKS_BEGIN.isdisjoint({line[:1] for line in lines}):
        return 0
    return sum(not line.strip(SPACE) for line in lines)
