"""A rehearsal as text for people, 80 columns wide, and as a document."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator
from typing import Any, Final

from toolkit.migrate.rehearsal import ObservedStatement, Rehearsal, Step
from toolkit.reports.findings_text import finding_lines, summary, worst_first
from toolkit.reports.table import printable, table
from toolkit.schema.spelling import plural

_HEADINGS: Final = ("REVISION", "WAY", "SECONDS", "STRONGEST LOCK", "HELD", "WORK")
_STATEMENTS: Final = ("LINE", "STATEMENT", "SECONDS", "ROWS", "LOCK", "HELD")
_STATEMENT: Final = 24
_WIDTH: Final = 80


def rehearse_text(found: Rehearsal, *, full: bool = False) -> str:
    """One line per step, then statements if asked for, then what was found, then one line that sums up."""
    lines = _wrap(f"Rehearsed for {found.database}, PostgreSQL {found.server}")
    lines += _wrap(f"on: {found.ground}; {plural('synthetic row', found.rows)}")
    lines += [each for note in found.notes for each in _wrap(f"note: {note}")]
    if found.steps:
        right = ("SECONDS", "HELD")
        lines += ["", table(_HEADINGS, [_row(step) for step in found.steps], right=right)]
    if full:
        lines += [each for step in found.steps for each in _statements(step)]
    return "\n".join([*lines, *_findings(found), "", _verdict(found)])


def document(found: Rehearsal) -> dict[str, Any]:
    """The rehearsal for programs."""
    fields = {one.name: getattr(found, one.name) for one in dataclasses.fields(found)}
    return {**fields, "revisions": found.revisions}


def _row(step: Step) -> tuple[str, ...]:
    strongest = _strongest([one for one in step.statements if not one.bookkeeping])
    seconds = "FAILED" if step.seconds is None else f"{step.seconds:.3f}"
    mode, held = strongest or ("-", None)
    works = []
    if any(one.rewritten for one in step.statements):
        works.append("rewrite")
    if any(one.built for one in step.statements):
        works.append("index")
    return (step.revision, step.way, seconds, mode.lower(), _seconds(held), " ".join(works) or "-")


def _strongest(statements: list[ObservedStatement]) -> tuple[str, float | None] | None:
    from toolkit.sql.locks.modes import LockMode

    locks = [(lock, one) for one in statements for lock in one.locks or ()]
    if not locks:
        return None
    lock, one = max(locks, key=lambda pair: LockMode[pair[0].mode.replace(" ", "_")])
    held = [each.held or its.seconds for each, its in locks if each.mode == lock.mode]
    del one
    return lock.mode, max(held)


def _statements(step: Step) -> Iterator[str]:
    yield ""
    yield printable(f"{step.revision} {step.way}  {step.path}")
    rows = []
    for one in step.statements:
        sql = " ".join(one.sql.split())
        short = sql if len(sql) <= _STATEMENT else f"{sql[: _STATEMENT - 1]}…"
        strongest = _strongest([one])
        lock, held = strongest or ("UNKNOWN" if one.locks is None else "-", None)
        changed = "-" if one.rows is None else f"{one.rows:,}"
        rows.append(
            (str(one.line or "-"), short, f"{one.seconds:.3f}", changed, lock.lower(), _seconds(held))
        )
    if rows:
        yield table(_STATEMENTS, rows, right=("SECONDS", "ROWS", "HELD"))


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _findings(found: Rehearsal) -> Iterator[str]:
    report = found.report
    if report.findings or report.unknowns:
        yield ""
    for one in worst_first(report.findings):
        yield from finding_lines(one)
    for each in report.unknowns:
        yield from _wrap(f"unknown {each.rule} {each.subject}: {each.reason}")


def _verdict(found: Rehearsal) -> str:
    if not found.steps:
        return "Nothing to rehearse: the database is there. `--all` walks the whole history."
    return "\n".join(_wrap(f"{summary(found.report)}; {found.seconds:.1f} s."))


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
