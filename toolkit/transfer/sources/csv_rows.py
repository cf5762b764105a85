"""Cut CSV text into rows of cells (RFC 4180): quotes, doubled quotes, line feeds inside them.

What is wrong with one row is a flaw of it; a quote that never closes is an error at the place where it opens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from toolkit.transfer.sources.cursor import KEPT, too_large
from toolkit.transfer.sources.errors import QuoteNotClosedError
from toolkit.transfer.sources.record import Flaw
from toolkit.transfer.sources.window import Window

_TOO_LONG: Final = -1
_LONE_RETURN: Final = Flaw(
    "lone_return",
    "a carriage return stands in a cell without quotes",
    "Put the cell in quotes, or end lines with a line feed.",
)
_STRAY_QUOTE: Final = Flaw(
    "stray_quote",
    "a cell has a quote inside it, or text behind its closing quote",
    "Put the whole cell in quotes and double the quotes inside it.",
)


class Cell(NamedTuple):
    """The text of one cell, and whether it stood in quotes."""

    text: str
    quoted: bool


class Row(NamedTuple):
    """One row as it stands, without its line end."""

    cells: list[Cell]
    raw: str
    flaws: tuple[Flaw, ...]
    line: int
    offset: int


class CsvRows:
    """One pass over the rows of a text."""

    def __init__(self, window: Window, delimiter: str, quote: str, longest: int) -> None:
        self._window = window
        self._delimiter = delimiter
        self._quote = quote
        self._longest = longest
        mark = re.escape(quote)
        self._closed = re.compile(f"{mark}((?:[^{mark}]|{mark}{mark})*+){mark}")
        self._plain = re.compile(rf"[^{re.escape(delimiter)}\n]*+")
        self._row_end = re.compile(r"\r?(?:\n|\Z)")

    def __iter__(self) -> Iterator[Row]:
        """All rows, blank lines among them. Raises `QuoteNotClosedError` and what the bytes raise."""
        while (end := self._line_end()) is not None:
            window = self._window
            line, offset = window.mark()
            if end == _TOO_LONG:
                yield self._too_long(line, offset)
            elif self._quote in window.text[window.at : end]:
                yield self._quoted(line, offset)
            else:
                raw = window.text[window.at : end].removesuffix("\r")
                window.at = min(end + 1, len(window.text))
                yield self._unquoted(raw, line, offset)

    def _line_end(self) -> int | None:
        """Where the line ends in the text; None at the end of the input, -1 for a line that is too long."""
        window = self._window
        while (end := window.text.find("\n", window.at)) < 0:
            if len(window.text) - window.at > self._longest:
                return len(window.text) if self._quote in window.text[window.at :] else _TOO_LONG
            if not window.grow():
                return len(window.text) if window.at < len(window.text) else None
        return end

    def _too_long(self, line: int, offset: int) -> Row:
        window = self._window
        raw, length = window.text[window.at : window.at + KEPT], 0
        while (end := window.text.find("\n", window.at)) < 0:
            length += len(window.text) - window.at
            window.at = len(window.text)
            if not window.grow():
                break
        else:
            length += end - window.at
            window.at = end + 1
        return Row([], raw, (too_large(length, self._longest),), line, offset)

    def _unquoted(self, raw: str, line: int, offset: int) -> Row:
        if len(raw) > self._longest:
            return Row([], raw[:KEPT], (too_large(len(raw), self._longest),), line, offset)
        cells = [Cell(text, False) for text in raw.split(self._delimiter)]
        return Row(cells, raw, (_LONE_RETURN,) if "\r" in raw else (), line, offset)

    def _quoted(self, line: int, offset: int) -> Row:
        """A row with quotes, which may go on over many lines."""
        window = self._window
        while (found := self._cells()) is None:
            window.grow()
        cells, end, flaws = found
        raw = window.text[window.at : end].removesuffix("\n").removesuffix("\r")
        window.at = end
        if len(raw) > self._longest:
            return Row([], raw[:KEPT], (too_large(len(raw), self._longest),), line, offset)
        if any("\r" in cell.text and not cell.quoted for cell in cells):
            flaws = (*flaws, _LONE_RETURN)
        return Row(cells, raw, flaws, line, offset)

    def _cells(self) -> tuple[list[Cell], int, tuple[Flaw, ...]] | None:
        """The cells from here on and where they end; None while the text may not hold all of them."""
        text, position, ended = self._window.text, self._window.at, self._window.ended
        cells: list[Cell] = []
        while True:
            quoted = text.startswith(self._quote, position)
            match = (self._closed if quoted else self._plain).match(text, position)
            if match is None:
                self._require_closing(position)
                return None
            end = match.end()
            if end + 1 >= len(text) and not ended:
                return None
            if quoted:
                cells.append(Cell(match.group(1).replace(self._quote * 2, self._quote), True))
            elif self._quote in match.group():
                return self._stray(position)
            else:
                cells.append(Cell(match.group().removesuffix("\r"), False))
            if text.startswith(self._delimiter, end):
                position = end + len(self._delimiter)
            elif last := self._row_end.match(text, end):
                return cells, last.end(), ()
            else:
                return self._stray(position)

    def _stray(self, position: int) -> tuple[list[Cell], int, tuple[Flaw, ...]] | None:
        """A quote where none may be: the row is taken to end at the next line end."""
        text = self._window.text
        end = text.find("\n", position)
        if end < 0 and not self._window.ended:
            return None
        return [], len(text) if end < 0 else end + 1, (_STRAY_QUOTE,)

    def _require_closing(self, opened: int) -> None:
        """Raise `QuoteNotClosedError` when no more text can close the quote that stands at `opened`."""
        window = self._window
        window.require_sound()
        if not window.ended and len(window.text) - window.at <= self._longest:
            return
        line, offset = window.locate(opened)
        within = "" if window.ended else f" within {self._longest} characters"
        raise QuoteNotClosedError(
            window.label, line, offset, f"the quote that opens here is not closed{within}"
        )
