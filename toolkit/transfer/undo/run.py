"""Undo an import: take the rows away that it brought, and give changed ones their values of before.

One transaction. Rows that somebody changed since, and rows that others refer to, stay and are named. What
triggers wrote into other tables, and numbers that were drawn from sequences, stay as they are.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg2
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Progress, unheard
from toolkit.secret import MASK
from toolkit.sql.quoting import qualified
from toolkit.transfer.judge.rejects import is_secret
from toolkit.transfer.ledger import RunRecord
from toolkit.transfer.ledger.errors import ImportBusyError, NoSuchRunError
from toolkit.transfer.ledger.lease import Lease, locked_here
from toolkit.transfer.ledger.ledger import Ledger
from toolkit.transfer.ledger.tables import SCHEMA, keeps_touched
from toolkit.transfer.loading.refusal import refused_by_server
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.texts import plain_texts
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.undo.errors import NotKeptError
from toolkit.transfer.undo.fates import OTHERWISE, RESHAPED, Fates
from toolkit.transfer.undo.images import TOUCHED, KeptTable
from toolkit.transfer.undo.referring import referring_to
from toolkit.transfer.undo.report import NAMED, ImportRun, StandingRow, UndoneTable, UndoReport

STEP: Final = "undo"
_WROTE: Final = ("done", "stopped", "running")
_OLDER: Final = "nothing was kept of what it did; it was imported in blocks, or by an older neonkit"
_COUNTS: Final = f"""
SELECT target, fate, count(*) FROM {TOUCHED} WHERE run = %s GROUP BY 1, 2
UNION ALL
SELECT target, 'otherwise', count(*) FROM {TOUCHED} WHERE run = %s AND reason = '{OTHERWISE}' GROUP BY 1
"""  # noqa: S608 - fixed names
_STANDING: Final = f"""
SELECT target, key, fate, reason FROM {TOUCHED} WHERE run = %s AND fate IN ('kept', 'blocked')
 ORDER BY fate DESC, target, key LIMIT %s
