"""The ledger of one database: open a run, look at earlier ones."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.database.retry import wait
from toolkit.events import Emit, Waiting, unheard
from toolkit.transfer.ledger.entries import RunOrder, RunRecord, Status
from toolkit.transfer.ledger.errors import (
    ImportBusyError,
    MappingChangedError,
    NoSuchRunError,
    RunUndoneError,
    SourceChangedError,
    UnfinishedRunError,
)
from toolkit.transfer.ledger.lease import WAIT, Lease, StillBelievedError, locked_here
from toolkit.transfer.ledger.run import Run, record_keys
from toolkit.transfer.ledger.tables import SCHEMA, is_there, provide, provide_touched
from toolkit.transfer.target.wire import Wire

LATEST: Final = "latest"
"""In place of a run's id: the last unfinished one of the same file."""

_OVER: Final = ("done", "unchanged", "failed", "undone")
_LOOKS_AGAIN: Final = 1.0
"""Seconds between two looks at a lease whose holder may be gone."""

_RUNS: Final = f"""
SELECT id::text, source, fingerprint, mapping, target, mode, batch_rows, status, began, ended, facts,
       (SELECT count(*) FROM {SCHEMA}.batch WHERE run = run.id)
  FROM {SCHEMA}.run
"""  # noqa: S608 - fixed names
_BEGIN: Final = f"""
INSERT INTO {SCHEMA}.run (id, source, fingerprint, mapping, target, mode, batch_rows, status, facts)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'running', %s)
"""  # noqa: S608 - fixed names
_AGAIN: Final = f"UPDATE {SCHEMA}.run SET status = 'running', ended = NULL WHERE id = %s"  # noqa: S608 - fixed names
_END: Final = f"""
INSERT INTO {SCHEMA}.run (id, source, fingerprint, mapping, target, mode, status, ended, facts, claim)
VALUES (%s, %s, %s, %s, %s, 'atomic', %s, clock_timestamp(), %s, %s)
"""  # noqa: S608 - fixed names
_CLOSE: Final = f"""
UPDATE {SCHEMA}.run SET status = 'failed', ended = clock_timestamp()
 WHERE fingerprint = %s AND status IN ('running', 'stopped')
"""  # noqa: S608 - fixed names


