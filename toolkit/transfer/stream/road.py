"""Choose the road of an import: in blocks where that pays and may be, in memory otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit
from toolkit.transfer.judge.plan import Plan, make_plan
from toolkit.transfer.loading.terms import LoadOptions, Terms
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.report import LoadReport
from toolkit.transfer.sources.located import Located
from toolkit.transfer.stream.batched import BatchedStream
from toolkit.transfer.stream.eligible import reason_against
from toolkit.transfer.stream.errors import TooManyRepeatedError
from toolkit.transfer.stream.order import OtherRoadError, StreamOrder
from toolkit.transfer.stream.run import StreamRun
from toolkit.transfer.stream.size import SMALL, memory_for, require_memory
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire


def import_in_blocks(
    mapping: TransferMapping,
    sources: Mapping[str, Located],
    terms: Terms,
    options: LoadOptions,
    database: Database,
    emit: Emit,
    cancel: CancelToken,
) -> LoadReport | None:
    """Import on the fast road; None if this import is for the other one.

    That one has been told then what it will take. Raises what the runs raise, and `ImportTooLargeError`.
    """
    needs = [memory_for(source) for source in sources.values()]
    if all(need is not None and need < SMALL for need in needs):
        return None

    def look(connection: Connection) -> tuple[Plan, str | None]:
        wire = Wire(connection)
        names = {name: table.into or name for name, table in mapping.tables.items()}
        plan = make_plan(mapping, read_tables(wire, names))
        return plan, reason_against(mapping, plan, sources, terms, wire)

    plan, reason = database.run(Job.DATA, look, emit=emit, cancel=cancel)
    if reason is None:
        order = StreamOrder(mapping, plan, sources, terms, options.rejects)
        try:
            return _run(order, options, database, emit, cancel)
        except TooManyRepeatedError as error:
            reason = error.sentence.rstrip(".")
        except OtherRoadError as error:
            reason = error.reason
    require_memory(sources.values(), reason, emit)
    return None


def _run(
    order: StreamOrder, options: LoadOptions, database: Database, emit: Emit, cancel: CancelToken
) -> LoadReport:
    if (order.terms.mode == "batched" or options.resume is not None) and not order.terms.dry_run:
        batched = BatchedStream(database, order, emit, cancel, resume=options.resume, again=options.again)
        return batched.go()
    return StreamRun(database, order, emit, cancel, again=options.again).go()
