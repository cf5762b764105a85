"""A source as a stream of records: bounded memory whatever its size.

`open_stream` gives a `RecordStream`: iterate it once, then ask it what was found. At no time is more in
memory than a chunk and one record (`ReadOptions`), whatever the shape: one array of any size included.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.containers import Container, Containers
from toolkit.transfer.sources.located import FilesSource, Located, MemorySource
from toolkit.transfer.sources.memory import MemoryReader
from toolkit.transfer.sources.options import DEFAULT_OPTIONS, ReadOptions, Shape
from toolkit.transfer.sources.part import Part
from toolkit.transfer.sources.record import Place, SourceRecord
from toolkit.transfer.sources.text import digest_of


def open_stream(
    located: Located,
    containers: frozenset[Container],
    shape: Shape = "auto",
    options: ReadOptions = DEFAULT_OPTIONS,
) -> RecordStream:
    """The records of `located` that stand in `containers`.

    A container is the way to an array or object in the source, `("users",)`; `()` is the top level. A `*` in
    it stands for every member: `("*",)` streams the elements of each list of `{"owner": [...]}` one by one.

    Raises `SourceNotFoundError` and `SourceOptionError`; what is wrong with the content is raised later.
    """
    return RecordStream(located, containers, shape, options)


class RecordStream:
    """One pass over a source. Counts grow while it is iterated; the rest is true once it is exhausted."""

    def __init__(
        self, located: Located, containers: frozenset[Container], shape: Shape, options: ReadOptions
    ) -> None:
        self.label = located.label
        self.stray: list[Place] = []
        """Parts of a document that lead to no container."""
        self.notices: list[str] = []
        self.blank_lines = 0
        self.digest: str | None = None
        """SHA-256 of the raw bytes, in hex (of several files: of their digests and names). None before the
        end, and for objects in memory."""
        self._containers = Containers(containers)
        self._parts: tuple[Part, ...] = ()
        if isinstance(located, MemorySource):
            self._records = self._in_memory(located)
        else:
            sources = located.parts if isinstance(located, FilesSource) else (located,)
            self._parts = tuple(Part(source, self._containers, shape, options) for source in sources)
            self._records = self._in_files()

    @property
    def found(self) -> set[Container]:
        """The containers that are there."""
        return self._containers.found

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What the files were read as, each shape once; none for an object in memory."""
        return tuple(dict.fromkeys(part.shape for part in self._parts if part.shape is not None))

    @property
    def encodings(self) -> tuple[str, ...]:
        """What the files are in, each encoding once."""
        return tuple(dict.fromkeys(part.encoding for part in self._parts))

    @property
    def bytes_read(self) -> int:
        """Raw bytes taken in so far: compressed ones, where the source is compressed. 0 for memory."""
        return sum(part.bytes_read for part in self._parts)

    @property
    def total_bytes(self) -> int | None:
        """All raw bytes there are; None where that is not known."""
        sizes = [part.total_bytes for part in self._parts]
        known = [size for size in sizes if size is not None]
        return sum(known) if known and len(known) == len(sizes) else None

    def __iter__(self) -> Iterator[SourceRecord]:
        """All records in order, once.

        Raises `SourceUnreadableError`, `SourceCutError`, `SourceShapeError`, `HeaderRefusedError`,
        `PickleRefusedError`, `SourceExpandsError`; `SourceChangedError` at the end.
        """
        return self._records

    def close(self) -> None:
        """Let go of the source."""
        for part in self._parts:
            part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _in_memory(self, source: MemorySource) -> Iterator[SourceRecord]:
        reader = MemoryReader(source.label, source.value, self._containers)
        yield from reader.records()
        self.stray = reader.stray
        self._tell_missing()

    def _in_files(self) -> Iterator[SourceRecord]:
        try:
            for part in self._parts:
                yield from part.records()
                part.close()
                self.stray += part.stray
                self.notices += part.notices
                self.blank_lines += part.blank_lines
        finally:
            self.close()
        if any(not part.empty for part in self._parts):
            self._tell_missing()
        self.digest = digest_of([(part.label, part.digest) for part in self._parts])

    def _tell_missing(self) -> None:
        self.notices += [f"{self.label} has no {pointer_text(path)}." for path in self._containers.missing()]
