"""Mended records that are fed back, and which of their rows are to be written now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.sources.record import SourceContent

Tokens = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """The content of a reject file."""

    run: str | None
    """The run that rejected them."""
    contents: Mapping[str, SourceContent]
    rows: Mapping[tuple[str, str, Tokens], int]
    """The rejected rows, by section, file and place; with their ordinals in the first file."""
    whole: frozenset[tuple[str, Tokens]]
    """Records of which no row was written, by file and place."""

    def settle(self, book: Book) -> dict[str, int]:
        """Let only those rows be written that were rejected; the others of their records stand already.

        Returns how many those are in each section.
        """
        standing = {}
        for name, rows in book.rows.items():
            for row in rows:
                rejected = (name, row.place.source, row.place.tokens) in self.rows
                row.settled = not (rejected or row.made or self._new(row))
            settled = {row.ordinal for row in rows if row.settled}
            book.rejects[:] = [
                reject for reject in book.rejects if reject.table != name or reject.ordinal not in settled
            ]
            for row in rows:
                row.rejected = row.rejected and not row.settled
            standing[name] = len(settled)
        return standing

    def renumber(self, book: Book) -> None:
        """Give rows and rejects the ordinals of the first file, when all else is done."""
        first: dict[tuple[str, int], int] = {}
        for name, rows in book.rows.items():
            for row in rows:
                ordinal = self.rows.get((name, row.place.source, row.place.tokens), row.ordinal)
                first[name, row.ordinal] = ordinal
                row.ordinal = ordinal
        book.rejects[:] = [
            replace(reject, ordinal=first.get((reject.table, reject.ordinal), reject.ordinal))
            for reject in book.rejects
        ]

    def _new(self, row: Row) -> bool:
        tokens = row.place.tokens
        return any((row.place.source, tokens[:length]) in self.whole for length in range(len(tokens) + 1))
