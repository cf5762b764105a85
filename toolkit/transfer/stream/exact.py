"""The exact judge for some records of one table: what the native judge doubts, or the server refuses.

What only the whole source can tell, a row's ordinal and who shares its key, the caller knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from toolkit.cancel import CancelToken
from toolkit.events import unheard
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.judge import judge_by_server, judge_rows
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rows import Row, is_sound
from toolkit.transfer.mapping.model import Conflict, TransferMapping
from toolkit.transfer.refeed.collect import RejectedRecord, rejected_records
from toolkit.transfer.sources.record import SourceContent, SourceRecord
from toolkit.transfer.target.wire import Wire


@dataclass(frozen=True, slots=True)
class Judged:
    """Some records, judged exactly."""

    plan: Plan
    positions: Sequence[int]
    """The position of each record in the source, from 0."""
    content: SourceContent
    book: Book

    @property
    def rows(self) -> list[Row]:
        """The rows of the sound records."""
        (rows,) = self.book.rows.values()
        return rows

    @property
    def flawed(self) -> list[int]:
        """The positions of the records that cannot be trusted as a whole."""
        return [
            at
            for at, record in zip(self.positions, self.content.records, strict=True)
            if not is_sound(record)
        ]

    @property
    def sound(self) -> list[int]:
        """The positions of the others; one for each row."""
        return [
            at for at, record in zip(self.positions, self.content.records, strict=True) if is_sound(record)
        ]

    @property
    def rejected(self) -> list[RejectedRecord]:
        """The records with rejects."""
        (table,) = self.plan.tables.values()
        return rejected_records(self.plan, self.book, {table.source: self.content})


class ExactJudge:
    """Judges records of one table of a plan."""

    def __init__(self, plan: Plan, mapping: TransferMapping, table: str, cancel: CancelToken) -> None:
        self.table = plan.tables[table]
        self.plan = replace(
            plan,
            tables={table: self.table},
            order=tuple(node for node in plan.order if node[0] == table),
        )
        self._mapping = mapping
        self._cancel = cancel

    def judge(
        self,
        positions: Sequence[int],
        records: Sequence[SourceRecord],
        ordinal: Callable[[int, Sequence[int]], int] = lambda at, _: at + 1,
    ) -> Judged:
        """Judge the values of records. Raises `UnmappedFieldsError` and `NameCollisionError`.

        `ordinal` gives the ordinal in the whole source of the row at a position, from that and the positions
        of the flawed ones among these records.
        """
        content = SourceContent(records[0].place.source if records else "", tuple(records))
        book = judge_rows(self.plan, self._mapping, {self.table.source: content}, unheard, self._cancel)
        judged = Judged(self.plan, positions, content, book)
        flawed = judged.flawed
        ordinals = {}
        for row, at in zip(judged.rows, judged.sound, strict=True):
            ordinals[row.place.pointer] = row.ordinal = ordinal(at, flawed)
        book.rejects[:] = [
            replace(told, ordinal=ordinals.get("/" + told.pointer.split("/")[1], told.ordinal))
            for told in book.rejects
        ]
        return judged

    def ask(self, wire: Wire, judged: Judged, conflict: Conflict) -> None:
        """Let the server judge them, too."""
        judge_by_server(self.plan, judged.book, wire, {self.table.name: conflict}, self._cancel)
