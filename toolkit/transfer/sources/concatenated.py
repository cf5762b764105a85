"""Read JSON values that stand one after the other, with or without the separators of RFC 7464.

With separators a broken value is a flaw of its record alone; without them nothing tells where the next one
begins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceCutError
from toolkit.transfer.sources.cursor import JsonCursor
from toolkit.transfer.sources.document import truncated
from toolkit.transfer.sources.exact_json import is_cut, reason_of
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord
from toolkit.transfer.sources.window import Window

SEPARATOR: Final = "\x1e"


class ConcatenatedReader:
    """One pass over a text of values."""

    def __init__(self, window: Window, options: ReadOptions) -> None:
        self._window = window
        self._cursor = JsonCursor(window, options)
        self._flaw_when_cut = options.on_cut == "flaw"
        self._separated = False

    def records(self) -> Iterator[SourceRecord]:
        """All values in order. Raises `SourceUnreadableError` and `SourceCutError`."""
        index = 0
        while True:
            while self._cursor.take(SEPARATOR):
                self._separated = True
            if not self._cursor.peek():
                return
            line, offset = self._window.mark()
            place = Place(self._window.label, (index,), line, offset)
            try:
                value, flaws, raw, doubled = self._cursor.value()
                record = SourceRecord((), place, None, index, value, flaws, raw, doubled)
            except json.JSONDecodeError as error:
                record = self._broken(place, index, error)
            except SourceCutError as error:  # the packed data ends, or a character does
                if not self._flaw_when_cut:
                    raise
                yield truncated((), place, index, error, self._cursor.rest())
                return
            yield record
            index += 1

    def _broken(self, place: Place, index: int, error: json.JSONDecodeError) -> SourceRecord:
        window = self._window
        cut = is_cut(error)
        if not self._separated and not (cut and self._flaw_when_cut):
            self._cursor.refuse(error)
        reason = "it ends in the middle of a value" if cut else reason_of(error)
        flaw = Flaw("truncated" if cut else "not_json", reason, "Mend it, or get the whole file.")
        raw = ""
        while (end := window.text.find(SEPARATOR, window.at)) < 0:
            raw = (raw + window.text[window.at :])[: 1 << 16]
            window.at = len(window.text)
            if not window.grow():
                break
        else:
            raw += window.text[window.at : end]
            window.at = end
        return SourceRecord((), place, None, index, None, (flaw,), raw)
