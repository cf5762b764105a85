"""One section of the mapping on the fast road: its source, its judges, its blocks and what they came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from toolkit.cancel import CancelToken
from toolkit.events import Emit, Notice, StepFinished, StepStarted
from toolkit.transfer.errors import RowsSwallowedError
from toolkit.transfer.judge.plan import Plan, make_plan
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.judge.rows import Row, is_sound
from toolkit.transfer.ledger import Batch
from toolkit.transfer.loading.pace import Pace
from toolkit.transfer.loading.sequences import MovedSequence, move_sequences
from toolkit.transfer.loading.settled import plain_reject, ranges, reject_from
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.mapping.model import SourceRule, TransferMapping
from toolkit.transfer.refeed.collect import RejectedRecord
from toolkit.transfer.sources.located import Located
from toolkit.transfer.sources.record import Place, SourceContent, SourceRecord
from toolkit.transfer.stream.ahead import read_ahead
from toolkit.transfer.stream.blocks import Block, Blocks
from toolkit.transfer.stream.errors import TooManyRepeatedError
from toolkit.transfer.stream.exact import ExactJudge
from toolkit.transfer.stream.fields import native_judges
from toolkit.transfer.stream.load import BlockLoader, Loaded
from toolkit.transfer.stream.prepare import Prepared, prepared
from toolkit.transfer.stream.survey import TOGETHER, Survey, Surveyor
from toolkit.transfer.stream.totals import Totals, batch_counts
from toolkit.transfer.target.wire import Wire


class Section:
    """One section. `look_over` comes first; the rest may be done over, from `begin` on."""

    survey: Survey
    totals: Totals

    def __init__(
        self,
        plan: Plan,
        mapping: TransferMapping,
        name: str,
        source: Located,
        terms: Terms,
        emit: Emit,
        cancel: CancelToken,
        *,
        records_wanted: bool,
    ) -> None:
        self.table = plan.tables[name]
        self.label = source.label
        self.terms = terms
        self._source = source
        self._rule = mapping.sources.get(self.table.source, SourceRule())
        self._wanted = records_wanted
        self._exact = ExactJudge(plan, mapping, name, cancel)
        # A plan of its own: the native judges are at work while the exact one is.
        targets = {each: table.target for each, table in plan.tables.items()}
        self._natives = native_judges(make_plan(mapping, targets).tables[name])
        self._emit = emit
        self._cancel = cancel
        self._pace = Pace(f"load {self.table.target.label}", "rows")
        self._loader: BlockLoader

    @property
    def content(self) -> SourceContent:
        """The source without its records, as the ledger knows it."""
        return SourceContent(self.label, (), digest=self.survey.digest)

    def look_over(self) -> None:
        """Survey the source. Raises `UnmappedFieldsError` and `TooManyRepeatedError`."""
        step, begun = f"survey {self.label}", time.monotonic()
        self._emit(StepStarted(step))
        pace = Pace(step, "bytes")

        def told(blocks: Blocks) -> None:
            self._cancel.raise_if_cancelled()
            self._emit(pace.at(blocks.bytes_read, blocks.total_bytes))

        self.survey = Surveyor(self._exact, self._natives, self._read(TOGETHER)).survey(told)
        for notice in self.survey.notices:
            self._emit(Notice("warning", notice))
        seconds = time.monotonic() - begun
        self._emit(StepFinished(step, "done", f"{self.survey.records} records", seconds))
        if self.survey.repeated is None:
            raise TooManyRepeatedError(self.label)

    def begin(self, wire: Wire) -> None:
        """Forget what was loaded, and count what is in the table now."""
        repeated = self.survey.repeated or {}
        flawed = [at for at, record in repeated.items() if not is_sound(record)]
        self.totals = Totals(self.terms.show_errors, flawed, wanted=self._wanted)
        self.totals.before = self.totals.after = self.count(wire)
        self._loader = BlockLoader(self._exact, self.terms, self._cancel)
        if self.totals.before:
            self._loader.expect_rows_there()

    def blocks(self) -> AbstractContextManager[Iterator[Prepared]]:
        """All blocks, made ready ahead."""
        blocks = self._read(self.terms.batch_rows)()
        return read_ahead(prepared(blocks, self.table, self._natives, self.survey.repeated or {}))

    def load(self, wire: Wire, block: Prepared) -> Loaded:
        """Load one block; the caller takes the result into `totals` once it stands."""
        return self._loader.load(wire, block, self.totals.ordinal, self.totals.shown)

    def load_repeated(self, wire: Wire) -> Loaded:
        """Load the records that were left out of their blocks, because only together they can be judged.

        All others are in `totals` by then.
        """
        repeated = self.survey.repeated or {}
        judged = self._exact.judge(
            list(repeated), list(repeated.values()), lambda at, _: self.totals.ordinal(at)
        )
        return self._loader.load_judged(wire, judged)

    def took(self, loaded: Loaded) -> None:
        """Add what stands, and say how far the loading is."""
        self._cancel.raise_if_cancelled()
        self.totals.take(loaded)
        self._emit(self._pace.at(self.totals.counts["read"], self.survey.records))

    def take_up(self, batch: Batch, block: Block | None) -> None:
        """Add a batch that an earlier process wrote; its block, to find the rejected records in it."""
        repeated = self.survey.repeated or {}
        records = repeated.items() if block is None else _records(block, repeated)
        self.totals.take_up(batch, *_rejected_in(self.table.source, batch, records))

    def batch(self, number: int, loaded: Loaded, block: Block | None) -> Batch:
        """The entry of a block for the ledger; of the repeated records without one."""
        last = None if block is None else block.first + len(block.lines) - 1
        return Batch(
            self.table.name,
            number,
            None if block is None else self.totals.ordinal(block.first),
            None if last is None else self.totals.ordinal(last) - len(loaded.flawed),
            batch_counts(loaded),
            None if block is None else block.begin,
            rejects=tuple(map(plain_reject, loaded.rejects)),
            skipped=ranges(loaded.skipped),
        )

    def verify(self, wire: Wire) -> None:
        """Count again. Raises `RowsSwallowedError`; only in the transaction that wrote everything."""
        self.totals.after = self.count(wire)
        inserted, more = self.totals.counts["inserted"], self.totals.after - self.totals.before
        if inserted != more:
            raise RowsSwallowedError(self.table.target.label, inserted, more)

    def move_sequences(self, wire: Wire, loaded: Loaded | Totals) -> tuple[MovedSequence, ...]:
        """Move the table's sequences past the numbers that rows brought along."""
        if not loaded.highest:
            return ()
        row = Row(self.table.name, 1, Place(self.label, ()), None, None, 0)
        for name in self.table.columns:
            row.cells[name] = str(loaded.highest[name]) if name in loaded.highest else None
        return move_sequences(wire, self.table, [row])

    def count(self, wire: Wire) -> int:
        """How many rows the table has."""
        (count,) = wire.rows(f"SELECT count(*) FROM {self.table.target.sql}")[0]  # noqa: S608 - the name is quoted
        return int(count)

    def _read(self, rows: int) -> Callable[[], Blocks]:
        return partial(Blocks, self._source, self._rule.shape, self._rule.reading, rows)


def _records(block: Block, apart: Collection[int]) -> Iterator[tuple[int, SourceRecord]]:
    for position in range(len(block.lines)):
        if block.first + position not in apart:
            yield block.first + position, block.record(position)


def _rejected_in(
    source: str, batch: Batch, records: Iterable[tuple[int, SourceRecord]]
) -> tuple[list[int], list[RejectedRecord]]:
    """Of the records of a batch that stands: the flawed ones, by position, and all rejected ones."""
    reasons: dict[tuple[str, str], list[Reject]] = {}
    for told in map(reject_from, batch.rejects):
        reasons.setdefault((told.source, "/" + told.pointer.split("/")[1]), []).append(told)
    flawed: list[int] = []
    found: list[RejectedRecord] = []
    for position, record in records if reasons else ():
        own = reasons.get((record.place.source, record.place.pointer))
        if own is None:
            continue
        if is_sound(record):
            row = Row(batch.table, own[0].ordinal, record.place, record.value, record.key, record.index)
            found.append(RejectedRecord(source, record, [(row, own)]))
        else:
            flawed.append(position)
            found.append(RejectedRecord(source, record, broken=own))
    return flawed, found
