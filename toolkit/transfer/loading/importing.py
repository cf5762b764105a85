"""Import what was read: choose the road, follow it, and tell what became of it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import Connection

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Notice
from toolkit.transfer.ledger import Ledger, Run, RunOrder
from toolkit.transfer.ledger.errors import RunUndoneError
from toolkit.transfer.loading.atomic import AtomicRun
from toolkit.transfer.loading.batched import BatchedRun
from toolkit.transfer.loading.errors import ImportStoppedError
from toolkit.transfer.loading.order import Order
from toolkit.transfer.loading.reading import entry_of
from toolkit.transfer.loading.telling import report_of
from toolkit.transfer.loading.terms import LoadOptions, Terms
from toolkit.transfer.loading.work import Work
from toolkit.transfer.mapping.model import SourceRule, TransferMapping
from toolkit.transfer.reconcile.figures import Figures, figures_of
from toolkit.transfer.refeed.collect import rejected_records
from toolkit.transfer.refeed.mended import Mended
from toolkit.transfer.refeed.writing import RejectFiles, write_rejects
from toolkit.transfer.report import LoadReport, Outcome
from toolkit.transfer.sources.record import SourceContent
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire


def import_contents(
    rules: TransferMapping,
    contents: Mapping[str, SourceContent],
    mended: Mended | None,
    terms: Terms,
    options: LoadOptions,
    database: Database,
    emit: Emit,
    cancel: CancelToken,
) -> LoadReport:
    """Import these contents under these terms."""
    begun = time.monotonic()
    order = Order(rules, contents, terms, mended)
    look = _Look()
    entry = _entry(order, database, emit, cancel)
    if terms.mode == "batched":
        run = _opened(entry, options, terms, database, emit, cancel)
        if run is not None and run.record.batch_rows is not None:
            order = order.in_batches_of(run.record.batch_rows)
        batched = BatchedRun(database, order, run, emit, cancel)
        try:
            work, outcome = batched.go(look)
        except (ImportStoppedError, CancelledError) as stop:
            _tell_stop(stop, batched, options, time.monotonic() - begun, emit)
            raise
        name = None if run is None else run.id
    else:
        from_files = any(content.digest for content in contents.values())
        told = options.again or terms.undo or options.rejects is not None
        kept = entry if from_files or told else None
        atomic = AtomicRun(database, order, kept, emit, cancel, again=options.again)
        work, outcome = atomic.go(look)
        name = atomic.id if kept is not None and outcome in ("loaded", "partly") else None
    if mended is not None:
        mended.renumber(work.book)
    files = _reject_files(work, options, name, emit)
    _tell_known(work, emit)
    return report_of(work, outcome, look.figures, name, files, time.monotonic() - begun)


class _Look:
    """Looks at the tables before the import's transaction ends."""

    def __init__(self) -> None:
        self.figures: dict[str, Figures] = {}

    def __call__(self, work: Work, outcome: Outcome) -> None:
        if outcome == "rejected":
            return
        for name, table in work.plan.tables.items():
            rows = work.should_stand(name)
            found = figures_of(work.wire, table, rows, work.tallies[name].before_by_group)
            if found is not None:
                self.figures[name] = found


def _entry(order: Order, database: Database, emit: Emit, cancel: CancelToken) -> RunOrder:
    """How the ledger knows the import: the target tables are part of it."""
    names = {name: table.into or name for name, table in order.rules.tables.items()}

    def look(connection: Connection) -> RunOrder:
        wire = Wire(connection)
        tables = read_tables(wire, names)
        if order.mended is not None and order.mended.run is not None:
            rejecter = Ledger.run_named(wire, order.mended.run)
            if rejecter is not None and rejecter.status == "undone":
                raise RunUndoneError(rejecter.id)
        return entry_of(order.rules, order.contents, tables, order.terms)

    return database.run(Job.DATA, look, emit=emit, cancel=cancel)


def _opened(
    entry: RunOrder, options: LoadOptions, terms: Terms, database: Database, emit: Emit, cancel: CancelToken
) -> Run | None:
    if terms.dry_run:
        return None
    ledger = Ledger(database, emit=emit, cancel=cancel)
    return ledger.open_run(entry, resume=options.resume, again=options.again)


def _tell_stop(
    stop: ImportStoppedError | CancelledError,
    batched: BatchedRun,
    options: LoadOptions,
    seconds: float,
    emit: Emit,
) -> None:
    """Write the rejected records of an import that stopped between two batches, and its report so far."""
    work, run = batched.work, batched.run
    if work is None or not work.judged:
        return
    files = _reject_files(work, options, run, emit)
    if isinstance(stop, ImportStoppedError):
        batched.count_after_stop(work)
        stop.report = report_of(work, "stopped", {}, run, files, seconds)


def _reject_files(work: Work, options: LoadOptions, run: str | None, emit: Emit) -> RejectFiles | None:
    if options.rejects is None:
        return None
    records = rejected_records(work.plan, work.book, work.order.contents)
    sources = work.order.rules.sources
    in_csv = [
        name
        for name, content in work.order.contents.items()
        if sources.get(name, SourceRule()).shape == "csv" or content.label.lower().endswith((".csv", ".tsv"))
    ]
    files = write_rejects(options.rejects, run, records, in_csv)
    if files is not None:
        emit(Notice("info", f"{len(records)} rejected records are in {files.rejects}."))
    return files


def _tell_known(work: Work, emit: Emit) -> None:
    earlier = work.earlier
    known = sum(len(tally.known) for tally in work.tallies.values())
    if earlier is None or not known:
        return
    when = f"{earlier.began:%Y-%m-%d %H:%M} UTC"
    emit(Notice("info", f"{known} rows were imported by run {earlier.id} ({when}) and are left as they are."))
    differing = sum(tally.known_differing for tally in work.tallies.values())
    if differing:
        sentence = f"{differing} of them are gone or hold other values by now; --again imports the file anew."
        emit(Notice("warning", sentence))
