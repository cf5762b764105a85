"""An import in batches: each is a transaction that enters itself in the ledger, so that a run can be resumed.

Invariant: at every moment, a killed process included, the tables hold the batches that the ledger names, and
no part of any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sqlalchemy import Connection

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, Job
from toolkit.database.connect_errors import CannotConnectError, ConnectionLostError
from toolkit.errors import NeonkitError, UnreachableError
from toolkit.events import Emit, Notice
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.ledger import Batch, Run
from toolkit.transfer.ledger.errors import LeaseLostError
from toolkit.transfer.loading.atomic import SNAPSHOT, Told, run_facts
from toolkit.transfer.loading.batches import Portion
from toolkit.transfer.loading.errors import CommitInDoubtError, ImportStoppedError
from toolkit.transfer.loading.order import Order
from toolkit.transfer.loading.pace import Pace
from toolkit.transfer.loading.second_pass import Withheld, withheld
from toolkit.transfer.loading.settled import outcomes, plain_reject, ranges
from toolkit.transfer.loading.work import Work
from toolkit.transfer.report import Outcome
from toolkit.transfer.target.wire import Wire

Result = TypeVar("Result")

_LOSSES: Final = 5
"""How often a lost connection is replaced before one batch is through."""


class _RefusedError(Exception):
    """More rows of a portion are refused than the run bears: its transaction is not to be committed."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work


