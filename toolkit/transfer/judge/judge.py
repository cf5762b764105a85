"""Judge a whole import: from records to rows that may be written, and rejects with all their reasons."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.cancel import CancelToken
from toolkit.events import Emit, Progress
from toolkit.transfer.errors import UnmappedFieldsError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.cells import CellMaker
from toolkit.transfer.judge.duplicates import merge_distinct, reject_duplicates
from toolkit.transfer.judge.links import reject_orphans
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.probe import Probe
from toolkit.transfer.judge.rows import rows_in
from toolkit.transfer.judge.unmapped import unmapped_fields, unmapped_parts
from toolkit.transfer.mapping.model import Conflict, TransferMapping
from toolkit.transfer.sources.record import SourceContent
from toolkit.transfer.target.wire import Wire

STEP = "judge"


def judge_rows(
    plan: Plan,
    mapping: TransferMapping,
    contents: Mapping[str, SourceContent],
    emit: Emit,
    cancel: CancelToken,
) -> Book:
    """All rows with their cells, judged by themselves and against each other; the server is not asked.

    Raises `UnmappedFieldsError`.
    """
    book = Book()
    for table in plan.tables.values():
        book.enter(table, rows_in(table, contents[table.source].records))
    strays = list(unmapped_fields(plan, book.rows))
    for source, content in contents.items():
        strays += unmapped_parts(content, mapping.sources.get(source))
    if strays:
        raise UnmappedFieldsError(tuple(strays))
    _enter_broken(plan, contents, book)
    maker = CellMaker(plan, book)
    for done, (name, column) in enumerate(plan.order):
        cancel.raise_if_cancelled()
        emit(Progress(STEP, done, len(plan.order), "columns"))
        maker.make(plan.tables[name], column)
    for table in plan.tables.values():
        if table.rule.distinct:
            merge_distinct(table, book)
    reject_duplicates(plan, book)
    emit(Progress(STEP, len(plan.order), len(plan.order), "columns"))
    return book


def judge_by_server(
    plan: Plan, book: Book, wire: Wire, conflicts: Mapping[str, Conflict], cancel: CancelToken
) -> None:
    """Ask the server for its verdict on the rows: types, what is there already, checks, parents."""
    probe = Probe(wire, plan, book)
    for table in plan.tables.values():
        cancel.raise_if_cancelled()
        probe.judge_values(table)
    # A value the server cannot read would break the statements below.
    if any(reject.code == "server_type" for reject in book.rejects):
        return
    for name, table in plan.tables.items():
        cancel.raise_if_cancelled()
        probe.judge_existing(table, conflicts[name])
        probe.judge_checks(table)
    reject_orphans(plan, book, probe.parents_present)


def _enter_broken(plan: Plan, contents: Mapping[str, SourceContent], book: Book) -> None:
    """A record that cannot be trusted is told once: for the first table whose rows are such records."""
    for source, content in contents.items():
        tables = [table for table in plan.tables.values() if table.source == source]
        for record in content.records:
            if record.flaws:
                near = [table for table in tables if table.rule.rows.container == record.container]
                nearest = min(near, key=lambda table: len(table.rule.rows.tokens))
                book.enter_broken(nearest.name, record)
