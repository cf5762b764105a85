"""Which shape a source has, from its name and its beginning, where nobody says it."""

from __future__ import annotations

from typing import Final

from toolkit.transfer.sources.exact_json import ExactDecoder
from toolkit.transfer.sources.options import Shape

_LINE_SUFFIXES: Final = (".ndjson", ".jsonl")
_CSV_SUFFIXES: Final = (".csv", ".tsv")
_PACKED_SUFFIXES: Final = (".gz", ".zst", ".zstd")
HEAD: Final = 1024 * 1024
"""How many bytes are looked at. A first line that is longer is taken for a document."""
_SPACE: Final = b" \t\r\n"


def unpacked_name(label: str) -> str:
    """The name of a file without what says that it is packed, in lower case."""
    name = label.lower()
    for suffix in _PACKED_SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def guessed_shape(label: str, head: bytes, *, whole: bool) -> Shape:
    """The shape of a source that begins with `head`, which may be `whole` it.

    One object on one line is a document, unless the file is named for lines.
    """
    name = unpacked_name(label)
    if name.endswith(_LINE_SUFFIXES):
        return "ndjson"
    if name.endswith(_CSV_SUFFIXES):
        return "csv"
    begun = head.lstrip(_SPACE)
    if begun.startswith(b"["):
        return "array"
    first, feed, rest = begun.partition(b"\n")
    if not feed or (whole and not rest.strip(_SPACE)):
        return "document"
    try:
        text = first.decode("utf-8").strip(" \t\r")
        _, end, _ = ExactDecoder().decode(text, 0)
    except ValueError:  # neither UTF-8 nor JSON: the reader of documents says what is wrong, and where
        return "document"
    return "ndjson" if end == len(text) else "document"
