"""An import on the fast road with a transaction for each block, entered in the ledger with its rows.

Invariant: at every moment, a killed process included, the tables hold the blocks that the ledger names, and
no part of any other. The blocks are cut by the source and the number of rows alone, so that a resumed
run finds those of the first one again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, Job
from toolkit.database.connect_errors import CannotConnectError, ConnectionLostError
from toolkit.database.transaction import run_transaction
from toolkit.errors import NeonkitError, UnreachableError
from toolkit.events import Emit, Notice, StepFinished, StepStarted
from toolkit.transfer.ledger import Batch, Ledger, Run
from toolkit.transfer.ledger.errors import LeaseLostError
from toolkit.transfer.loading.atomic import SNAPSHOT
from toolkit.transfer.loading.errors import CommitInDoubtError, ImportStoppedError
from toolkit.transfer.loading.sequences import MovedSequence
from toolkit.transfer.report import LoadReport, Outcome
from toolkit.transfer.stream.blocks import Block
from toolkit.transfer.stream.load import Loaded
from toolkit.transfer.stream.order import (
    KNOWN,
    ROAD,
    OtherRoadError,
    StreamOrder,
    is_refused,
    ledger_entry,
    report_of,
    require_same_tables,
    run_facts,
    written_outcome,
)
from toolkit.transfer.stream.prepare import Prepared
from toolkit.transfer.stream.run import sections_of
from toolkit.transfer.stream.section import Section
from toolkit.transfer.target.wire import Wire

Result = TypeVar("Result")

_LOSSES: Final = 5
"""How often a lost connection is replaced before one block is through."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one transaction loads: a block, or the records that share keys."""

    number: int
    block: Block | None
    load: Callable[[Wire], Loaded]


