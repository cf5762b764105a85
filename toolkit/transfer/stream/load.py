"""One block into its table: by COPY what the native judge took, by the ordinary writer what the exact did.

The caller owns the transaction.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import psycopg2

from toolkit.cancel import CancelToken
from toolkit.database import Phase, RetryClass, classify
from toolkit.events import unheard
from toolkit.transfer.errors import RowsSwallowedError
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.judge.rows import Cell, Row
from toolkit.transfer.loading.copytext import copy_statement
from toolkit.transfer.loading.readback import read_back
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.loading.update import mark_unchanged
from toolkit.transfer.loading.write import Writer
from toolkit.transfer.refeed.collect import RejectedRecord
from toolkit.transfer.stream.altered import Altered, added_up, altered_exactly, altered_natively
from toolkit.transfer.stream.asking import rows_orphaned, rows_there
from toolkit.transfer.stream.exact import ExactJudge, Judged
from toolkit.transfer.stream.prepare import Prepared
from toolkit.transfer.target.wire import Wire

_COPY_TAKES_DEFAULT: Final = 160_000
_UNIQUE: Final = "23505"
_FOREIGN_KEY: Final = "23503"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of some records."""

    counts: Mapping[str, int]
    """Records by outcome: read, inserted, updated, unchanged, skipped, merged, rejected."""
    flawed: Sequence[int] = ()
    """The positions of those that cannot be trusted as a whole."""
    rejects: Sequence[Reject] = ()
    rejected: Sequence[RejectedRecord] = ()
    """The records they are about."""
    altered: Sequence[Altered] = ()
    highest: dict[str, int] = field(default_factory=dict)
    """By column with a sequence: the highest number that was inserted."""
    differing: int = 0
    """Skipped rows whose stored values differ."""
    skipped: Sequence[int] = ()
    """The ordinals of the rows that were left as they stood."""


