"""Read one JSON text: an array or object of records, or an object that holds such arrays and objects.

Records are decoded one by one, so that each knows its line and byte and a flaw stays with its record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

from toolkit.transfer.errors import SourceCutError, SourceShapeError, SourceUnreadableError
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.exact_json import ExactDecoder, is_cut, reason_of, skip_space
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord, Value

Path = tuple[str, ...]


class DocumentReader:
    """One pass over a JSON text. `containers` are the places whose elements are records.

    `start` is how many bytes of the file stand before the text (a byte order mark).
    """

    def __init__(self, label: str, text: str, containers: frozenset[Path], *, start: int = 0) -> None:
        self._label = label
        self._text = text
        self._containers = containers
        self._decoder = ExactDecoder()
        self._at = 0
        self._start = start
        self._counted = _Counted(start)
        self.stray: list[Place] = []
        """Parts that lead to no container."""
        self.found: set[Path] = set()
        """The containers that are there."""

    def records(self) -> Iterator[SourceRecord]:
        """All records in the order of the text.

        Raises `SourceUnreadableError`, `SourceCutError` and `SourceShapeError`.
        """
        self._space()
        yield from self._part(())
        self._space()
        if self._at < len(self._text):
            self._fail("Extra data")

    def _part(self, path: Path) -> Iterator[SourceRecord]:
        if path in self._containers:
            yield from self._elements(path)
        elif any(container[: len(path)] == path for container in self._containers):
            yield from self._members(path)
        else:
            self.stray.append(self._place(path))
            self._decode()

    def _members(self, path: Path) -> Iterator[SourceRecord]:
        self._expect(path, "{")
        seen: set[str] = set()
        for key, _ in self._items():
            if key in seen:
                self._fail(f"The key {key!r} stands twice in one object")
            seen.add(key or "")
            yield from self._part((*path, key or ""))

    def _elements(self, path: Path) -> Iterator[SourceRecord]:
        if self._text.startswith("null", self._at):
            self._at += len("null")
            return
        self._expect(path, "[{")
        self.found.add(path)
        seen: set[str] = set()
        for key, index in self._items():
            place = self._place((*path, index if key is None else key))
            value, flaws = self._decode()
            if key is not None and key in seen:
                twice = Flaw(
                    "duplicate_key", f"the key {key!r} stands twice in one object", "Keep one of them."
                )
                flaws = (*flaws, twice)
            seen.add(key or "")
            yield SourceRecord(path, place, key, index, value, flaws)

    def _items(self) -> Iterator[tuple[str | None, int]]:
        """Step through an array or object; who takes an item must decode its value before the next."""
        keyed = self._text[self._at] == "{"
        closing = "}" if keyed else "]"
        self._at += 1
        self._space()
        if self._text.startswith(closing, self._at):
            self._at += 1
            return
        index = 0
        while True:
            yield (self._key() if keyed else None), index
            self._space()
            if self._text.startswith(closing, self._at):
                self._at += 1
                return
            self._take(",", "Expecting ',' delimiter")
            index += 1

    def _key(self) -> str:
        if not self._text.startswith('"', self._at):
            self._fail("Expecting property name enclosed in double quotes")
        key, _ = self._decode()
        self._space()
        self._take(":", "Expecting ':' delimiter")
        return str(key)

    def _take(self, mark: str, otherwise: str) -> None:
        if not self._text.startswith(mark, self._at):
            self._fail(otherwise)
        self._at += 1
        self._space()

    def _space(self) -> None:
        self._at = skip_space(self._text, self._at)

    def _decode(self) -> tuple[Value, tuple[Flaw, ...]]:
        try:
            value, self._at, flaws = self._decoder.decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._raise(error)
        return value, flaws

    def _expect(self, path: Path, openings: str) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening == "" or opening not in openings:
            if not opening:
                self._fail("Expecting value")
            self._decode()
            kind = {"[": "an array", "{": "an object"}.get(opening, "a single value")
            wanted = "an array or object of records" if "[" in openings else "an object"
            raise SourceShapeError(self._label, pointer_text(path) or "the top level", kind, wanted)

    def _place(self, path: tuple[str | int, ...]) -> Place:
        line, offset = self._counted.at(self._text, self._at)
        return Place(self._label, path, line, offset)

    def _fail(self, message: str) -> NoReturn:
        self._raise(json.JSONDecodeError(message, self._text, self._at))

    def _raise(self, error: json.JSONDecodeError) -> NoReturn:
        begin, _ = self._counted.at(self._text, self._at)
        if is_cut(error):
            line, offset = _Counted(self._start).at(self._text, len(self._text))
            reason = f"the file ends here, in the middle of what begins at line {begin}"
            raise SourceCutError(self._label, line, offset, reason) from None
        line, offset = _Counted(self._start).at(self._text, error.pos)
        raise SourceUnreadableError(self._label, line, offset, reason_of(error)) from None


class _Counted:
    """Lines and bytes up to a position, counted on from the last one asked for."""

    def __init__(self, start: int) -> None:
        self._position, self._line, self._bytes = 0, 1, start

    def at(self, text: str, position: int) -> tuple[int, int]:
        self._line += text.count("\n", self._position, position)
        self._bytes += len(text[self._position : position].encode())
        self._position = position
        return self._line, self._bytes
