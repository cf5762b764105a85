"""Read CSV: one record a row, its cells under the names of the header.

A cell is a text or NULL and never anything that it looks like: `007`, `1E5`, `NA` and `\\.` stay as they are.
A cell without quotes that is the null text (empty, unless said otherwise) is NULL; a quoted one is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.errors import SourceCutError
from toolkit.transfer.sources.csv_rows import CsvRows, Row
from toolkit.transfer.sources.document import truncated
from toolkit.transfer.sources.errors import HeaderRefusedError, SourceOptionError
from toolkit.transfer.sources.options import CsvRules, ReadOptions
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord
from toolkit.transfer.sources.shapes import unpacked_name
from toolkit.transfer.sources.window import Window

DELIMITERS: Final = (",", ";", "\t", "|")
_NO_MARKS: Final = ("", "\n", "\r")


class CsvReader:
    """One pass over a CSV text. `notices` says what was found rather than told."""

    def __init__(self, window: Window, options: ReadOptions) -> None:
        """Raises `SourceOptionError` for a delimiter or quote that cannot be one."""
        self._window = window
        self._label = window.label
        self._options = options
        self._rules = options.csv
        self._delimiter = options.csv.delimiter or ","
        self.notices: list[str] = []
        self.blank = 0
        self.header: tuple[str, ...] = ()
        _require_marks(window.label, options.csv)

    def records(self) -> Iterator[SourceRecord]:
        """All rows below the header; blank lines are counted and are none.

        Raises `HeaderRefusedError`, `QuoteNotClosedError`, `SourceOptionError` and what the bytes raise.
        """
        index = 0
        try:
            if self._rules.delimiter is None:
                self._delimiter = self._guessed()
            rows = self._rows()
            self.header = self._rules.header or self._from_first(rows)
            for row in rows:
                yield self._record(row, index)
                index += 1
        except SourceCutError as error:
            if self._options.on_cut == "raise":
                raise
            line, offset = self._window.mark()
            rest = self._window.text[self._window.at :]
            yield truncated((), Place(self._label, (index,), line, offset), index, error, rest)

    def _rows(self) -> Iterator[Row]:
        for row in CsvRows(self._window, self._delimiter, self._rules.quote, self._options.max_record):
            if row.raw:
                yield row
            else:
                self.blank += 1

    def _guessed(self) -> str:
        """The delimiter, by the name or the first line. Raises `SourceOptionError` where it could be two."""
        if unpacked_name(self._label).endswith(".tsv"):
            return "\t"
        window = self._window
        while (end := window.text.find("\n", window.at)) < 0 and window.grow():
            pass
        first = window.text[window.at : end if end >= 0 else len(window.text)]
        quote = re.escape(self._rules.quote)
        bare = re.sub(f"{quote}[^{quote}]*{quote}", "", first)
        found = [mark for mark in DELIMITERS if mark in bare]
        if len(found) > 1:
            listed = " and ".join(repr(mark) for mark in found)
            reason = f"its first line has {listed}; say which in csv = {{ delimiter = ... }}"
            raise SourceOptionError(self._label, reason)
        guess = found[0] if found else ","
        if guess != ",":
            self.notices.append(
                f"{self._label} is taken to be separated by {guess!r}; csv = {{ delimiter = ... }} says it."
            )
        return guess

    def _from_first(self, rows: Iterator[Row]) -> tuple[str, ...]:
        row = next(rows, None)
        if row is None:
            return ()
        names = row.cells
        if row.flaws:
            raise HeaderRefusedError(self._label, row.line, row.flaws[0].reason)
        for number, name in enumerate(names, start=1):
            if not name.strip():
                raise HeaderRefusedError(self._label, row.line, f"column {number} has no name")
            if names.count(name) > 1:
                raise HeaderRefusedError(self._label, row.line, f"the name {name!r} stands twice")
        return tuple(names)

    def _record(self, row: Row, index: int) -> SourceRecord:
        place = Place(self._label, (index,), row.line, row.offset)
        flaws = row.flaws
        if not flaws and len(row.cells) != len(self.header):
            flaws = (_ragged(len(self.header), len(row.cells), self._delimiter),)
        if flaws:
            return SourceRecord((), place, None, index, None, flaws, row.raw)
        value: dict[str, str | None] = dict(zip(self.header, row.cells, strict=True))
        if self._rules.null in row.cells:
            for position, (name, text) in enumerate(zip(self.header, row.cells, strict=True)):
                if text == self._rules.null and position not in row.quoted:
                    value[name] = None
        return SourceRecord((), place, None, index, value, (), row.raw)


def _ragged(expected: int, found: int, delimiter: str) -> Flaw:
    hint = f"Is a {delimiter!r} missing, or one in a cell without quotes?"
    return Flaw("ragged", f"{found} cells where the header has {expected}", hint)


def _require_marks(label: str, rules: CsvRules) -> None:
    for name, mark in (("delimiter", rules.delimiter), ("quote", rules.quote)):
        if mark is not None and (len(mark) != 1 or mark in _NO_MARKS):
            raise SourceOptionError(label, f"the {name} {mark!r} is not one character of a line")
    if rules.delimiter == rules.quote:
        raise SourceOptionError(label, "delimiter and quote are the same")
    header = rules.header
    if header is not None and (len(set(header)) != len(header) or not all(header)):
        raise SourceOptionError(label, "the header that is given names a column twice or not at all")
