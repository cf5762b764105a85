"""One file of a source: from its bytes to its records, by the reader that its shape asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceShapeError
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.concatenated import ConcatenatedReader
from toolkit.transfer.sources.containers import Containers
from toolkit.transfer.sources.csv_records import CsvReader
from toolkit.transfer.sources.document import DocumentReader
from toolkit.transfer.sources.errors import SourceOptionError
from toolkit.transfer.sources.extended import plain_record
from toolkit.transfer.sources.lines import lines_of
from toolkit.transfer.sources.located import Bytes
from toolkit.transfer.sources.ndjson import NdjsonReader
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.record import Place, SourceRecord
from toolkit.transfer.sources.shapes import guessed_shape
from toolkit.transfer.sources.text import OpenedText, opened_text
from toolkit.transfer.sources.window import Window

_FLAT: Final = {"ndjson": "NDJSON", "concatenated": "a sequence of values", "csv": "CSV"}
_OPENINGS: Final[dict[Shape, str]] = {
    "array": "[",
    "keyed": "{",
    "grouped": "{",
    "document": "{",
    "tinydb": "{",
    "json-server": "{",
}


class Part:
    """One pass over one file. What it says beside its records is true when they are exhausted."""

    def __init__(self, source: Bytes, containers: Containers, shape: Shape, options: ReadOptions) -> None:
        """Open it. Raises `SourceNotFoundError` and `SourceOptionError`."""
        self.label = source.label
        self.stray: list[Place] = []
        self.notices: list[str] = []
        self.blank_lines = 0
        self.empty = False
        self.shape: Shape | None = None
        """What it was read as; None before the beginning, and for a file of nothing."""
        self._containers = containers
        self._declared = shape
        self._options = options
        self._opened = opened_text(source, options)

    @property
    def bytes_read(self) -> int:
        """Raw bytes so far."""
        return self._opened.raw.bytes_read

    @property
    def total_bytes(self) -> int | None:
        """All raw bytes, where that is known."""
        return self._opened.raw.total_bytes

    @property
    def encoding(self) -> str:
        """What the file is in; known when it is begun."""
        return self._opened.encoding

    @property
    def digest(self) -> str | None:
        """SHA-256 of the raw bytes, when all were read."""
        return self._opened.raw.digest

    def close(self) -> None:
        """Close the file."""
        self._opened.raw.close()

    def records(self) -> Iterator[SourceRecord]:
        """All records of this file."""
        text = self._opened
        text.begin()
        self.notices += text.notices
        if text.blank:
            for _ in text.chunks:  # to the end, so that the digest is there
                pass
            self.empty = True
            self.notices.append(f"{self.label} is empty.")
            return
        records = self._by_shape(text)
        yield from records if self._options.duplicate_keys == "reject" else self._counted(records)

    def _by_shape(self, text: OpenedText) -> Iterator[SourceRecord]:
        shape = self._declared
        extended = shape == "mongo"
        if shape in ("auto", "mongo"):
            shape = guessed_shape(self.label, text.head, whole=text.whole)
            if extended and shape == "document":
                shape = "concatenated"
        self.shape = shape
        if shape == "csv" and self._options.relaxed:
            raise SourceOptionError(self.label, "CSV has no comments, so it is not 'relaxed'")
        if shape in _FLAT:
            self._require_flat(_FLAT[shape])
            records = self._flat(shape, text)
        else:
            self._require_opening(text)
            records = self._structured(text)
        yield from map(plain_record, records) if extended else records

    def _counted(self, records: Iterator[SourceRecord]) -> Iterator[SourceRecord]:
        """Tell how often one of two values was taken: nothing is dropped without a word."""
        first: SourceRecord | None = None
        count = 0
        for record in records:
            if record.doubled:
                count += 1
                first = first or record
            yield record
        if first is not None:
            self.notices.append(
                f"{self.label}: in {count} records a key stands twice, the first {first.doubled[0]!r} at "
                f"{first.place}; the {self._options.duplicate_keys} value was taken."
            )

    def _flat(self, shape: Shape, text: OpenedText) -> Iterator[SourceRecord]:
        """The records of a source without inner structure."""
        self._containers.found.add(())
        if shape == "ndjson":
            reader = NdjsonReader(self.label, self._options)
            yield from reader.records(
                lines_of(text.chunks, start=text.start, longest=self._options.max_record)
            )
            self.blank_lines = reader.blank
            return
        window = Window(self.label, text.chunks, start=text.start)
        if shape == "concatenated":
            yield from ConcatenatedReader(window, self._options).records()
            return
        rows = CsvReader(window, self._options)
        yield from rows.records()
        self.blank_lines = rows.blank
        self.notices += rows.notices

    def _structured(self, text: OpenedText) -> Iterator[SourceRecord]:
        window = Window(self.label, text.chunks, start=text.start)
        reader = DocumentReader(window, self._containers, self._options)
        yield from reader.records()
        self.stray = reader.stray

    def _require_flat(self, shape: str) -> None:
        inner = self._containers.wanted - {()}
        if inner:
            wanted = f"an object with {pointer_text(min(inner))}"
            raise SourceShapeError(self.label, "the top level", shape, wanted)

    def _require_opening(self, text: OpenedText) -> None:
        """A shape that is said must be there: an array read as an object of records has other keys."""
        opening = _OPENINGS.get(self._declared)
        found = text.head.lstrip(b" \t\r\n")[:1].decode("latin-1")
        if opening is not None and found in ("[", "{") and found != opening:
            kinds = {"[": "an array", "{": "an object"}
            raise SourceShapeError(self.label, "the top level", kinds[found], kinds[opening])