class Ledger:
    """The ledger of imports in one database."""

    def __init__(
        self, database: Database, *, emit: Emit = unheard, cancel: CancelToken | None = None
    ) -> None:
        self._database = database
        self._emit = emit
        self._cancel = cancel

    @staticmethod
    def prepare(wire: Wire) -> None:
        """Have the tables, in the caller's transaction. Raises `LedgerRefusedError`."""
        provide(wire)

    @staticmethod
    def prepare_touched(wire: Wire) -> None:
        """Have the table of touched rows, too. Raises `LedgerRefusedError`."""
        provide_touched(wire)

    @staticmethod
    def runs_of(wire: Wire, fingerprint: str) -> tuple[RunRecord, ...]:
        """Earlier runs of a file, the last one first; none where there is no ledger."""
        if not is_there(wire):
            return ()
        found = wire.rows(f"{_RUNS} WHERE fingerprint = %s ORDER BY began DESC", [fingerprint])
        return tuple(RunRecord(*row) for row in found)

    @staticmethod
    def runs(wire: Wire) -> tuple[RunRecord, ...]:
        """All runs of the database, the last one first; none where there is no ledger."""
        if not is_there(wire):
            return ()
        return tuple(RunRecord(*row) for row in wire.rows(f"{_RUNS} ORDER BY began DESC"))

    @staticmethod
    def run_named(wire: Wire, run: str) -> RunRecord | None:
        """The run with this id."""
        if not is_there(wire):
            return None
        found = wire.rows(f"{_RUNS} WHERE id::text = %s", [run])
        return RunRecord(*found[0]) if found else None

    @staticmethod
    def keys(wire: Wire, run: str, table: str) -> dict[str, str]:
        """The new key for each legacy key of `table`, as the run assigned them."""
        sql = f'SELECT legacy, new FROM {SCHEMA}.key WHERE run = %s AND "table" = %s'  # noqa: S608 - fixed names
        return {legacy: new for legacy, new in wire.rows(sql, [run, table])}  # noqa: C416 - rows are of any width

    @staticmethod
    def begin_atomic(wire: Wire, order: RunOrder, *, again: bool = False) -> RunRecord | None:
        """Look, in the transaction that imports all of a file, whether it may; nothing is written.

        Gives the run that imported the same file by the same mapping to its end, if there is one. Raises
        `ImportBusyError`, `UnfinishedRunError`, `MappingChangedError`, `LedgerRefusedError`.
        """
        if not locked_here(wire, order.fingerprint):
            raise ImportBusyError(order.source, None, None, None)
        if not is_there(wire):
            return None
        Lease(order.source, order.fingerprint).require_free(wire)
        runs = Ledger.runs_of(wire, order.fingerprint)
        if not again:
            _may_begin(order, runs)
        return None if again else _finished(order, runs)

    @staticmethod
    def end_atomic(
        wire: Wire, order: RunOrder, run: str, status: Status, *, first: bool, facts: Mapping[str, Any]
    ) -> None:
        """Enter a run that imported all of a file in the transaction on `wire`, just before its end.

        `first`: `begin_atomic` knew of no other. Raises `LedgerRefusedError`, and psycopg2's
        `UniqueViolation` if another first import of the file was faster.
        """
        provide(wire)
        claim = f"{order.fingerprint} {order.mapping}" if first and status == "done" else None
        values = [run, order.source, order.fingerprint, order.mapping, order.target, status]
        wire.run(_END, [*values, json.dumps(dict(facts)), claim])

    @staticmethod
    def record_keys(wire: Wire, run: str, table: str, keys: Iterable[tuple[str, str]]) -> None:
        """Keep which new key each legacy key of `table` got; in the data's own transaction."""
        record_keys(wire, run, table, keys)

    @staticmethod
    def stands(wire: Wire, order: RunOrder, run: str) -> bool:
        """Whether an atomic run whose COMMIT was not answered stands. Waits for its transaction's end."""
        wire.rows(WAIT, [order.fingerprint])
        return Ledger.run_named(wire, run) is not None

    def open_run(self, order: RunOrder, *, resume: str | None = None, again: bool = False) -> Run:
        """Begin a run, or go on with one: `resume` is its id or `LATEST`. The lease is ours then.

        `again` begins anew where a run of the same file stands. Raises `ImportBusyError`,
        `UnfinishedRunError`, `MappingChangedError`, `SourceChangedError`, `NoSuchRunError`,
        `LedgerRefusedError`.
        """
        lease = Lease(order.source, order.fingerprint)

        def work(connection: Connection) -> Run:
            wire = Wire(connection)
            provide(wire)
            lease.claim(wire)
            runs = self.runs_of(wire, order.fingerprint)
            found = self._named(wire, order, runs, resume) if resume else None
            if found is None and not again:
                _may_begin(order, runs)
            resumed = found is not None and found.status != "done"
            record = found if found is not None and resumed else self._begun(wire, order)
            wire.run(_AGAIN, [record.id])
            lease.take(wire, record.id)
            finished = None if again else _finished(order, runs)
            return Run(self._database, record, lease, resumed=resumed, finished=finished)

        seen: datetime | None = None
        while True:
            try:
                return self._database.run(Job.DATA, work, emit=self._emit, cancel=self._cancel)
            except StillBelievedError as held:
                # One that renews it is at work; the time of one that is gone runs out.
                if seen is not None and held.until != seen:
                    raise held.refusal from None
                seen = held.until
                pause = min(held.seconds, _LOOKS_AGAIN) + 0.05
                self._emit(Waiting(f"an import of {order.source} that may have been killed", pause))
            wait(pause, self._cancel)

    def _named(self, wire: Wire, order: RunOrder, runs: Sequence[RunRecord], resume: str) -> RunRecord:
        """The run that is to be resumed, if that is what the order is about."""
        if resume == LATEST:
            record = next((run for run in runs if run.status not in _OVER), None)
            record = record or next(iter(runs), None) or self._same_name(wire, order.source)
        else:
            record = self.run_named(wire, resume)
        if record is None:
            raise NoSuchRunError(order.source, None if resume == LATEST else resume)
        if record.status == "undone":
            raise RunUndoneError(record.id)
        if record.fingerprint != order.fingerprint:
            raise SourceChangedError(order.source, record.id)
        if record.mapping != order.mapping:
            raise MappingChangedError(order.source, record.id, finished=record.status == "done")
        if record.target != order.target and record.status != "done":
            what = "a target table (by a migration?)"
            raise MappingChangedError(order.source, record.id, finished=False, what=what)
        return record

    @staticmethod
    def _same_name(wire: Wire, source: str) -> RunRecord | None:
        sql = f"{_RUNS} WHERE source = %s AND status <> 'done' ORDER BY began DESC LIMIT 1"
        found = wire.rows(sql, [source])
        return RunRecord(*found[0]) if found else None

    @staticmethod
    def _begun(wire: Wire, order: RunOrder) -> RunRecord:
        run = str(uuid.uuid4())
        values = [order.source, order.fingerprint, order.mapping, order.target, order.mode, order.batch_rows]
        wire.run(_CLOSE, [order.fingerprint])
        wire.run(_BEGIN, [run, *values, json.dumps(dict(order.facts))])
        return RunRecord(*wire.rows(f"{_RUNS} WHERE id = %s", [run])[0])


def _finished(order: RunOrder, runs: Sequence[RunRecord]) -> RunRecord | None:
    """The last run that imported the file by the same mapping to its end."""
    return next((run for run in runs if run.status == "done" and run.mapping == order.mapping), None)


def _may_begin(order: RunOrder, runs: Sequence[RunRecord]) -> None:
    """Refuse a new run where an earlier one of the same file asks for a decision."""
    for run in runs:
        if run.status == "done":
            if run.mapping != order.mapping:
                raise MappingChangedError(order.source, run.id, finished=True)
            return
        if run.status in ("running", "stopped") and run.batches:
            raise UnfinishedRunError(order.source, run.id, run.batches)
