"""Cut CSV text into rows of cells (RFC 4180): quotes, doubled quotes, line feeds inside them.

What is wrong with one row is a flaw of it; a quote that never closes is an error at the place where it opens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

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


class Row(NamedTuple):
    """One row as it stands, without its line end."""

    cells: list[str]
    quoted: frozenset[int]
    """Which cells stood in quotes."""
    raw: str
    flaws: tuple[Flaw, ...]
    line: int
    offset: int


_NOT_CLOSED: Final = "the quote that opens here is never closed"
_NO_CELLS: Final = frozenset[int]()
_Found: TypeAlias = tuple[list[str], frozenset[int], int, tuple[Flaw, ...]]


class CsvRows:
    """One pass over the rows of a text."""

    def __init__(self, window: Window, delimiter: str, quote: str, longest: int) -> None:
        self._window = window
        self._delimiter = delimiter
        self._quote = quote
        self._longest = longest
        self._kept = min(KEPT, longest)
        mark = re.escape(quote)
        self._quote_or_end = re.compile(f"[{mark}\\n]")
        self._cell = re.compile(
            f"(?:{mark}([^{mark}]*+(?:{mark}{mark}[^{mark}]*+)*+){mark}|([^{mark}{re.escape(delimiter)}\\n]*+))"
            f"({re.escape(delimiter)}|\\r?(?:\\n|\\Z)|)"
        )

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
        raw, length = window.text[window.at : window.at + self._kept], 0
        while (end := window.text.find("\n", window.at)) < 0:
            length += len(window.text) - window.at
            window.at = len(window.text)
            if not window.grow():
                break
        else:
            length += end - window.at
            window.at = end + 1
        return Row([], _NO_CELLS, raw, (too_large(length, self._longest),), line, offset)

    def _over_quoted(self, line: int, offset: int) -> Row:
        """Step over a row with quotes that is too long."""
        window = self._window
        raw, length, opened = window.text[window.at : window.at + self._kept], 0, (line, offset)
        inside = False
        while True:
            found = self._quote_or_end.search(window.text, window.at)
            end = found.end() if found else len(window.text)
            length, window.at = length + end - window.at, end
            if found is None:
                if not window.grow():
                    break
            elif found.group() == self._quote:
                inside = not inside
                opened = window.locate(window.at - 1)
            elif not inside:
                break
        if inside:
            raise QuoteNotClosedError(window.label, *opened, _NOT_CLOSED)
        return Row([], _NO_CELLS, raw, (too_large(length, self._longest),), line, offset)

    def _unquoted(self, raw: str, line: int, offset: int) -> Row:
        if len(raw) > self._longest:
            return self._oversized(raw, line, offset)
        flaws = (_LONE_RETURN,) if "\r" in raw else ()
        return Row(raw.split(self._delimiter), _NO_CELLS, raw, flaws, line, offset)

    def _quoted(self, line: int, offset: int) -> Row:
        """A row with quotes, which may go on over many lines."""
        window = self._window
        while (found := self._cells()) is None:
            if len(window.text) - window.at > self._longest:
                return self._over_quoted(line, offset)
            window.grow()
        cells, quoted, end, flaws = found
        raw = window.text[window.at : end].removesuffix("\n").removesuffix("\r")
        window.at = end
        if len(raw) > self._longest:
            return self._oversized(raw, line, offset)
        if any("\r" in text and index not in quoted for index, text in enumerate(cells)):
            flaws = (*flaws, _LONE_RETURN)
        return Row(cells, quoted, raw, flaws, line, offset)

    def _oversized(self, raw: str, line: int, offset: int) -> Row:
        return Row([], _NO_CELLS, raw[: self._kept], (too_large(len(raw), self._longest),), line, offset)

    def _cells(self) -> _Found | None:
        """The cells from here on and where they end; None while the text may not hold all of them."""
        text, position, ended = self._window.text, self._window.at, self._window.ended
        last = len(text) if ended else len(text) - 2  # a cell that ends behind this may go on
        match_cell, quote = self._cell.match, self._quote
        cells: list[str] = []
        quoted: list[int] = []
        while True:
            match = match_cell(text, position)
            assert match is not None  # the pattern takes the empty cell
            inside, plain, behind = match.groups()
            if plain == "" and text.startswith(quote, position):
                self._require_closing(position)
                return None
            end = match.end()
            if end > last:
                return None
            if inside is not None:
                quoted.append(len(cells))
                cells.append(inside.replace(quote * 2, quote) if quote in inside else inside)
            else:
                cells.append(plain)
            if behind == self._delimiter:
                position = end
            elif behind or end == len(text):
                if inside is None:
                    cells[-1] = plain.removesuffix("\r")
                return cells, frozenset(quoted), end, ()
            else:
                return self._stray(position)

    def _stray(self, position: int) -> _Found | None:
        """A quote where none may be: the row is taken to end at the next line end."""
        text = self._window.text
        end = text.find("\n", position)
        if end < 0 and not self._window.ended:
            return None
        return [], _NO_CELLS, len(text) if end < 0 else end + 1, (_STRAY_QUOTE,)

    def _require_closing(self, opened: int) -> None:
        """Raise `QuoteNotClosedError` when no more text can close the quote that stands at `opened`."""
        window = self._window
        window.require_sound()
        if window.ended:
            line, offset = window.locate(opened)
            raise QuoteNotClosedError(window.label, line, offset, _NOT_CLOSED)
