"""Read objects in memory: dicts and lists as an application keeps them before it has a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from toolkit.transfer.errors import SourceShapeError
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.containers import Container, Containers
from toolkit.transfer.sources.plain import fields_of, key_text, plain_record_of, plain_value
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord

__all__ = ["MemoryReader", "plain_value"]

Path = tuple[str | int, ...]


class MemoryReader:
    """One pass over a dict or list. `containers` are the places whose elements are records."""

    def __init__(self, label: str, value: object, containers: Containers) -> None:
        self._label = label
        self._value = value
        self._containers = containers
        self.stray: list[Place] = []

    def records(self) -> Iterator[SourceRecord]:
        """All records in order. Raises `SourceShapeError`."""
        yield from self._part(self._value, ())

    def _part(self, value: object, path: Path) -> Iterator[SourceRecord]:
        container = self._containers.at(path)
        if container is not None:
            yield from self._elements(value, path, container)
        elif self._containers.below(path):
            for token, member in self._members(value, path):
                yield from self._part(member, (*path, token))
        else:
            self.stray.append(Place(self._label, path))

    def _members(self, value: object, path: Path) -> Iterator[tuple[str | int, object]]:
        named = fields_of(value)
        if named is not None:
            yield from ((key_text(key), member) for key, member in named)
        elif self._containers.each_below(path) and _is_list(value):
            yield from enumerate(_elements(value))
        else:
            self._refuse(value, path, "an object")

    def _elements(self, value: object, path: Path, container: Container) -> Iterator[SourceRecord]:
        if value is None and path:
            return  # a part of a document that is not there
        items: Iterable[tuple[str | None, object]]
        named = fields_of(value)
        if named is not None:
            items = ((key_text(key), member) for key, member in named)
        elif _is_list(value):
            items = ((None, element) for element in _elements(value))
        else:
            self._refuse(value, path, "a list or dict of records")
            return
        self._containers.found.add(container)
        seen: set[str] = set()
        for index, (key, element) in enumerate(items):
            plain, flaws = plain_record_of(element)
            if key is not None:
                if key in seen:
                    flaws = (
                        *flaws,
                        Flaw("duplicate_key", f"two keys are written {key!r}", "Keep one of them."),
                    )
                seen.add(key)
            place = Place(self._label, (*path, index if key is None else key))
            yield SourceRecord(container, place, key, index, plain, flaws)

    def _refuse(self, value: object, path: Path, wanted: str) -> None:
        where = pointer_text(path) or "the top level"
        found = "nothing (None)" if value is None else f"a {type(value).__name__}"
        raise SourceShapeError(self._label, where, found, wanted)


def _is_list(value: object) -> bool:
    if isinstance(value, str | bytes | bytearray | memoryview):
        return False
    return isinstance(value, Sequence | AbstractSet) or (
        isinstance(value, Iterable) and not isinstance(value, Mapping)
    )


def _elements(value: object) -> Iterable[object]:
    if isinstance(value, AbstractSet):
        return sorted(value, key=str)
    return value if isinstance(value, Iterable) else ()
