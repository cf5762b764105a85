"""One judged import into the database: order, write, verify, report. The caller owns the transaction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg2

from toolkit.cancel import CancelToken
from toolkit.database import Phase, RetryClass, classify
from toolkit.events import Emit, StepFinished, StepStarted
from toolkit.transfer.errors import RowsSwallowedError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.loading.readback import comparable, differing_rows
from toolkit.transfer.loading.refusal import refused_by_server, reject_refused
from toolkit.transfer.loading.second_pass import fill_later, withheld
from toolkit.transfer.loading.write import write_table
from toolkit.transfer.target.wire import Wire


@dataclass(slots=True)
class Written:
    """What was done to one table."""

    before: int
    after: int
    inserted: int = 0
    altered: int | None = None
    skipped_differing: int | None = None


def count_rows(wire: Wire, plan: Plan) -> dict[str, Written]:
    """How many rows each table has now, as the connected role sees them."""
    counts = {}
    for name, table in plan.tables.items():
        (count,) = wire.rows(f"SELECT count(*) FROM {table.target.sql}")[0]  # noqa: S608 - the name is quoted
        counts[name] = Written(count, count)
    return counts


def write_all(
    wire: Wire, plan: Plan, book: Book, written: Mapping[str, Written], emit: Emit, cancel: CancelToken
) -> None:
    """Write the live rows of all tables, parents first, and verify them.

    Stops after the first table with rejects.
    """
    order = plan.fill.order
    wire.run("SET CONSTRAINTS ALL DEFERRED")
    with withheld(plan, book) as kept:
        for name in order:
            table = plan.tables[name]
            step = f"load {table.target.label}"
            begun = time.monotonic()
            emit(StepStarted(step))
            written[name].inserted = write_table(wire, table, book, emit, cancel)
            if book.rejects:
                emit(StepFinished(step, "failed", seconds=time.monotonic() - begun))
                return
            inserted, seconds = written[name].inserted, time.monotonic() - begun
            emit(StepFinished(step, "done" if inserted else "unchanged", f"{inserted} rows", seconds))
        fill_later(wire, book, kept)
    if not book.rejects and _constraints_hold(wire, plan, book, cancel):
        for sections in plan.by_target().values():
            cancel.raise_if_cancelled()
            _count_again(wire, plan.tables[sections[0]], [written[name] for name in sections])
        for name in order:
            cancel.raise_if_cancelled()
            _compare(wire, plan.tables[name], book, written[name])


def _constraints_hold(wire: Wire, plan: Plan, book: Book, cancel: CancelToken) -> bool:
    """Let the server check now what it would check at the end, so that a dry run gets the same verdict."""
    try:
        wire.run("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg2.Error as error:
        cancel.raise_if_cancelled()
        if classify(error, Phase.WORK) is not RetryClass.ORDINARY:
            raise
        refused = [reject_refused(error, table, book.rows[name], book) for name, table in plan.tables.items()]
        if not any(refused):
            raise refused_by_server(error) from None
        return False
    return True


def _count_again(wire: Wire, table: TablePlan, written: Sequence[Written]) -> None:
    (after,) = wire.rows(f"SELECT count(*) FROM {table.target.sql}")[0]  # noqa: S608 - the name is quoted
    inserted, more = sum(part.inserted for part in written), after - written[0].before
    if not table.target.row_security and more != inserted:
        raise RowsSwallowedError(table.target.label, inserted, more)
    for part in written:
        part.after = after


def _compare(wire: Wire, table: TablePlan, book: Book, written: Written) -> None:
    if comparable(table):
        rows = book.rows[table.name]
        skipped = [row for row in rows if row.skipped and not row.rejected]
        written.altered = sum(1 for _ in differing_rows(wire, table, [row for row in rows if row.live]))
        written.skipped_differing = sum(1 for _ in differing_rows(wire, table, skipped))