class _TooManyError(Exception):
    """More rows are rejected than the run bears, and blocks of it stand."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


class BatchedStream:
    """One import. `resume` names a run to go on with; `again` begins anew, whatever earlier runs did."""

    def __init__(
        self,
        database: Database,
        order: StreamOrder,
        emit: Emit,
        cancel: CancelToken,
        *,
        resume: str | None = None,
        again: bool = False,
    ) -> None:
        self._database = database
        self._order = order
        self._emit = emit
        self._cancel = cancel
        self._resume = resume
        self._again = again
        self._begun = time.monotonic()
        self._sequences: dict[str, MovedSequence] = {}
        self._dealt_with = 0
        self.sections = sections_of(order, emit, cancel)

    def go(self) -> LoadReport:
        """Import everything.

        Raises what the sections raise, the errors of `Ledger.open_run`, `OtherRoadError`, and
        `ImportStoppedError` with the cause when only some blocks stand.
        """
        for section in self.sections:
            section.look_over()
        entry = ledger_entry(self._order, self.sections)
        ledger = Ledger(self._database, emit=self._emit, cancel=self._cancel)
        run = ledger.open_run(entry, resume=self._resume, again=self._again)
        self._require_own(run)
        try:
            outcome = self._all(run)
        except _TooManyError as refused:
            raise self._too_many(run, refused.loaded) from None
        except NeonkitError as error:
            raise self._stopped(run, error) from error
        seconds = time.monotonic() - self._begun
        sequences = tuple(self._sequences.values())
        return report_of(self._order, self.sections, outcome, sequences, run.id, seconds)

    def _require_own(self, run: Run) -> None:
        """The run must be new, or one of this road; its blocks are cut like those of the first process."""
        if run.finished is not None:
            run.give_up("failed")
            raise OtherRoadError(KNOWN)
        if run.record.facts.get("road") != ROAD:
            run.give_up("stopped")
            raise OtherRoadError("the run that is gone on with was in memory, too")
        for section in self.sections:
            section.terms = replace(
                section.terms, batch_rows=run.record.batch_rows or section.terms.batch_rows
            )

    def _all(self, run: Run) -> Outcome:
        self._transaction(lambda wire: self._begin(wire, run))
        for section in self.sections:
            step, begun = f"load {section.table.target.label}", time.monotonic()
            self._emit(StepStarted(step))
            self._section(run, section)
            written = section.totals.counts["inserted"] + section.totals.counts["updated"]
            self._emit(StepFinished(step, "done", f"{written} rows", time.monotonic() - begun))
        if is_refused(self._order, self.sections):
            run.give_up("failed")
            return "rejected"
        return self._transaction(lambda wire: self._finish(wire, run))

    def _transaction(self, work: Callable[[Wire], Result]) -> Result:
        def within(connection: Connection) -> Result:
            return work(Wire(connection))

        return self._database.run(Job.DATA, within, emit=self._emit, cancel=self._cancel)

    def _begin(self, wire: Wire, run: Run) -> None:
        wire.run(SNAPSHOT)
        run.hold(wire)
        require_same_tables(wire, self._order.plan)
        for section in self.sections:
            section.begin(wire)
        before = run.record.facts.get("before") if run.resumed else None
        if before is None:
            run.note(wire, {"before": {one.table.name: one.totals.before for one in self.sections}})
            return
        for section in self.sections:
            section.totals.before = before[section.table.name]

    def _section(self, run: Run, section: Section) -> None:
        done = self._transaction(lambda wire: run.done_batches(wire, section.table.name))
        with section.blocks() as blocks:
            self._pieces(run, section, self._left_of(section, blocks, done))

    def _left_of(
        self, section: Section, blocks: Iterator[Prepared], done: Mapping[int, Batch]
    ) -> Iterator[_Piece]:
        """What is still to be loaded; what stands already is taken up on the way."""
        number = 0
        for block in blocks:
            number = block.block.number
            if number in done:
                section.take_up(done[number], block.block)
                self._dealt_with += done[number].counts["read"]
            else:
                yield _Piece(number, block.block, partial(section.load, block=block))
        if not section.survey.repeated:
            return
        number += 1
        if number in done:
            section.take_up(done[number], None)
            self._dealt_with += done[number].counts["read"]
        else:
            yield _Piece(number, None, section.load_repeated)

    def _pieces(self, run: Run, section: Section, pieces: Iterator[_Piece]) -> None:
        """Load each piece once, whatever becomes of the connection."""
        piece = next(pieces, None)
        losses = 0
        while piece is not None:
            kept: list[Loaded] = []
            try:
                with self._database.connect(Job.DATA, emit=self._emit, cancel=self._cancel) as connection:
                    while piece is not None:
                        self._took(section, self._written(connection, run, section, piece, kept), kept)
                        piece, losses = next(pieces, None), 0
            except ConnectionLostError:
                losses += 1
                if piece is not None and kept and self._stands(run, section, piece):
                    self._took(section, kept[-1], kept)
                    piece = next(pieces, None)
                elif losses > _LOSSES:
                    raise
                else:
                    self._emit(Notice("warning", "The connection was lost; the block is loaded again."))

    def _took(self, section: Section, loaded: Loaded, kept: list[Loaded]) -> None:
        if kept:
            self._dealt_with += loaded.counts["read"]
            kept.clear()
        section.took(loaded)

    def _written(
        self, connection: Connection, run: Run, section: Section, piece: _Piece, kept: list[Loaded]
    ) -> Loaded:
        """Load a piece in a transaction of its own; in `kept` is what stands if it is committed."""

        def within(_: object) -> Loaded:
            wire = Wire(connection)
            kept.clear()
            wire.run(f"{SNAPSHOT}; SET CONSTRAINTS ALL IMMEDIATE")
            run.hold(wire)
            loaded = piece.load(wire)
            if self._refuses(loaded):
                # What is left is judged, so that every reason is told, and nothing is written.
                connection.rollback()
                return loaded
            for moved in section.move_sequences(wire, loaded):
                self._sequences[moved.sequence] = moved
            run.record_batch(wire, section.batch(piece.number, loaded, piece.block))
            kept.append(loaded)
            return loaded

        return run_transaction(connection.begin, within, emit=self._emit, cancel=self._cancel)

    def _refuses(self, loaded: Loaded) -> bool:
        """Whether the run is refused with this block. Raises `_TooManyError` if others stand already."""
        if self._rejected + loaded.counts["rejected"] <= self._order.terms.bears:
            return False
        if self._dealt_with:
            raise _TooManyError(loaded)
        return True

    @property
    def _rejected(self) -> int:
        return sum(section.totals.rejected for section in self.sections)

    def _stands(self, run: Run, section: Section, piece: _Piece) -> bool:
        """Whether a piece stands whose COMMIT was not answered."""
        try:
            return run.stands(section.table.name, piece.number, emit=self._emit, cancel=self._cancel)
        except CannotConnectError as error:
            raise CommitInDoubtError(run.id) from error

    def _finish(self, wire: Wire, run: Run) -> Outcome:
        wire.run(SNAPSHOT)
        run.hold(wire)
        for section in self.sections:
            section.totals.after = section.count(wire)
        outcome = written_outcome(self.sections)
        run.finish(wire, "unchanged" if outcome == "unchanged" else "done", run_facts(self.sections))
        return outcome

    def _too_many(self, run: Run, loaded: Loaded) -> NeonkitError:
        run.give_up("stopped")
        rejected = self._rejected + loaded.counts["rejected"]
        cause = f"{rejected} rows are rejected, the last: {loaded.rejects[-1].sentence}."
        return ImportStoppedError(cause, self._dealt_with, self._left, run.id)

    @property
    def _left(self) -> int:
        return sum(section.survey.records for section in self.sections) - self._dealt_with

    def _stopped(self, run: Run, error: NeonkitError) -> NeonkitError:
        """The same error if nothing stands; otherwise one that says how far the run came."""
        if isinstance(error, LeaseLostError):
            return error
        if not isinstance(error, UnreachableError | CommitInDoubtError):
            run.give_up("stopped" if self._dealt_with else "failed")
        if not self._dealt_with or isinstance(error, CommitInDoubtError):
            return error
        if isinstance(error, CancelledError):
            stands = f"{self._dealt_with} rows are dealt with and stand, {self._left} are left"
            return type(error)(f"{error.reason}; {stands}; the same command with --resume goes on")
        return ImportStoppedError(error.sentence, self._dealt_with, self._left, run.id)
