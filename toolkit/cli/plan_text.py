"""A plan as text for people, 80 columns wide unless it is asked for in full, and as a document."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from toolkit.findings import Finding, Severity
from toolkit.migrate.plan import (
    Estimate,
    Plan,
    PlannedRevision,
    PlannedStatement,
    TableFacts,
    forecast_sentence,
)
from toolkit.migrate.plan.spelling import work_of
from toolkit.reports.findings_text import finding_lines, summary, worst_first
from toolkit.reports.table import printable, table
from toolkit.schema.spelling import bytes_text, plural

_HEADINGS: Final = ("LINE", "TX", "STATEMENT", "LOCK", "WORK")
_STRONGEST: Final = "ACCESS EXCLUSIVE"
_STATEMENT: Final = 35
_WIDTH: Final = 80


def plan_text(plan: Plan, *, full: bool = False) -> str:
    """Head, one table per revision, what the rows say, what was found, one line at the end."""
    lines = list(_head(plan))
    for revision in plan.revisions:
        lines += ["", *_revision(revision, full=full)]
    lines += _forecasts(plan)
    lines += [wrapped for note in plan.notes for wrapped in _wrap(f"note: {note}")]
    lines += _findings(plan, full=full)
    return "\n".join([*lines, "", _verdict(plan)])


def document(plan: Plan) -> dict[str, Any]:
    """The plan for programs, with its findings gathered."""
    fields = {one.name: getattr(plan, one.name) for one in dataclasses.fields(plan)}
    return {**fields, "losses": plan.losses, "report": plan.report}


def _head(plan: Plan) -> Iterator[str]:
    current = ", ".join(plan.current) or "base"
    yield from _wrap(f"Plan {plan.id} for {plan.database}, PostgreSQL {plan.server}")
    yield from _wrap(f"from {current} to {plan.target}; holds until {plan.expires:%Y-%m-%d %H:%M} UTC")
    if plan.revisions:
        yield from _wrap(f"recorded on: {plan.ground}")


def _revision(revision: PlannedRevision, *, full: bool) -> Iterator[str]:
    yield from _wrap(f"{revision.revision} {revision.message}")
    yield f"  {printable(revision.path)}"
    if revision.source == "offline":
        yield from _wrap(f"offline text only, not recorded: {revision.reason}", "  ")
    elif revision.source == "none":
        yield from _wrap(f"its statements are UNKNOWN: {revision.reason}", "  ")
    yield from _wrap(f"undo: {revision.undo.answer}; {revision.undo.sentence}", "  ")
    own = [one for one in revision.statements if not one.bookkeeping]
    if own:
        yield textwrap.indent(table(_HEADINGS, [_row(one) for one in own]), "  ")
    yield from _locks(own)
    yield from dict.fromkeys(line for one in own for line in _details(one, full=full))


def _row(one: PlannedStatement) -> tuple[str, ...]:
    sql = " ".join(one.sql.split())
    if one.times > 1:
        sql = f"{one.times:,} x {sql}"
    short = sql if len(sql) <= _STATEMENT else f"{sql[: _STATEMENT - 1]}…"
    lock = one.locks[0].mode.lower() if one.locks else "-"
    transaction = "own" if one.autocommit else str(one.transaction or "?")
    return (str(one.line or "-"), transaction, short, lock, work_of(one))


def _locks(statements: Sequence[PlannedStatement]) -> Iterator[str]:
    """Who waits, once for each relation and transaction: a lock is held until the transaction's end."""
    told: dict[tuple[int | None, str, str], list[PlannedStatement]] = {}
    for one in statements:
        for each in one.locks:
            if {"reads", "writes"} & set(each.blocks):
                told.setdefault((one.transaction, each.mode, each.relation), []).append(one)
    for (transaction, mode, relation), found in told.items():
        waits = "reads and writes wait" if mode == _STRONGEST else "writes wait"
        where = f"from line {found[0].line}" if found[0].line else "from the start"
        until = f" to the end of transaction {transaction}" if transaction else ""
        yield from _wrap(f"{waits}: {mode} on {relation} {where}{until}", "  ")


def _details(one: PlannedStatement, *, full: bool) -> Iterator[str]:
    place = f"line {one.line}" if one.line else f"statement {one.number}"
    if full:
        yield f"  {place}:"
        yield from (f"    {printable(line)}" for line in one.sql.splitlines())
        for each in one.locks:
            sure = "" if each.certain else " perhaps"
            yield from _wrap(f"{each.mode}{sure} on {each.relation} ({each.basis})", "    ")
    works = {one.rewrites, one.scans, one.builds_index} - {"no"}
    if works and one.tables:
        sizes = "; ".join(_size(each) for each in one.tables)
        yield from _wrap(f"{place}: {work_of(one)} of {sizes}; {_estimate(one.estimate)}", "  ")
    for loss in one.losses:
        rows = "" if loss.rows is None else f" (about {plural('row', loss.rows)})"
        yield from _wrap(f"{place}: LOSES {loss.subject}: {loss.sentence}{rows}", "  ")


def _size(one: TableFacts) -> str:
    rows = "UNKNOWN rows" if one.rows is None else plural("row", one.rows)
    return f"{one.relation} ({rows}, {bytes_text(one.table_bytes)})"


def _estimate(one: Estimate) -> str:
    if one.seconds is None:
        return f"time UNKNOWN: {one.basis}"
    return f"about {one.seconds:.1f} s ({one.basis})"


def _forecasts(plan: Plan) -> Iterator[str]:
    if plan.forecasts:
        yield ""
        yield "What the rows say:"
    for one in plan.forecasts:
        place = f"{one.revision}:{one.line} " if one.line else ""
        keys = f" keys: {'; '.join(one.samples)}" if one.samples else ""
        yield from _wrap(f"{place}{one.subject}: {forecast_sentence(one)}{keys}", "  ")


def _findings(plan: Plan, *, full: bool) -> Iterator[str]:
    report = plan.report
    shown: list[Finding] = [one for one in worst_first(report.findings) if one.rule != "plan-forecast"]
    if shown or report.unknowns:
        yield ""
    for one in shown:
        if full:
            yield from finding_lines(one)
        elif one.severity > Severity.INFO:
            line = f":{one.location.line}" if one.location and one.location.line else ""
            path = f"{Path(one.location.path).name}{line} " if one.location else ""
            yield from _wrap(f"{one.severity.word} {one.rule} {path}{one.subject}: {one.sentence}")
    for each in report.unknowns:
        yield from _wrap(f"unknown {each.rule} {each.subject}: {each.reason}")
    if shown or report.unknowns:
        yield from _wrap(f"{summary(report)}{'' if full else '; all of it: --full'}")


def _verdict(plan: Plan) -> str:
    if not plan.revisions:
        return f"Nothing to run: the database is at {plan.target}."
    count = sum(not one.bookkeeping for revision in plan.revisions for one in revision.statements)
    lost = f", {plural('loss', len(plan.losses))} of data possible" if plan.losses else ""
    return (
        f"{plural('revision', len(plan.revisions))}, {plural('statement', count)}{lost}."
        f" Plan {plan.id}: `neonkit plan show {plan.id}`."
    )


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