"""  # noqa: S608 - fixed names
_ANEW: Final = f"""
UPDATE {TOUCHED} SET fate = NULL, reason = NULL WHERE run = %s AND fate IN ('kept', 'blocked')
"""  # noqa: S608 - fixed names
_FORGET: Final = f"UPDATE {TOUCHED} SET before = NULL WHERE run = %s AND fate IN ('restored', 'gone')"  # noqa: S608 - fixed names
_CLOSE: Final = f"UPDATE {SCHEMA}.run SET status = 'undone', claim = NULL WHERE id = %s"  # noqa: S608 - fixed names


def find_run(database: Database, run: str | None = None, *, emit: Emit = unheard) -> RunRecord:
    """The import run with this id; None: the last one that wrote. Raises `NoSuchRunError`."""
    found = database.run(Job.DATA, lambda connection: _found(Wire(connection), run), emit=emit)
    if found is None:
        raise NoSuchRunError("", run, to_undo=True)
    return found


def undo(
    database: Database,
    run: str | None = None,
    *,
    dry_run: bool = False,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> UndoReport:
    """Undo the import run with this id; None: the last one that wrote.

    A run that was undone but for some rows is undone once more. A dry run does everything and rolls back.
    Raises `NoSuchRunError`, `NotKeptError` and `ImportBusyError`, and `LoadRefusedByServerError` where the
    server refuses; nothing is changed then.
    """
    record = find_run(database, run, emit=emit)

    def work(connection: Connection) -> UndoReport:
        report = _undone(Wire(connection), record, emit, cancel or CancelToken(), dry_run=dry_run)
        if dry_run:
            connection.rollback()
        return report

    try:
        return database.run(Job.DATA, work, emit=emit, cancel=cancel)
    except (psycopg2.Error, DBAPIError) as error:
        raise refused_by_server(error) from error


def list_runs(
    database: Database, *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> tuple[ImportRun, ...]:
    """The imports that the database remembers, the last one first; none where it has no ledger."""

    def look(connection: Connection) -> tuple[ImportRun, ...]:
        wire = Wire(connection)
        return tuple(map(_line, Ledger.runs(wire)))

    return database.run(Job.DATA, look, emit=emit, cancel=cancel)


def _line(record: RunRecord) -> ImportRun:
    reason = reason_against(record)
    return ImportRun(
        record.id,
        record.source,
        record.mode,
        record.status,
        record.began,
        record.ended,
        undoable=reason is None,
        reason=reason,
    )


def reason_against(record: RunRecord) -> str | None:
    """Why a run cannot be undone, as far as its record tells; None if it can."""
    if record.status in ("failed", "unchanged"):
        return "it wrote nothing"
    reason: str | None = record.facts.get("undo", {"reason": _OLDER}).get("reason")
    return reason


def _found(wire: Wire, run: str | None) -> RunRecord | None:
    if run is not None:
        return Ledger.run_named(wire, run)
    return next((record for record in Ledger.runs(wire) if record.status in _WROTE), None)


def _undone(wire: Wire, record: RunRecord, emit: Emit, cancel: CancelToken, *, dry_run: bool) -> UndoReport:
    if not locked_here(wire, record.fingerprint):
        raise ImportBusyError(record.source, record.id, None, None)
    Lease(record.source, record.fingerprint).require_free(wire)
    reason = reason_against(record)
    if reason is not None or not keeps_touched(wire):
        raise NotKeptError(record.id, reason or _OLDER)
    facts = record.facts["undo"]
    kept = [KeptTable.from_plain(plain) for plain in facts["tables"]]
    wire.run(_ANEW, [record.id])
    with plain_texts(wire):
        _decide(wire, record.id, [table for table in kept if table.key], emit, cancel)
    tables = _tables(wire, record.id, kept, facts["unknown"])
    standing = tuple(_standing(wire, record.id, {table.label: table for table in kept}))
    if not dry_run:
        wire.run(_FORGET, [record.id])
        wire.run(_CLOSE, [record.id])
    return UndoReport(record.id, record.source, dry_run, tables, standing)


def _decide(wire: Wire, run: str, kept: list[KeptTable], emit: Emit, cancel: CancelToken) -> None:
    now = read_tables(wire, {table.label: qualified(table.schema, table.name) for table in kept})
    types = {
        label: {name: column.type.sql for name, column in table.columns.items()}
        for label, table in now.items()
    }
    whole = [table for table in kept if set(table.columns) <= set(types.get(table.label, ()))]
    fates = Fates(wire, run, whole, types)
    for table in kept:
        if table.label not in now:
            fates.give_up(table.label, "gone", "")
        elif table not in whole:
            fates.give_up(table.label, "kept", RESHAPED)
    steps = len(whole) + 1
    for done, table in enumerate(whole):
        cancel.raise_if_cancelled()
        emit(Progress(STEP, done, steps, "tables"))
        fates.settle(table)
    wire.run("SET CONSTRAINTS ALL DEFERRED")
    referring = referring_to(wire, [table.label for table in whole])
    last = False
    while True:
        # What was changed may refer to what was inserted, and that may hold values which it had before.
        for table in whole:
            cancel.raise_if_cancelled()
            fates.restore(table, last=last)
        fates.block(referring)
        deleted = fates.delete()
        if last and not deleted:
            break
        last = not deleted
        fates.unblock()
    wire.run("SET CONSTRAINTS ALL IMMEDIATE")
    emit(Progress(STEP, steps, steps, "tables"))


def _tables(wire: Wire, run: str, kept: list[KeptTable], unknown: dict[str, int]) -> tuple[UndoneTable, ...]:
    counts: dict[tuple[str, str], int] = {
        (target, fate): count for target, fate, count in wire.rows(_COUNTS, [run, run])
    }
    return tuple(
        UndoneTable(
            target=table.label,
            deleted=counts.get((table.label, "deleted"), 0),
            restored=counts.get((table.label, "restored"), 0),
            kept=counts.get((table.label, "kept"), 0),
            blocked=counts.get((table.label, "blocked"), 0),
            gone=counts.get((table.label, "gone"), 0),
            unknown=unknown.get(table.label, 0),
            otherwise=counts.get((table.label, "otherwise"), 0),
        )
        for table in kept
    )


def _standing(wire: Wire, run: str, tables: dict[str, KeptTable]) -> list[StandingRow]:
    found: list[tuple[Any, ...]] = wire.rows(_STANDING, [run, NAMED])
    return [
        StandingRow(
            target,
            ", ".join(
                MASK if is_secret(name) else part for name, part in zip(tables[target].key, key, strict=True)
            ),
            fate,
            reason,
        )
        for target, key, fate, reason in found
    ]
