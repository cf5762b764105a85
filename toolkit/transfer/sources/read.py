"""Read a whole source, whatever its shape, into records.

A source is read as a whole or not at all: what cannot be trusted as a whole raises, what is wrong with one
record stays with that record.
"""

from __future__ import annotations

from toolkit.transfer.sources.containers import Container
from toolkit.transfer.sources.located import Located
from toolkit.transfer.sources.options import DEFAULT_OPTIONS, ReadOptions, Shape
from toolkit.transfer.sources.record import SourceContent
from toolkit.transfer.sources.stream import open_stream


def read_source(
    source: Located,
    containers: frozenset[Container],
    shape: Shape = "auto",
    options: ReadOptions = DEFAULT_OPTIONS,
) -> SourceContent:
    """All records of `source` that stand in `containers`. Raises what a `RecordStream` raises."""
    with open_stream(source, containers, shape, options) as stream:
        records = tuple(stream)
        return SourceContent(source.label, records, tuple(stream.stray), tuple(stream.notices), stream.digest)
