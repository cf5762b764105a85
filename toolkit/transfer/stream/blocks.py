"""A source in blocks of whole records, each small enough to keep.

Lines of NDJSON are cut without being decoded, for the native judge; every other shape is read by its exact
reader. Whatever the cut, a record knows its place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import Final

from toolkit.transfer.sources.blocks import Block as LineBlock
from toolkit.transfer.sources.blocks import BlockStream, open_blocks
from toolkit.transfer.sources.lines import Line
from toolkit.transfer.sources.located import Bytes, FileSource, FilesSource, Located, PathSource, StdinSource
from toolkit.transfer.sources.ndjson import SPACE, NdjsonReader
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.shapes import guessed_shape
from toolkit.transfer.sources.stream import RecordStream, open_stream
from toolkit.transfer.sources.text import opened_text

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a block, about; a record that is longer is a block of its own."""
_JSON: Final = ("array", "concatenated")
"""Shapes, beside NDJSON, whose records stand in the source as plain JSON."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some records one after the other."""

    number: int
    """From 1."""
    first: int
    """How many records of the source stand before it."""
    begin: int | None
    """Byte at which its first record begins."""
    lines: Sequence[bytes]
    """One record each, as the native judge of JSON takes it; an empty one is not for it."""
    read: _Lines | tuple[SourceRecord, ...]
    csv: bool = False
    """Whether the records are rows of texts."""

    def record(self, position: int) -> SourceRecord:
        """The record at a position, exactly."""
        return self.read.record(position) if isinstance(self.read, _Lines) else self.read[position]


class Blocks:
    """One pass over a source whose records are at its top level, in blocks of at most `rows` records."""

    def __init__(self, source: Located, shape: Shape, options: ReadOptions, rows: int) -> None:
        self._source = source
        self._shape = shape
        self._options = options
        self._rows = rows
        self._stream: BlockStream | RecordStream | None = None

    @property
    def bytes_read(self) -> int:
        """Raw bytes taken in so far."""
        return 0 if self._stream is None else self._stream.bytes_read

    @property
    def total_bytes(self) -> int | None:
        """All raw bytes, where that is known."""
        return None if self._stream is None else self._stream.total_bytes

    @property
    def digest(self) -> str | None:
        """SHA-256 of the raw bytes, after the last block."""
        return None if self._stream is None else self._stream.digest

    @property
    def notices(self) -> tuple[str, ...]:
        """What is to be said about the source, after the last block."""
        return () if self._stream is None else tuple(self._stream.notices)

    def __iter__(self) -> Iterator[Block]:
        """All blocks, once. Raises what a `RecordStream` raises."""
        lines = open_blocks(self._source, self._shape, self._options, size=LARGEST, rows=self._rows)
        if lines is None:
            yield from self._of_records()
            return
        with lines:
            self._stream = lines
            number = first = 0
            for found in lines:
                if not found.records:
                    continue
                number += 1
                read = _lines_of(found, self._options)
                seen = read.lines if read.length is None else [b""]
                yield Block(number, first, read.begin, seen, read)
                first += found.records

    def _of_records(self) -> Iterator[Block]:
        shape = self._found_shape()
        with open_stream(self._source, frozenset({()}), self._shape, self._options) as stream:
            self._stream = stream
            first = 0
            for number, records in enumerate(_grouped(stream, self._rows), start=1):
                lines = [_line(record) if shape in _JSON else b"" for record in records]
                begin, read = records[0].place.offset, tuple(records)
                yield Block(number, first, begin, lines, read, shape == "csv")
                first += len(records)

    def _found_shape(self) -> Shape | None:
        """What all of the source looks like; None where that is not known."""
        if self._shape != "auto":
            return self._shape
        parts = self._source.parts if isinstance(self._source, FilesSource) else (self._source,)
        shapes = {
            _guessed(part, self._options)
            for part in parts
            if isinstance(part, FileSource | PathSource | StdinSource)
        }
        return shapes.pop() if len(shapes) == 1 and len(parts) else None


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of one file that hold a record each, and where they stand."""

    reader: NdjsonReader
    longest: int
    index: int
    """The ordinal of the first record in the file, from 0."""
    lines: Sequence[bytes]
    numbers: Sequence[int]
    begin: int
    """The byte at which the first line begins."""
    gaps: list[int]
    """Bytes from the beginning of the first line to that of each; empty until asked for."""
    length: int | None
    """Of the one line, where it is too long to be here as a whole."""

    def record(self, position: int) -> SourceRecord:
        content = self.lines[position]
        length = len(content) if self.length is None else self.length
        if not self.gaps:
            self.gaps.extend(accumulate((len(line) + 1 for line in self.lines), initial=0))
        begin = self.begin + self.gaps[position]
        line = Line(self.numbers[position], begin, content[: self.longest], length)
        return self.reader.record(line, self.index + position)


def _lines_of(block: LineBlock, options: ReadOptions) -> _Lines:
    """The lines of a block that are not blank."""
    lines: Sequence[bytes] = block.lines
    numbers: Sequence[int] = range(block.line, block.line + len(lines))
    begin, gaps = block.offset, list[int]()
    if block.records < len(lines):
        there = [bool(line.strip(SPACE)) for line in lines]
        begins = accumulate((len(line) + 1 for line in lines), initial=block.offset)
        offsets = list(compress(begins, there))
        lines, numbers = list(compress(lines, there)), list(compress(numbers, there))
        begin, gaps = offsets[0], [offset - offsets[0] for offset in offsets]
    reader = NdjsonReader(block.label, options)
    return _Lines(reader, options.max_record, block.index, lines, numbers, begin, gaps, block.cut)


def _grouped(stream: RecordStream, rows: int) -> Iterator[list[SourceRecord]]:
    records: list[SourceRecord] = []
    size = 0
    for record in stream:
        if records and record.place.source != records[0].place.source:
            yield records  # no block is of two files
            records, size = [], 0
        records.append(record)
        size += len(record.raw or "")
        if len(records) >= rows or size >= LARGEST:
            yield records
            records, size = [], 0
    if records:
        yield records


def _line(record: SourceRecord) -> bytes:
    """The record on one line, if it is sound JSON; the line feeds in it are then nothing but space."""
    if record.flaws or not isinstance(record.raw, str) or record.key is not None:
        return b""
    return record.raw.replace("\n", " ").encode("utf-8", "surrogatepass")


def _guessed(source: Bytes, options: ReadOptions) -> Shape:
    text = opened_text(source, options)
    try:
        text.begin()
        return guessed_shape(source.label, text.head, whole=text.whole)
    finally:
        text.raw.close()
