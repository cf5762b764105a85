"""Read newline-delimited JSON: one record a line. A bad line is a flaw of its record alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceCutError
from toolkit.transfer.sources.cursor import KEPT, too_deep, too_large
from toolkit.transfer.sources.document import truncated
from toolkit.transfer.sources.encodings import not_utf8
from toolkit.transfer.sources.exact_json import TOO_DEEP, ExactDecoder, is_cut, reason_of, skip_space
from toolkit.transfer.sources.lines import Line
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord, Value
from toolkit.transfer.sources.skip import depth_of

SPACE: Final = b" \t\r"
"""What a blank line may have."""


class NdjsonReader:
    """Turns lines into records. Blank lines are counted and give none."""

    def __init__(self, label: str, options: ReadOptions) -> None:
        self._label = label
        self._options = options
        self._decoder = ExactDecoder(options.duplicate_keys)
        self.blank = 0

    def records(self, lines: Iterator[Line], *, index: int = 0) -> Iterator[SourceRecord]:
        """The records of all lines that are not blank; `index` is that of the first."""
        number, offset = 0, 0
        try:
            for line in lines:
                number, offset = line.number, line.offset + line.length + 1
                if not line.content.strip(SPACE):
                    self.blank += 1
                    continue
                yield self.record(line, index)
                index += 1
        except SourceCutError as error:
            if self._options.on_cut == "raise":
                raise
            place = Place(self._label, (index,), number + 1, offset)
            yield truncated((), place, index, error, "")

    def record(self, line: Line, index: int) -> SourceRecord:
        """The record of one line."""
        place = Place(self._label, (index,), line.number, line.offset)
        if line.length > len(line.content):
            flaw = too_large(line.length, self._options.max_record)
            return SourceRecord((), place, None, index, None, (flaw,), line.content[:KEPT])
        try:
            text = line.content.decode("utf-8")
        except UnicodeDecodeError as error:
            told = not_utf8(self._label, line.number, line.offset, line.content[error.start])
            flaw = Flaw("not_utf8", f"byte {error.start} of the line is not UTF-8", told.hint)
            return SourceRecord((), place, None, index, None, (flaw,), line.content)
        value, flaws = self._decoded(text)
        return SourceRecord((), place, None, index, value, flaws, text, tuple(self._decoder.doubled))

    def _decoded(self, text: str) -> tuple[Value, tuple[Flaw, ...]]:
        begin = skip_space(text, 0)
        try:
            value, end, flaws = self._decoder.decode(text, begin)
        except json.JSONDecodeError as error:
            return None, (self._flaw(text, error),)
        deepest = self._options.max_depth
        if text.count("[") + text.count("{") > deepest and (depth := depth_of(text)) > deepest:
            return None, (too_deep(depth, deepest),)
        if end < len(text) and (end := skip_space(text, end)) < len(text):
            reason = f"more stands behind its value at column {end + 1}"
            return value, (*flaws, Flaw("not_json", reason, "One value a line."))
        return value, flaws

    def _flaw(self, text: str, error: json.JSONDecodeError) -> Flaw:
        if error.msg == TOO_DEEP:
            return too_deep(depth_of(text), self._options.max_depth)
        if is_cut(error):
            return Flaw("truncated", "the line ends in the middle of a value", "Get the whole file.")
        return Flaw("not_json", f"{reason_of(error)} at column {error.pos + 1}", "Mend the line.")
