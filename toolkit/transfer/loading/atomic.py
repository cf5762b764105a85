"""An import in one transaction: all of it stands, or nothing does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg2.errors
from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.database.connect_errors import CannotConnectError, ConnectionLostError
from toolkit.events import Emit, Notice
from toolkit.transfer.ledger import Ledger, RunOrder, RunRecord
from toolkit.transfer.ledger.entries import Status
from toolkit.transfer.ledger.errors import ImportBusyError, LedgerRefusedError
from toolkit.transfer.loading.errors import CommitInDoubtError
from toolkit.transfer.loading.order import Order
from toolkit.transfer.loading.settled import ranges
from toolkit.transfer.loading.work import Work
from toolkit.transfer.report import Outcome
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.undo.keeping import keeping_for

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
"""One snapshot for a transaction: counts before and after differ by what it writes and by nothing else."""

Told = Callable[[Work, Outcome], None]
"""What looks at the import before its transaction ends: reconciliation."""


class AtomicRun:
    """Imports all of an order in one transaction."""

    def __init__(
        self,
        database: Database,
        order: Order,
        entry: RunOrder | None,
        emit: Emit,
        cancel: CancelToken,
        *,
        again: bool,
    ) -> None:
        """`entry` is how the ledger knows the source; None for objects in memory, which it does not keep."""
        self._database = database
        self._order = order
        self._entry = entry
        self._again = again
        self._emit = emit
        self._cancel = cancel
        self.id = str(uuid.uuid4())
        self._done: tuple[Work, Outcome] | None = None
        self._facts: dict[str, Any] = {}

    def go(self, look: Told) -> tuple[Work, Outcome]:
        """Import, and have `look` see the tables before the transaction ends."""

        def work(connection: Connection) -> tuple[Work, Outcome]:
            done = self._within(Wire(connection), look)
            if done[1] in ("rehearsed", "rejected"):
                connection.rollback()
            return done

        try:
            return self._database.run(Job.DATA, self._kept(work), emit=self._emit, cancel=self._cancel)
        except ConnectionLostError as lost:
            if self._done is not None and lost.committing and self._entry is not None and self._stands():
                return self._done
            raise

    def _kept(
        self, work: Callable[[Connection], tuple[Work, Outcome]]
    ) -> Callable[[Connection], tuple[Work, Outcome]]:
        def kept(connection: Connection) -> tuple[Work, Outcome]:
            self._done = work(connection)
            return self._done

        return kept

    def _within(self, wire: Wire, look: Told) -> tuple[Work, Outcome]:
        wire.run(SNAPSHOT)
        earlier = self._earlier(wire)
        work = Work(wire, self._order, self._emit, self._cancel, earlier)
        work.judge()
        work.count_before()
        terms = self._order.terms
        if self._entry is not None:
            work.keeping, self._facts = keeping_for(wire, work.plan, sum(work.sizes), terms.undo)
        if not work.refused:
            work.write_all()
        outcome = self._outcome(work)
        if outcome != "rejected":
            work.verify_counts()
            work.read_back({name: work.book.rows[name] for name in work.sections})
        look(work, outcome)
        if outcome not in ("rejected", "rehearsed"):
            work.move_sequences(work.book.rows)
            self._enter(wire, work, outcome, first=earlier is None and not self._again)
        return work, outcome

    def _earlier(self, wire: Wire) -> RunRecord | None:
        if self._entry is None:
            return None
        try:
            return Ledger.begin_atomic(wire, self._entry, again=self._again)
        except LedgerRefusedError:
            return None

    def _outcome(self, work: Work) -> Outcome:
        if work.refused:
            return "rejected"
        if self._order.terms.dry_run:
            return "rehearsed"
        return work.written_outcome()

    def _enter(self, wire: Wire, work: Work, outcome: Outcome, *, first: bool) -> None:
        if self._entry is None:
            return
        status: Status = "unchanged" if outcome == "unchanged" else "done"
        try:
            Ledger.prepare(wire)
            self._prepare_keeping(wire, work)
            facts = run_facts(work) | self._facts
            Ledger.end_atomic(wire, self._entry, self.id, status, first=first, facts=facts)
            for name, table in work.plan.tables.items():
                keys = work.assigned(table, work.book.rows[name])
                Ledger.record_keys(wire, self.id, name, keys)
            if work.keeping is not None:
                work.keeping.keep(wire, self.id, work.book.rows)
        except LedgerRefusedError as refused:
            if self._order.terms.undo:
                raise
            self._emit(Notice("info", f"No record of this import is kept: {refused.reason}."))
        except psycopg2.errors.UniqueViolation:
            raise ImportBusyError(self._entry.source, None, None, None) from None

    def _prepare_keeping(self, wire: Wire, work: Work) -> None:
        """Have a place for what undoing needs; without one the run says why nothing is kept."""
        if work.keeping is None:
            return
        try:
            Ledger.prepare_touched(wire)
        except LedgerRefusedError as refused:
            if self._order.terms.undo:
                raise
            work.keeping, self._facts = None, {"undo": {"reason": refused.reason}}
            return
        self._facts = work.keeping.facts_with(work.keeping.unknown(work.book.rows))

    def _stands(self) -> bool:
        """Whether the run stands whose COMMIT was not answered."""
        entry = self._entry
        if entry is None:
            return False
        with suppress(LedgerRefusedError):
            try:
                return self._database.run(
                    Job.DATA,
                    lambda connection: Ledger.stands(Wire(connection), entry, self.id),
                    emit=self._emit,
                )
            except CannotConnectError as error:
                raise CommitInDoubtError(self.id) from error
        return False


def run_facts(work: Work) -> dict[str, object]:
    """What the ledger keeps of a run beside its batches: which rows it did not write."""
    rejected = {
        name: ranges(row.ordinal for row in rows if row.rejected) for name, rows in work.book.rows.items()
    }
    return {"rejected": {name: found for name, found in rejected.items() if found}}