class BlockLoader:
    """Loads blocks of one table. It remembers what the server refused, to ask before the next block."""

    def __init__(self, exact: ExactJudge, terms: Terms, cancel: CancelToken) -> None:
        self._exact = exact
        self._table = exact.table
        self._terms = terms
        self._conflict = terms.conflicts[exact.table.name]
        self._cancel = cancel
        self._asked: set[str] = set()

    def expect_rows_there(self) -> None:
        """Ask which rows are in the table before each block: some are, and that need not be wrong."""
        if self._conflict != "error":
            self._asked.add(_UNIQUE)

    def load(
        self,
        wire: Wire,
        block: Prepared,
        ordinal: Callable[[int], int],
        shown: Callable[[str, str], int],
    ) -> Loaded:
        """Load a block. `ordinal` gives that of a row by its position, if the block has no flawed records;
        `shown` how many examples are known of what a rule altered in a column.

        Raises `RowsSwallowedError`, and the driver's errors for what is about no row.
        """
        block = block.without(self._foreseen(wire, block))
        copied = len(block.accepted)
        if not self._copied(wire, block):
            block, copied = block.without(set(block.accepted)), 0
        judged = self._judged(block, block.doubtful, ordinal)
        loaded = self.load_judged(wire, judged)
        if not copied:
            return loaded
        highest = self._highest(block.columns)
        for name, top in loaded.highest.items():
            highest[name] = max(top, highest.get(name, top))
        counts = Counter(loaded.counts)
        counts.update(read=copied, inserted=copied)
        altered = altered_natively(
            self._table.name,
            block,
            shown,
            lambda some: self._judged(block, some, lambda at: ordinal(at) - bisect_left(judged.flawed, at)),
        )
        altered = added_up([*altered, *loaded.altered])
        return replace(loaded, counts=counts, highest=highest, altered=altered)

    def _judged(self, block: Prepared, positions: Sequence[int], ordinal: Callable[[int], int]) -> Judged:
        first = block.block.first
        return self._exact.judge(
            [first + at for at in positions],
            [block.block.record(at) for at in positions],
            lambda at, flawed: ordinal(at) - bisect_left(flawed, at),
        )

    def load_judged(self, wire: Wire, judged: Judged) -> Loaded:
        """Ask the server about records that were judged, and write the rows that stand."""
        if not judged.positions:
            return Loaded(_counts([], 0, 0))
        book, table, plan = judged.book, self._table, judged.plan
        self._exact.ask(wire, judged, self._conflict)
        mark_unchanged(wire, plan, self._terms.conflicts, book.rows)
        Writer(wire, plan, book, self._writing, unheard, self._cancel).write(table, judged.rows)
        skipped = [row for row in judged.rows if row.skipped and not row.rejected]
        differing = 0
        if skipped and self._conflict != "insert-missing":
            differing = len(read_back(wire, table, skipped).differing)
        live = [row for row in judged.rows if row.live and not row.exists]
        return Loaded(
            _counts(judged.rows, len(judged.positions), len(judged.flawed)),
            judged.flawed,
            tuple(book.rejects),
            judged.rejected if book.rejects else (),
            altered_exactly(judged),
            self._highest({name: [row.cells[name] for row in live] for name in table.columns}),
            differing,
            [row.ordinal for row in skipped],
        )

    @property
    def _writing(self) -> Terms:
        """The terms of a block: all its rows are tried, however many of them are refused."""
        return replace(self._terms, on_error="reject", max_errors=sys.maxsize)

    def _foreseen(self, wire: Wire, block: Prepared) -> set[int]:
        """The accepted rows that the server would refuse or that are there, as far as it is worth asking."""
        places: set[int] = set()
        if not block.accepted:
            return places
        if _UNIQUE in self._asked:
            for unique in self._table.target.uniques:
                if all(name in block.columns for name in unique.columns):
                    places.update(rows_there(wire, self._table, unique, block.columns))
        if _FOREIGN_KEY in self._asked:
            for foreign in self._table.target.foreign_keys:
                if all(name in block.columns for name in foreign.columns):
                    places.update(rows_orphaned(wire, self._table, foreign, block.columns))
        return {block.accepted[place] for place in places}

    def _copied(self, wire: Wire, block: Prepared) -> bool:
        """Whether the server took the accepted rows. If not, nothing of them stands."""
        if not block.accepted:
            return True
        if block.defaults and wire.server_version < _COPY_TAKES_DEFAULT:
            return False
        try:
            with wire.savepoint():
                stored = wire.copy(copy_statement(self._table, defaults=block.defaults), _Whole(block.text))
        except psycopg2.Error as error:
            self._cancel.raise_if_cancelled()
            if classify(error, Phase.WORK) is not RetryClass.ORDINARY:
                raise
            if error.pgcode is not None:
                self._asked.add(error.pgcode)
            return False
        if stored != len(block.accepted):
            raise RowsSwallowedError(self._table.target.label, len(block.accepted), stored)
        return True

    def _highest(self, columns: Mapping[str, Sequence[Cell]]) -> dict[str, int]:
        highest = {}
        for name, column in self._table.columns.items():
            if column.target.sequence is None:
                continue
            numbers = [cell for cell in columns.get(name, ()) if isinstance(cell, str)]
            if numbers:
                highest[name] = max(map(int, numbers))
        return highest


class _Whole:
    """Bytes that COPY reads at once: each call of the driver for more would wait for the other thread."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, _size: int = 0, /) -> bytes:
        content, self._content = self._content, b""
        return content

    def readline(self, _size: int = 0, /) -> bytes:
        return self.read()


def _counts(rows: Sequence[Row], read: int, flawed: int) -> dict[str, int]:
    stand = [row for row in rows if not row.rejected and not row.merged]
    return {
        "read": read,
        "inserted": sum(row.live and not row.exists for row in stand),
        "updated": sum(row.live and row.exists for row in stand),
        "unchanged": sum(row.unchanged for row in stand),
        "skipped": sum(row.skipped for row in stand),
        "merged": sum(row.merged and not row.rejected for row in rows),
        "rejected": sum(row.rejected for row in rows) + flawed,
    }
