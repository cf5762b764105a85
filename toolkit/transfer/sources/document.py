"""Read one JSON text: an array or object of records, or an object that holds such arrays and objects.

Records are decoded one by one while the text streams past, so that each knows its line and byte and a flaw
stays with its record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceCutError, SourceShapeError, SourceUnreadableError
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.sources.containers import Container, Containers
from toolkit.transfer.sources.cursor import Decoded, JsonCursor
from toolkit.transfer.sources.exact_json import RELAXED
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord
from toolkit.transfer.sources.seen import SeenKeys
from toolkit.transfer.sources.window import Window

Path = tuple[str | int, ...]

_COMMA: Final = re.compile(r"[ \t\n\r]*,[ \t\n\r]*([^ \t\n\r])")
_PLAIN_KEY: Final = re.compile(r'"([^"\\\x00-\x1f]*+)"[ \t\n\r]*:')


class DocumentReader:
    """One pass over a JSON text. `containers` are the places whose elements are records."""

    def __init__(self, window: Window, containers: Containers, options: ReadOptions) -> None:
        self._label = window.label
        self._window = window
        self._cursor = JsonCursor(window, options)
        self._containers = containers
        self._flaw_when_cut = options.on_cut == "flaw"
        self._last: SourceRecord | None = None
        self.stray: list[Place] = []
        """Parts that lead to no container."""

    def records(self) -> Iterator[SourceRecord]:
        """All records in the order of the text.

        Raises `SourceUnreadableError`, `SourceCutError` and `SourceShapeError`.
        """
        try:
            if not self._cursor.peek():
                self._cursor.fail("Expecting value")
            yield from self._part(())
            self._require_end()
        except SourceCutError as error:
            if not self._flaw_when_cut or self._last is None:
                raise
            yield self._rest(self._last, error)

    def _part(self, path: Path) -> Iterator[SourceRecord]:
        container = self._containers.at(path)
        if container is not None:
            yield from self._elements(path, container)
        elif self._containers.below(path):
            yield from self._members(path)
        else:
            self.stray.append(self._place(path))
            try:
                self._cursor.step_over()
            except json.JSONDecodeError as error:
                self._cursor.refuse(error)

    def _members(self, path: Path) -> Iterator[SourceRecord]:
        self._expect(path, "[{" if self._containers.each_below(path) else "{")
        seen = SeenKeys()
        for key, index in self._items():
            if key is not None and seen.add(key):
                self._cursor.fail(f"The key {key!r} stands twice in one object")
            yield from self._part((*path, index if key is None else key))

    def _elements(self, path: Path, container: Container) -> Iterator[SourceRecord]:
        if self._cursor.peek() == "n" and self._decode().value is None:
            return
        self._expect(path, "[{")
        self._containers.found.add(container)
        seen = SeenKeys()
        for key, index in self._items():
            place = self._place((*path, index if key is None else key))
            value, flaws, raw, doubled = self._decode()
            if key is not None and seen.add(key):
                flaws = (*flaws, _twice(key))
            record = SourceRecord(container, place, key, index, value, flaws, raw, doubled)
            self._last = record
            yield record

    def _items(self) -> Iterator[tuple[str | None, int]]:
        """Step through an array or object; who takes an item must decode its value before the next."""
        cursor = self._cursor
        keyed = cursor.peek() == "{"
        closing = "}" if keyed else "]"
        self._window.at += 1
        if cursor.take(closing):
            return
        index = 0
        while True:
            key = self._key() if keyed else None
            cursor.peek()
            yield key, index
            index += 1
            if self._steps_on(closing):
                continue
            if cursor.take(closing):
                return
            if not cursor.take(","):
                cursor.fail("Expecting ',' delimiter")
            if cursor.peek() == closing:
                cursor.fail("A comma stands behind the last element" + RELAXED)

    def _steps_on(self, closing: str) -> bool:
        """Step to the next item if the text at hand shows that there is one: the usual case, in one go."""
        window = self._window
        match = _COMMA.match(window.text, window.at)
        if match is None or match.group(1) == closing:
            return False
        window.at = match.start(1)
        return True

    def _key(self) -> str:
        plain = _PLAIN_KEY.match(self._window.text, self._window.at)
        if plain is not None:
            self._window.at = plain.end()
            return plain.group(1)
        if self._cursor.peek() != '"':
            self._cursor.fail("Expecting property name enclosed in double quotes")
        key = self._decode().value
        if not self._cursor.take(":"):
            self._cursor.fail("Expecting ':' delimiter")
        return str(key)

    def _decode(self) -> Decoded:
        try:
            return self._cursor.value()
        except json.JSONDecodeError as error:
            self._cursor.refuse(error)

    def _expect(self, path: Path, openings: str) -> None:
        opening = self._cursor.peek()
        if opening == "" or opening not in openings:
            if not opening:
                self._cursor.fail("Expecting value")
            self._decode()
            kind = {"[": "an array", "{": "an object"}.get(opening, "a single value")
            wanted = "an array or object of records" if "[" in openings else "an object"
            raise SourceShapeError(self._label, pointer_text(path) or "the top level", kind, wanted)

    def _require_end(self) -> None:
        found = self._cursor.peek()
        if not found:
            return
        line, offset = self._window.locate(self._window.at)
        if found in "{[\x1e":
            reason = "it is no JSON document: another value stands behind the first"
            advice = 'If values stand one after the other, say shape = "concatenated" in [source.NAME].'
            raise SourceUnreadableError(self._label, line, offset, reason, advice)
        self._cursor.fail("Extra data")

    def _place(self, path: Path) -> Place:
        line, offset = self._cursor.here()
        return Place(self._label, path, line, offset)

    def _rest(self, last: SourceRecord, error: SourceCutError) -> SourceRecord:
        """What stands behind the last whole record of a text that was cut."""
        path = last.place.tokens[:-1]
        place = self._place((*path, last.index + 1))
        return truncated(last.container, place, last.index + 1, error, self._cursor.rest())


def truncated(
    container: Container, place: Place, index: int, error: SourceCutError, raw: str
) -> SourceRecord:
    """The record for the rest of an input that was cut off."""
    flaw = Flaw("truncated", f"{error.reason} (byte {error.offset})", "Get the whole file.")
    return SourceRecord(container, place, None, index, None, (flaw,), raw)


def _twice(key: str) -> Flaw:
    return Flaw("duplicate_key", f"the key {key!r} stands twice in one object", "Keep one of them.")
