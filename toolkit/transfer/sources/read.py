"""Read a whole source, whatever its shape, into records.

The shape is found in the content unless the mapping says it. A source is read as a whole or not at all: what
cannot be trusted as JSON raises, what is wrong with one record stays with that record.
"""

from __future__ import annotations

import codecs
from typing import Final

from toolkit.transfer.errors import SourceShapeError, SourceUnreadableError
from toolkit.transfer.mapping.model import Shape
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.document import DocumentReader
from toolkit.transfer.sources.exact_json import ExactDecoder
from toolkit.transfer.sources.locate import FileSource, MemorySource
from toolkit.transfer.sources.memory import MemoryReader
from toolkit.transfer.sources.ndjson import ndjson_records
from toolkit.transfer.sources.record import Place, SourceContent, SourceRecord

_LINE_SUFFIXES: Final = (".ndjson", ".jsonl")
_OTHER_MARKS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstandard",
}


def read_source(
    source: FileSource | MemorySource, containers: frozenset[tuple[str, ...]], shape: Shape = "auto"
) -> SourceContent:
    """All records of `source` that stand in `containers`.

    Raises `SourceUnreadableError`, `SourceCutError` and `SourceShapeError`.
    """
    if isinstance(source, MemorySource):
        memory = MemoryReader(source.label, source.value, containers)
        return _content(source.label, tuple(memory.records()), memory.stray, memory.found, containers)
    start = len(codecs.BOM_UTF8) if source.content.startswith(codecs.BOM_UTF8) else 0
    content = source.content[start:]
    _refuse_other_encodings(source.label, source.content)
    if not content.strip():
        return SourceContent(source.label, (), (), (f"{source.label} is empty.",))
    if (_shape(source.label, content) if shape == "auto" else shape) == "ndjson":
        if containers != {()}:
            wanted = pointer_text(min(containers - {()}))
            raise SourceShapeError(source.label, "the top level", "NDJSON", f"an object with {wanted}")
        records = tuple(ndjson_records(source.label, content, start=start))
        return SourceContent(source.label, records)
    document = DocumentReader(source.label, _text(source.label, content, start), containers, start=start)
    return _content(source.label, tuple(document.records()), document.stray, document.found, containers)


def _content(
    label: str,
    records: tuple[SourceRecord, ...],
    stray: list[Place],
    found: set[tuple[str, ...]],
    containers: frozenset[tuple[str, ...]],
) -> SourceContent:
    notices = tuple(f"{label} has no {pointer_text(path)}." for path in sorted(containers - found))
    return SourceContent(label, records, tuple(stray), notices)


def _shape(label: str, content: bytes) -> Shape:
    """Array, document or NDJSON. One object on one line is a document, unless the file is named for lines."""
    if label.endswith(_LINE_SUFFIXES):
        return "ndjson"
    if content.lstrip().startswith(b"["):
        return "array"
    first, _, rest = content.lstrip().partition(b"\n")
    if not rest.strip():
        return "document"
    try:
        text = first.decode("utf-8").strip()
        _, end, _ = ExactDecoder().decode(text, 0)
    except ValueError:  # neither UTF-8 nor JSON: the reader of documents says what is wrong, and where
        return "document"
    return "ndjson" if end == len(text) else "document"


def _text(label: str, content: bytes, start: int) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        reason = f"the byte 0x{byte:02x} is not UTF-8"
        advice = "Convert the file to UTF-8 (from Latin-1: iconv -f latin1 -t utf-8). Nothing was written."
        raise SourceUnreadableError(label, line, start + error.start, reason, advice) from None


def _refuse_other_encodings(label: str, content: bytes) -> None:
    for mark, name in _OTHER_MARKS.items():
        if content.startswith(mark):
            advice = f"Turn it from {name} into plain UTF-8 first. Nothing was written."
            raise SourceUnreadableError(label, 1, 0, f"it is {name}, not UTF-8 JSON", advice)