class BatchedRun:
    """Imports an order batch by batch."""

    def __init__(
        self, database: Database, order: Order, run: Run | None, emit: Emit, cancel: CancelToken
    ) -> None:
        """`run` is None for a dry run, which does the same in one transaction that is rolled back."""
        self._database = database
        self._order = order
        self._run = run
        self._emit = emit
        self._cancel = cancel
        self._work: Work | None = None
        self._dealt_with = 0
        self._pace = Pace("batches", "rows")

    def go(self, look: Told) -> tuple[Work, Outcome]:
        """Import, and have `look` see the tables when all batches stand.

        Raises `ImportStoppedError` with the cause when only some of them do.
        """
        if self._run is None:
            return self._transaction(lambda wire: self._rehearsed(wire, look))
        run = self._run
        try:
            work = self._transaction(lambda wire: self._judged(wire, run))
            if work.refused:
                self._give_up()
                look(work, "rejected")
                return work, "rejected"
            self._pace = Pace("batches", "rows")
            self._emit(self._pace.at(self._dealt_with, sum(work.sizes)))
            with withheld(work.plan, work.book) as kept:
                for portion in work.left:
                    self._committed(run, work, portion)
                return work, self._transaction(lambda wire: self._finished(wire, run, work, kept, look))
        except _RefusedError as refused:
            return self._refused(refused.work, run, look)
        except NeonkitError as error:
            raise self._stopped(error) from error

    def _transaction(self, work: Callable[[Wire], Result]) -> Result:
        def within(connection: Connection) -> Result:
            result = work(Wire(connection))
            if self._run is None:
                connection.rollback()
            return result

        return self._database.run(Job.DATA, within, emit=self._emit, cancel=self._cancel)

    def _rehearsed(self, wire: Wire, look: Told) -> tuple[Work, Outcome]:
        wire.run(SNAPSHOT)
        work = Work(wire, self._order, self._emit, self._cancel)
        work.judge()
        work.count_before()
        with withheld(work.plan, work.book) as kept:
            for portion in work.left:
                if not work.refused:
                    work.write(portion)
                    work.read_back(portion.rows)
            if not work.refused:
                work.fill_later(kept)
                work.count_after()
        outcome: Outcome = "rejected" if work.refused else "rehearsed"
        look(work, outcome)
        return work, outcome

    def _judged(self, wire: Wire, run: Run) -> Work:
        wire.run(SNAPSHOT)
        run.hold(wire)
        work = self._work = Work(wire, self._order, self._emit, self._cancel, run.finished)
        done = {name: run.done_batches(wire, name) for name in self._order.rules.tables}
        work.judge(done, run.id)
        work.count_before()
        if run.resumed and "before" in run.record.facts:
            work.take_counts(run.record.facts["before"])
        elif not run.resumed:
            run.note(wire, {"before": {name: tally.before for name, tally in work.tallies.items()}})
        self._dealt_with = sum(work.sizes) - sum(portion.size for portion in work.left)
        return work

    def _committed(self, run: Run, work: Work, portion: Portion) -> None:
        """Write one portion, once, whatever becomes of the connection."""
        losses = 0
        while True:
            try:
                self._transaction(lambda wire: self._write(wire, run, work, portion))
                break
            except ConnectionLostError as lost:
                losses += 1
                if self._stands(run, portion, lost):
                    break
                if losses > _LOSSES:
                    raise
                self._emit(Notice("warning", "The connection was lost; the batch is written again."))
        self._dealt_with += portion.size
        self._emit(self._pace.at(self._dealt_with, sum(work.sizes)))

    def _write(self, wire: Wire, run: Run, work: Work, portion: Portion) -> None:
        wire.run(SNAPSHOT)
        run.hold(wire)
        work.wire = wire
        work.look_again(portion)
        work.write(portion)
        if work.refused:
            raise _RefusedError(work)
        sums = work.read_back(portion.rows)
        work.move_sequences(portion.rows)
        for name, rows in portion.rows.items():
            ordinals = [row.ordinal for row in rows]
            told = {row.ordinal for row in rows if row.rejected}
            rejects = [one for one in work.book.rejects if one.table == name and one.ordinal in told]
            batch = Batch(
                name,
                portion.number,
                min(ordinals, default=None),
                max(ordinals, default=None),
                outcomes(rows),
                *_bytes(rows),
                checksum=sums[name].stored_sum if name in sums else None,
                rejects=tuple(map(plain_reject, rejects)),
                skipped=ranges(row.ordinal for row in rows if row.skipped and not row.rejected),
            )
            run.record_batch(wire, batch)
            run.record_keys(wire, name, work.assigned(work.plan.tables[name], rows))

    def _stands(self, run: Run, portion: Portion, lost: ConnectionLostError) -> bool:
        try:
            return run.stands(next(iter(portion.rows)), portion.number, emit=self._emit, cancel=self._cancel)
        except CannotConnectError as error:
            if lost.committing:
                raise CommitInDoubtError(run.id) from error
            raise

    def _finished(self, wire: Wire, run: Run, work: Work, kept: Sequence[Withheld], look: Told) -> Outcome:
        wire.run(SNAPSHOT)
        run.hold(wire)
        work.wire = wire
        work.fill_later(kept)
        work.count_after()
        outcome = work.written_outcome()
        look(work, outcome)
        run.finish(wire, "unchanged" if outcome == "unchanged" else "done", run_facts(work))
        return outcome

    def _refused(self, work: Work, run: Run, look: Told) -> tuple[Work, Outcome]:
        """The server refused more rows of a portion than the run bears. Raises ImportStoppedError."""
        self._give_up()
        if not self._dealt_with:
            look(work, "rejected")
            return work, "rejected"
        cause = f"{work.rejected} rows are rejected, the last: {work.book.rejects[-1].sentence}."
        raise ImportStoppedError(cause, self._dealt_with, sum(work.sizes) - self._dealt_with, run.id)

    def _stopped(self, error: NeonkitError) -> NeonkitError:
        """The same error if nothing stands; otherwise one that says how far the run came."""
        run, work = self._run, self._work
        if run is None or isinstance(error, LeaseLostError):
            return error
        if not isinstance(error, UnreachableError | CommitInDoubtError):
            self._give_up()
        if work is None or not self._dealt_with or isinstance(error, CommitInDoubtError):
            return error
        left = sum(work.sizes) - self._dealt_with
        if isinstance(error, CancelledError):
            stands = f"{self._dealt_with} rows are dealt with and stand, {left} are left"
            return type(error)(f"{error.reason}; {stands}; the same command with --resume goes on")
        return ImportStoppedError(error.sentence, self._dealt_with, left, run.id)

    def _give_up(self) -> None:
        if self._run is not None:
            self._run.give_up("stopped" if self._dealt_with else "failed")


def _bytes(rows: Sequence[Row]) -> tuple[int | None, int | None]:
    """Where the first and the last of these records begin."""
    offsets = [row.place.offset for row in rows if row.place.offset is not None]
    return min(offsets, default=None), max(offsets, default=None)
