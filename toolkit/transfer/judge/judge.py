"""Judge a whole import: from records to rows that may be written, and rejects with all their reasons.

The order of the steps is fixed and none of them looks at the order of rows, unless the mapping says `first`
or `last`: values, then each row by itself, then rows against each other, then against what is stored, then
along the references. So the same rows are rejected however the input is ordered or cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from toolkit.cancel import CancelToken
from toolkit.events import Emit, Progress
from toolkit.transfer.errors import MappingDoesNotFitError, MappingProblem, UnmappedFieldsError
from toolkit.transfer.judge.assign import draw_keys
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.cells import CellMaker
from toolkit.transfer.judge.duplicates import judge_duplicates, merge_distinct
from toolkit.transfer.judge.existing import Existing
from toolkit.transfer.judge.identity import KeyGiver, KnownKeys
from toolkit.transfer.judge.limit import may_write
from toolkit.transfer.judge.orphans import judge_links
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.probe import Probe
from toolkit.transfer.judge.references import References
from toolkit.transfer.judge.rows import is_sound, rows_in
from toolkit.transfer.judge.server_rules import ServerRules
from toolkit.transfer.judge.unmapped import refuse_collisions, unmapped_fields, unmapped_parts, untaken_rows
from toolkit.transfer.judge.warnings import warn
from toolkit.transfer.mapping.model import Conflict, TransferMapping
from toolkit.transfer.sources.record import SourceContent
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.table import TargetTable
from toolkit.transfer.target.wire import Wire

STEP = "judge"


def judge_rows(
    plan: Plan,
    mapping: TransferMapping,
    contents: Mapping[str, SourceContent],
    emit: Emit,
    cancel: CancelToken,
    wire: Wire | None = None,
    known: KnownKeys | None = None,
) -> Book:
    """All rows with their cells, each value judged by itself.

    The server is asked through `wire` only for stored rows that the mapping looks up or matches; without it
    there are none. `known` are the keys that legacy keys became in an earlier run, by section.

    Raises `UnmappedFieldsError`, `NameCollisionError`, and `MappingDoesNotFitError` for lookups.
    """
    book = Book()
    for table in plan.tables.values():
        book.enter(table, rows_in(table, contents[table.source].records))
    strays = [*unmapped_fields(plan, book), *untaken_rows(plan, book, mapping.sources)]
    if strays:
        refuse_collisions(plan, book)
    for source, content in contents.items():
        strays += unmapped_parts(content, mapping.sources.get(source))
    if strays:
        raise UnmappedFieldsError(tuple(strays))
    _enter_broken(plan, contents, book)
    book.passed.clear()
    references = References(plan, book, wire, known or {}, _lookups(plan, wire))
    maker = CellMaker(plan, book, references, KeyGiver(wire, known or {}))
    for done, (name, column) in enumerate(plan.order):
        cancel.raise_if_cancelled()
        emit(Progress(STEP, done, len(plan.order), "columns"))
        maker.make(plan.tables[name], column)
    emit(Progress(STEP, len(plan.order), len(plan.order), "columns"))
    return book


def judge_by_server(
    plan: Plan,
    book: Book,
    wire: Wire,
    conflicts: Mapping[str, Conflict],
    cancel: CancelToken,
    before_stored: Callable[[], None] | None = None,
) -> None:
    """Judge the rows as the server will: its types and checks, keys that clash, what is stored, references.

    `before_stored` is called when the rows were compared with each other, before they are compared with what
    is stored: it may mark rows as settled by an earlier run. At the end the rows that stand have their keys,
    also those drawn from sequences, if they may be written.
    """
    probe, rules, existing = (
        Probe(wire, plan, book),
        ServerRules(wire, plan, book),
        Existing(wire, plan, book),
    )
    for table in plan.tables.values():
        cancel.raise_if_cancelled()
        probe.judge_values(table)
    for table in plan.tables.values():
        cancel.raise_if_cancelled()
        probe.judge_generated(table)
        probe.judge_checks(table)
    for table in plan.tables.values():
        if table.rule.distinct:
            merge_distinct(table, book)
    sound = {name: [row for row in book.rows[name] if row.live] for name in plan.tables}
    judge_duplicates(plan, book)
    for name, table in plan.tables.items():
        cancel.raise_if_cancelled()
        rules.judge_input(table, [row for row in sound[name] if not row.merged])
    if before_stored is not None:
        before_stored()
    for name, table in plan.tables.items():
        cancel.raise_if_cancelled()
        existing.judge(table, conflicts[name])
        rules.judge_stored(table, conflicts[name])
    judge_links(plan, book, existing.parents_present, References(plan, book, wire, {}, {}))
    warn(plan, book)
    if may_write(plan.policy, book):
        draw_keys(plan, book, wire)


def _lookups(plan: Plan, wire: Wire | None) -> dict[str, TargetTable]:
    """The tables that columns look into, by their names in the mapping."""
    rules = {
        f"table.{name}.columns.{column}": planned.rule
        for name, table in plan.tables.items()
        for column, planned in table.made.items()
        if planned.rule.lookup is not None
    }
    if wire is None or not rules:
        return {}
    names = {str(rule.lookup): str(rule.lookup) for rule in rules.values()}
    found = read_tables(wire, names)
    problems = []
    for key, rule in rules.items():
        target = found.get(str(rule.lookup))
        if target is None:
            problems.append(MappingProblem(f"{key}.lookup", f"there is no table {rule.lookup}"))
            continue
        wanted = [*(rule.by or {}), *([rule.column] if rule.column else [])]
        problems += [
            MappingProblem(f"{key}.by", f"table {target.label} has no column {column!r}")
            for column in wanted
            if column not in target.columns
        ]
        if rule.column is None and len(target.primary_key) != 1:
            problems.append(
                MappingProblem(f"{key}.lookup", f"table {target.label} has no single key; say 'column'")
            )
    if problems:
        raise MappingDoesNotFitError(tuple(problems))
    return found


def _enter_broken(plan: Plan, contents: Mapping[str, SourceContent], book: Book) -> None:
    """A record that cannot be trusted is told once: for the first table whose rows are such records."""
    for source, content in contents.items():
        tables = [table for table in plan.tables.values() if table.source == source]
        for record in content.records:
            if not is_sound(record):
                near = [table for table in tables if table.rule.rows.container == record.container]
                nearest = min(near, key=lambda table: len(table.rule.rows.tokens))
                book.enter_broken(nearest.name, record)
