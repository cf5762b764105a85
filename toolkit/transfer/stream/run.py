"""An import on the fast road in one transaction, rolled back if more rows are rejected than it bears."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from typing import Literal

import psycopg2.errors
from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.database.connect_errors import CannotConnectError, ConnectionLostError
from toolkit.events import Emit, Notice, StepFinished, StepStarted
from toolkit.transfer.ledger import Ledger, RunOrder, RunRecord
from toolkit.transfer.ledger.errors import ImportBusyError, LedgerRefusedError
from toolkit.transfer.loading.atomic import SNAPSHOT
from toolkit.transfer.loading.errors import CommitInDoubtError
from toolkit.transfer.loading.sequences import MovedSequence
from toolkit.transfer.report import LoadReport, Outcome
from toolkit.transfer.stream.order import (
    KNOWN,
    OtherRoadError,
    StreamOrder,
    is_refused,
    ledger_entry,
    report_of,
    require_same_tables,
    run_facts,
    written_outcome,
)
from toolkit.transfer.stream.section import Section
from toolkit.transfer.target.wire import Wire


class StreamRun:
    """One import. `again` begins anew, whatever earlier runs did with the same file."""

    def __init__(
        self,
        database: Database,
        order: StreamOrder,
        emit: Emit,
        cancel: CancelToken,
        *,
        again: bool = False,
        entered: bool = True,
    ) -> None:
        """With `entered` the ledger knows of it."""
        self._database = database
        self._order = order
        self._emit = emit
        self._cancel = cancel
        self._again = again
        self._entered = entered
        self._begun = time.monotonic()
        self._sequences: tuple[MovedSequence, ...] = ()
        self._outcome: Outcome | None = None
        self.id = str(uuid.uuid4())
        self.sections = sections_of(order, emit, cancel)

    def go(self) -> LoadReport:
        """Import everything. Raises what the sections raise, `TableChangedError` and `OtherRoadError`."""
        for section in self.sections:
            section.look_over()
        entry = ledger_entry(self._order, self.sections) if self._entered else None
        try:
            outcome = self._database.run(
                Job.DATA,
                lambda connection: self._whole(connection, entry),
                emit=self._emit,
                cancel=self._cancel,
            )
        except ConnectionLostError as lost:
            if self._outcome is None or entry is None or not (lost.committing and self._stands(entry)):
                raise
            outcome = self._outcome
        known = self.id if entry is not None and outcome in ("loaded", "partly") else None
        seconds = time.monotonic() - self._begun
        return report_of(self._order, self.sections, outcome, self._sequences, known, seconds)

    def _whole(self, connection: Connection, entry: RunOrder | None) -> Outcome:
        self._outcome = None
        wire = Wire(connection)
        wire.run(SNAPSHOT)
        earlier = self._earlier(wire, entry)
        if earlier is not None:
            raise OtherRoadError(KNOWN)
        require_same_tables(wire, self._order.plan)
        # The server judges each block when it takes it, not at the end.
        wire.run("SET CONSTRAINTS ALL IMMEDIATE")
        for section in self.sections:
            section.begin(wire)
            self._load(wire, section)
            section.verify(wire)
        outcome: Outcome = written_outcome(self.sections)
        if is_refused(self._order, self.sections):
            outcome = "rejected"
        elif self._order.terms.dry_run:
            outcome = "rehearsed"
        if outcome in ("rejected", "rehearsed"):
            connection.rollback()
            return outcome
        self._sequences = tuple(
            moved for section in self.sections for moved in section.move_sequences(wire, section.totals)
        )
        self._enter(wire, entry, outcome, first=earlier is None)
        self._outcome = outcome
        return outcome

    def _load(self, wire: Wire, section: Section) -> None:
        step, begun = f"load {section.table.target.label}", time.monotonic()
        self._emit(StepStarted(step))
        with section.blocks() as blocks:
            for block in blocks:
                section.took(section.load(wire, block))
        section.took(section.load_repeated(wire))
        seconds = time.monotonic() - begun
        done: Literal["done", "unchanged"] = "done" if section.totals.written else "unchanged"
        refused = is_refused(self._order, self.sections)
        written = section.totals.counts["inserted"] + section.totals.counts["updated"]
        self._emit(StepFinished(step, "failed" if refused else done, f"{written} rows", seconds))

    def _earlier(self, wire: Wire, entry: RunOrder | None) -> RunRecord | None:
        if entry is None:
            return None
        try:
            return Ledger.begin_atomic(wire, entry, again=self._again)
        except LedgerRefusedError:
            return None

    def _enter(self, wire: Wire, entry: RunOrder | None, outcome: Outcome, *, first: bool) -> None:
        if entry is None:
            return
        status: Literal["unchanged", "done"] = "unchanged" if outcome == "unchanged" else "done"
        try:
            Ledger.end_atomic(wire, entry, self.id, status, first=first, facts=run_facts(self.sections))
        except LedgerRefusedError as refused:
            self._emit(Notice("info", f"No record of this import is kept: {refused.reason}."))
        except psycopg2.errors.UniqueViolation:
            raise ImportBusyError(entry.source, None, None, None) from None

    def _stands(self, entry: RunOrder) -> bool:
        """Whether the run stands whose COMMIT was not answered."""

        def ask(connection: Connection) -> bool:
            return Ledger.stands(Wire(connection), entry, self.id)

        with suppress(LedgerRefusedError):
            try:
                return self._database.run(Job.DATA, ask, emit=self._emit)
            except CannotConnectError as error:
                raise CommitInDoubtError(self.id) from error
        return False


def sections_of(order: StreamOrder, emit: Emit, cancel: CancelToken) -> list[Section]:
    """The sections of an order, in the order of the mapping."""
    return [
        Section(
            order.plan,
            order.mapping,
            name,
            order.sources[table.source],
            order.terms,
            emit,
            cancel,
            records_wanted=order.rejects is not None,
        )
        for name, table in order.plan.tables.items()
    ]
