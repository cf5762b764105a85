"""Read objects in memory: dicts and lists as an application keeps them before it has a database.

Python's own kinds become JSON values here, each in one way that loses nothing: a uuid and a date become their
text, an enum its value, a decimal its digits. A kind without such a way is a flaw of its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Final
from uuid import UUID

from toolkit.transfer.errors import SourceShapeError
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.record import Flaw, Number, Place, SourceRecord, Value

_DEPTH: Final = 100
"""How deep objects may nest; what is deeper is a cycle or no record."""


class MemoryReader:
    """One pass over a dict or list. `containers` are the places whose elements are records."""

    def __init__(self, label: str, value: object, containers: frozenset[tuple[str, ...]]) -> None:
        self._label = label
        self._value = value
        self._containers = containers
        self.stray: list[Place] = []
        self.found: set[tuple[str, ...]] = set()

    def records(self) -> Iterator[SourceRecord]:
        """All records in order. Raises `SourceShapeError`."""
        yield from self._part(self._value, ())

    def _part(self, value: object, path: tuple[str, ...]) -> Iterator[SourceRecord]:
        if path in self._containers:
            yield from self._elements(value, path)
        elif any(container[: len(path)] == path for container in self._containers):
            if not isinstance(value, Mapping):
                raise SourceShapeError(
                    self._label, pointer_text(path) or "the top level", _kind(value), "an object"
                )
            for key, member in value.items():
                yield from self._part(member, (*path, _key(key)))
        else:
            self.stray.append(Place(self._label, path))

    def _elements(self, value: object, path: tuple[str, ...]) -> Iterator[SourceRecord]:
        if value is None:
            return
        items: Iterable[tuple[str | None, object]]
        if isinstance(value, Mapping):
            items = ((_key(key), member) for key, member in value.items())
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            items = ((None, element) for element in value)
        else:
            where = pointer_text(path) or "the top level"
            raise SourceShapeError(self._label, where, _kind(value), "a list or dict of records")
        self.found.add(path)
        for index, (key, element) in enumerate(items):
            flaws: list[Flaw] = []
            plain = _plain(element, "", flaws, _DEPTH)
            place = Place(self._label, (*path, index if key is None else key))
            yield SourceRecord(path, place, key, index, plain, tuple(flaws))


def plain_value(value: object) -> Value:
    """One Python value as a JSON value. Raises ValueError when it has none."""
    flaws: list[Flaw] = []
    plain = _plain(value, "", flaws, _DEPTH)
    if flaws:
        raise ValueError(flaws[0].reason)
    return plain


def _plain(value: object, where: str, flaws: list[Flaw], depth: int) -> Value:
    if value is None or isinstance(value, bool | Number):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, where, flaws, depth)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return _number(value, where, flaws)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if depth == 0:
        flaws.append(
            Flaw("too_deep", f"it nests deeper than {_DEPTH}, or holds itself", "Flatten it.", where)
        )
        return None
    if isinstance(value, Mapping):
        return _object(value, where, flaws, depth)
    if isinstance(value, Sequence | AbstractSet) and not isinstance(value, bytes | bytearray | memoryview):
        elements = sorted(value, key=str) if isinstance(value, AbstractSet) else value
        return [
            _plain(element, f"{where}.{index}", flaws, depth - 1) for index, element in enumerate(elements)
        ]
    flaws.append(
        Flaw(
            "unknown_kind",
            f"a {type(value).__name__} is no JSON value",
            "Keep plain values.",
            where.lstrip("."),
        )
    )
    return None


def _object(value: Mapping[object, object], where: str, flaws: list[Flaw], depth: int) -> Value:
    result: dict[str, Value] = {}
    for key, member in value.items():
        name = _key(key)
        if name in result:
            flaws.append(Flaw("duplicate_key", f"two keys are written {name!r}", "Keep one of them.", name))
        result[name] = _plain(member, f"{where}.{name}".lstrip("."), flaws, depth - 1)
    return result


def _number(value: float | Decimal, where: str, flaws: list[Flaw]) -> Number:
    # An int through Decimal, because the interpreter refuses to write one of more than 4300 digits.
    text = repr(value) if isinstance(value, float) else f"{Decimal(value)}"
    if not Decimal(text).is_finite():
        flaws.append(Flaw("not_finite", f"{text} is no JSON number", "Use None, or a number.", where, text))
    return Number(text)


def _key(key: object) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
