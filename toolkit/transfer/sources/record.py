"""What every source gives: records with their place, as plain JSON values.

A value is None, bool, str, `Number`, list or dict with text keys; nothing else gets past a source. Numbers
keep the text they were written with, so nothing goes through a binary float and no huge exponent is ever
expanded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from toolkit.transfer.mapping.paths import pointer_text


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number, as it is written."""

    text: str


Value: TypeAlias = "bool | str | Number | Sequence[Value] | Mapping[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a record as a whole cannot be trusted, found while it was read."""

    code: str
    reason: str
    hint: str
    field: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. Lines count from 1, bytes from 0; both are None for objects in memory."""

    source: str
    tokens: tuple[str | int, ...]
    line: int | None = None
    offset: int | None = None

    @property
    def pointer(self) -> str:
        """The JSON Pointer; of an NDJSON file as if its lines were one array."""
        return pointer_text(self.tokens).encode("utf-8", "backslashreplace").decode("utf-8")

    @property
    def spot(self) -> tuple[str | int, ...]:
        """The place among all files of a source: the name of the file, then the tokens."""
        return (self.source, *self.tokens)

    def inside(self, *tokens: str | int) -> Place:
        """A place inside this one; keeps the line where the record begins."""
        return Place(self.source, (*self.tokens, *tokens), self.line, self.offset)

    def __str__(self) -> str:
        line = f":{self.line}" if self.line is not None else ""
        return f"{self.source}{line} {self.pointer}".rstrip()


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One outermost record: what stands at the first `*` of a row pointer."""

    container: tuple[str, ...]
    place: Place
    key: str | None
    """Its key, where the container is an object."""
    index: int
    """Its ordinal in the container, from 0."""
    value: Value
    flaws: tuple[Flaw, ...] = ()
    raw: str | bytes | None = None
    """The record as it stands in the source, with nothing changed: bytes where it is no UTF-8. Only its
    beginning where it is too large or too deep; None for objects in memory."""
    doubled: tuple[str, ...] = ()
    """Keys that stand twice in an object of it, where the source says which value counts."""


@dataclass(frozen=True, slots=True)
class SourceContent:
    """A whole source, read."""

    label: str
    records: tuple[SourceRecord, ...]
    stray: tuple[Place, ...] = ()
    """Parts of a document that no row pointer leads to."""
    notices: tuple[str, ...] = ()
    digest: str | None = None
    """SHA-256 of the raw bytes, in hex; None for objects in memory."""
