"""The door of the room: `load` a source into a database.

Whatever becomes of the inside, this call stays: a source, a mapping, a database in; a report out.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import psycopg2
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Notice, StepFinished, StepStarted, unheard
from toolkit.transfer.into import mapping_into
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.judge import judge_by_server, judge_rows
from toolkit.transfer.judge.plan import Plan, make_plan
from toolkit.transfer.loading.load import Written, count_rows, write_all
from toolkit.transfer.loading.refusal import refused_by_server
from toolkit.transfer.loading.sequences import MovedSequence, move_sequences
from toolkit.transfer.mapping.check import source_of
from toolkit.transfer.mapping.model import Conflict, SourceRule, TransferMapping
from toolkit.transfer.mapping.read import read_mapping
from toolkit.transfer.report import LoadReport, Outcome, TableReport
from toolkit.transfer.sources.locate import Given, Located, locate
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import SourceContent
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire


def load(
    source: Given = None,
    *,
    mapping: Path | TransferMapping | None = None,
    into: object = None,
    database: Database,
    dry_run: bool = False,
    mode: Conflict | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    modules: Path | None = None,
) -> LoadReport:
    """Move legacy records into tables: all of them, or nothing.

    `source` is a file, `module:attribute`, several of these, or an object in memory; None takes the sources
    that the mapping names, files relative to it. Instead of a mapping, `into` names one table, `table`,
    `schema.table` or a mapped class, whose columns are the fields. Modules are looked for in `modules`, too.
    `mode` overrides
    what the mapping says about rows that are in the table already. A dry run does everything and rolls back,
    except that numbers which defaults draw from sequences stay drawn.

    Rows that do not fit are in the report (`require_loaded` raises); nothing was written then. Raises the
    errors of `transfer.errors` for a mapping, source or database that cannot serve, and those of `Database`
    for a server that cannot be reached.
    """
    begun = time.monotonic()
    cancel = cancel or CancelToken()
    rules = _rules(mapping, into, database, emit, cancel)
    home = mapping.parent if isinstance(mapping, Path) else Path.cwd()
    contents = _read(rules, locate(rules, home, source, modules), emit, cancel)

    def work(connection: Connection) -> LoadReport:
        run = _Run(Wire(connection), rules, contents, mode, emit, cancel)
        outcome = run.to_the_end(dry_run=dry_run)
        if outcome in ("rehearsed", "rejected"):
            connection.rollback()
        return run.report(outcome, time.monotonic() - begun)

    try:
        return database.run(Job.DATA, work, emit=emit, cancel=cancel)
    except (psycopg2.Error, DBAPIError) as error:
        # What the server refuses outside of rows: a right that is missing, a feature it was built without.
        raise refused_by_server(error) from error


def _rules(
    mapping: Path | TransferMapping | None, into: object, database: Database, emit: Emit, cancel: CancelToken
) -> TransferMapping:
    if (mapping is None) == (into is None):
        raise TypeError("give either `mapping` or `into`")
    if isinstance(mapping, Path):
        return read_mapping(mapping)
    return mapping or mapping_into(into, database, emit=emit, cancel=cancel)


def _read(
    rules: TransferMapping, sources: Mapping[str, Located], emit: Emit, cancel: CancelToken
) -> dict[str, SourceContent]:
    step, begun = "read", time.monotonic()
    emit(StepStarted(step))
    contents = {}
    for name, located in sources.items():
        cancel.raise_if_cancelled()
        tables = [table for table in rules.tables.values() if source_of(rules, table) == name]
        containers = frozenset(table.rows.container for table in tables)
        rule = rules.sources.get(name, SourceRule())
        contents[name] = read_source(located, containers, rule.shape, rule.reading)
        for notice in contents[name].notices:
            emit(Notice("warning", notice))
    records = sum(len(content.records) for content in contents.values())
    emit(StepFinished(step, "done", f"{records} records", time.monotonic() - begun))
    return contents


class _Run:
    """One try of one import in one transaction."""

    def __init__(
        self,
        wire: Wire,
        rules: TransferMapping,
        contents: Mapping[str, SourceContent],
        mode: Conflict | None,
        emit: Emit,
        cancel: CancelToken,
    ) -> None:
        self._wire = wire
        self._rules = rules
        self._contents = contents
        self._conflicts = {name: mode or table.conflict for name, table in rules.tables.items()}
        self._emit = emit
        self._cancel = cancel
        self._plan: Plan
        self._book: Book
        self._written: dict[str, Written] = {}
        self._sequences: tuple[MovedSequence, ...] = ()

    def to_the_end(self, *, dry_run: bool) -> Outcome:
        """Judge, write and verify. The transaction is left to the caller."""
        # One snapshot for all of it: counts before and after differ by what we write and by nothing else.
        self._wire.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        names = {name: table.into or name for name, table in self._rules.tables.items()}
        self._plan = make_plan(self._rules, read_tables(self._wire, names))
        self._judge()
        self._written = count_rows(self._wire, self._plan)
        if not self._book.rejects:
            write_all(self._wire, self._plan, self._book, self._written, self._emit, self._cancel)
        if self._book.rejects:
            return "rejected"
        if dry_run:
            return "rehearsed"
        for name, table in self._plan.tables.items():
            self._sequences += move_sequences(self._wire, table, self._book.rows[name])
        return "loaded" if any(written.inserted for written in self._written.values()) else "unchanged"

    def _judge(self) -> None:
        begun = time.monotonic()
        self._emit(StepStarted("judge"))
        self._book = judge_rows(
            self._plan, self._rules, self._contents, self._emit, self._cancel, self._wire
        )
        judge_by_server(self._plan, self._book, self._wire, self._conflicts, self._cancel)
        rows, seconds = sum(map(len, self._book.rows.values())), time.monotonic() - begun
        self._emit(StepFinished("judge", "failed" if self._book.rejects else "done", f"{rows} rows", seconds))

    def report(self, outcome: Outcome, seconds: float) -> LoadReport:
        """What became of everything."""
        order = list(self._plan.tables)
        rejects = sorted(self._book.rejects, key=lambda reject: (order.index(reject.table), reject.ordinal))
        return LoadReport(
            outcome=outcome,
            tables=tuple(self._table(name, outcome) for name in order),
            rejects=tuple(rejects[: self._rules.policy.show_errors]),
            reasons=len(rejects),
            sequences=self._sequences,
            notices=tuple(notice for content in self._contents.values() for notice in content.notices),
            seconds=seconds,
        )

    def _table(self, name: str, outcome: Outcome) -> TableReport:
        rows, written = self._book.rows[name], self._written[name]
        rejected = outcome == "rejected"
        return TableReport(
            table=name,
            target=self._plan.tables[name].target.label,
            read=len(rows) + self._book.broken[name],
            inserted=0 if rejected else written.inserted,
            skipped=sum(row.skipped and not row.rejected for row in rows),
            merged=sum(row.merged and not row.rejected and not row.skipped for row in rows),
            rejected=sum(row.rejected for row in rows) + self._book.broken[name],
            held_back=sum(row.live for row in rows) if rejected else 0,
            before=written.before,
            after=written.after if outcome in ("loaded", "unchanged") else written.before,
            altered=None if rejected else written.altered,
            skipped_differing=None if rejected else written.skipped_differing,
        )
