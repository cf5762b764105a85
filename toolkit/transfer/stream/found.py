"""The values of one field of many records, as they were decoded: which are there, and all texts at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final

from msgspec import UNSET, Raw, UnsetType

from toolkit.transfer.judge.rows import Cell

_NULL: Final = "null"
_UNDECODABLE: Final = "\ufffd"
"""Stands for bytes that are no text: no JSON, so whoever reads it on is in doubt."""
_NONE: Final = type(None)


@dataclass(frozen=True, slots=True)
class Found:
    """One field of some records. Positions count the records."""

    count: int
    """How many records."""
    missing: Sequence[int]
    """Where the field is not there."""
    null: Sequence[int]
    """Where it is null."""
    there: Sequence[int]
    """Where it has a value."""
    values: Sequence[Any]
    """Those values; of raw ones the text of the JSON."""
    joined: str
    """All texts among them with a line feed between; empty where the values are no texts."""

    @property
    def complete(self) -> bool:
        """Whether every record has a value."""
        return len(self.values) == self.count

    @property
    def colons(self) -> int:
        """How many colons the texts have."""
        return self.joined.count(":")

    def texts(self) -> Iterator[tuple[int, str]]:
        """The position and the text of each value that is one."""
        return (
            (position, value)
            for position, value in zip(self.there, self.values, strict=True)
            if isinstance(value, str)
        )

    def spread(self, cells: Sequence[str]) -> list[Cell]:
        """Cells of the values, one for each record; None for the others."""
        spread: list[Cell] = [None] * self.count
        for position, cell in zip(self.there, cells, strict=True):
            spread[position] = cell
        return spread


def found_values(kind: type[Any], given: Sequence[Any]) -> Found:
    """The values of a field that was decoded as `kind`."""
    count = len(given)
    if kind is Raw:
        return _of_raw(given)
    kinds = set(map(type, given))
    if kinds <= {kind}:
        return Found(count, (), (), range(count), given, _joined(kind, given))
    missing = _where(given, UNSET) if UnsetType in kinds else ()
    null = _where(given, None) if _NONE in kinds else ()
    there = [at for at, value in enumerate(given) if value is not None and value is not UNSET]
    values = [given[at] for at in there]
    return Found(count, missing, null, there, values, _joined(kind, values))


def _of_raw(given: Sequence[Any]) -> Found:
    count = len(given)
    missing = _where(given, UNSET) if UnsetType in set(map(type, given)) else ()
    raws = [value for value in given if value is not UNSET] if missing else given
    try:
        joined = b"\n".join(raws).decode()
        texts = joined.split("\n")
    except UnicodeDecodeError:
        texts = [_text(raw) for raw in raws]
        joined = "\n".join(texts)
    if not raws:
        texts = []
    if not missing and _NULL not in texts:
        return Found(count, (), (), range(count), texts, joined)
    places: Sequence[int] = range(count)
    if missing:
        places = [at for at, value in enumerate(given) if value is not UNSET]
    full = [text != _NULL for text in texts]
    null = [at for at, whole in zip(places, full, strict=True) if not whole]
    there, texts = list(compress(places, full)), list(compress(texts, full))
    return Found(count, missing, null, there, texts, "\n".join(texts))


def _text(raw: Raw) -> str:
    try:
        return bytes(raw).decode()
    except UnicodeDecodeError:
        return _UNDECODABLE


def _joined(kind: type[Any], values: Sequence[Any]) -> str:
    return "\n".join(values) if kind is str else ""


def _where(values: Sequence[Any], wanted: object) -> tuple[int, ...]:
    return tuple(position for position, value in enumerate(values) if value is wanted)
