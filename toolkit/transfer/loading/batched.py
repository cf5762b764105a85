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
from toolkit.transfer.ledger import Batch, Ledger, Run
from toolkit.transfer.ledger.errors import LeaseLostError, LedgerRefusedError
from toolkit.transfer.loading.atomic import SNAPSHOT, Told, run_facts
from toolkit.transfer.loading.batches import Portion
from toolkit.transfer.loading.errors import CommitInDoubtError, ImportStoppedError, TooManyRejectsError
from toolkit.transfer.loading.order import Order
from toolkit.transfer.loading.pace import Pace
from toolkit.transfer.loading.second_pass import Withheld, withheld
from toolkit.transfer.loading.settled import outcomes, plain_reject, ranges
from toolkit.transfer.loading.work import Compared, Work
from toolkit.transfer.report import Outcome
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.undo.keeping import Keeping, keeping_for

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
        self.work: Work | None = None
        """The work of the last try, once there is one."""
        self._compared: dict[str, Compared] = {}
        self._kept: tuple[Withheld, ...] = ()
        self._dealt_with = 0
        self._pace = Pace("batches", "rows")

    @property
    def run(self) -> str | None:
        """How the ledger knows it; None for a dry run."""
        return None if self._run is None else self._run.id

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
                self._kept = kept
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
                work.fill_batches(kept)
                work.count_after()
        outcome: Outcome = "rejected" if work.refused else "rehearsed"
        look(work, outcome)
        return work, outcome

    def _judged(self, wire: Wire, run: Run) -> Work:
        wire.run(SNAPSHOT)
        run.hold(wire)
        work = self.work = Work(wire, self._order, self._emit, self._cancel, run.finished)
        done = {name: run.done_batches(wire, name) for name in self._order.rules.tables}
        work.judge(done, run.id)
        work.count_before()
        if run.resumed and "before" in run.record.facts:
            work.take_counts(run.record.facts["before"])
        elif not run.resumed:
            run.note(wire, {"before": {name: tally.before for name, tally in work.tallies.items()}})
        self._keep(wire, run, work)
        self._dealt_with = sum(work.sizes) - sum(portion.size for portion in work.left)
        return work

    def _keep(self, wire: Wire, run: Run, work: Work) -> None:
        """Keep what undoing needs, or note why not; a resumed run keeps to what it began with."""
        asked = self._order.terms.undo
        if run.resumed:
            noted = run.record.facts.get("undo", {})
            work.keeping = Keeping(work.plan, noted["unknown"]) if "tables" in noted else None
            return
        work.keeping, facts = keeping_for(wire, work.plan, sum(work.sizes), asked)
        if work.keeping is not None:
            try:
                Ledger.prepare_touched(wire)
            except LedgerRefusedError as refused:
                if asked:
                    raise
                work.keeping, facts = None, {"undo": {"reason": refused.reason}}
        run.note(wire, facts)

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
        work.take(self._compared)
        work.stands.append(portion)
        if work.keeping is not None:
            work.keeping.add_unknown(work.keeping.unknown(portion.rows))
        self._dealt_with += portion.size
        self._emit(self._pace.at(self._dealt_with, sum(work.sizes)))

    def _write(self, wire: Wire, run: Run, work: Work, portion: Portion) -> None:
        wire.run(SNAPSHOT)
        run.hold(wire)
        work.wire = wire
        work.look_again(portion, self._kept)
        work.write(portion)
        if work.refused:
            raise _RefusedError(work)
        self._compared = sums = work.compare(portion.rows)
        if work.keeping is not None:
            work.keeping.keep(wire, run.id, portion.rows)
            if unknown := work.keeping.unknown(portion.rows):
                run.note(wire, work.keeping.facts_with(unknown))
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
                checksum=sums[name].found.stored_sum if name in sums else None,
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
        work.fill_batches(kept, run.id)
        work.look_at_known()
        work.count_after()
        outcome = work.written_outcome()
        look(work, outcome)
        run.finish(wire, "unchanged" if outcome == "unchanged" else "done", run_facts(work))
        return outcome

    def _refused(self, work: Work, run: Run, look: Told) -> tuple[Work, Outcome]:
        """The server refused more rows of a portion than the run bears. Raises TooManyRejectsError."""
        self._give_up()
        if not self._dealt_with:
            look(work, "rejected")
            return work, "rejected"
        cause = f"{work.rejected} rows are rejected, the last: {work.book.rejects[-1].sentence}."
        left = sum(work.sizes) - self._dealt_with
        raise TooManyRejectsError(cause, self._dealt_with, left, run.id, work.rejected)

    def _stopped(self, error: NeonkitError) -> NeonkitError:
        """The same error if nothing stands; otherwise one that says how far the run came."""
        run, work = self._run, self.work
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

    def count_after_stop(self, work: Work) -> None:
        """Count what stands, as far as the server answers; else what is known to be written is added."""

        def look(connection: Connection) -> None:
            work.wire = Wire(connection)
            work.count_after()

        try:
            self._database.run(Job.DATA, look)
        except NeonkitError:
            for name, tally in work.tallies.items():
                written = work.standing(name)["inserted"] + tally.done["inserted"]
                tally.after = tally.before + written

    def _give_up(self) -> None:
        if self._run is not None:
            self._run.give_up("stopped" if self._dealt_with else "failed")


def _bytes(rows: Sequence[Row]) -> tuple[int | None, int | None]:
    """Where the first and the last of these records begin."""
    offsets = [row.place.offset for row in rows if row.place.offset is not None]
    return min(offsets, default=None), max(offsets, default=None)
