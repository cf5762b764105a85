"""The journal for people: beside the revisions, and run by run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from toolkit.reports.table import printable

if TYPE_CHECKING:
    from toolkit.migrate import History
    from toolkit.migrate.journal.entries import RevisionEntry, RunEntry, StatementEntry
    from toolkit.migrate.journal.page import JournalPage


def beside_text(history: History, page: JournalPage) -> str:
    """A line for each revision, and under it its last try; then what was edited, and what is missing."""
    from toolkit.cli.migrations_text import short

    tries: dict[str, list[str]] = {}
    for last in page.tries:
        tries.setdefault(last.entry.revision, []).append(_try_text(last.entry))
    current = history.current or ()
    lines: list[str] = []
    for revision in history.revisions:
        lines.append(short(revision, parents=True, current=revision.id in current))
        lines += [f"    {told}" for told in tries.get(revision.id, ())]
    lines += [f"{finding.severity.word}: {finding.sentence}" for finding in page.findings]
    return "\n".join([*lines, *_missing(page)])


def runs_text(page: JournalPage, *, statements: bool) -> str:
    """The runs, newest first, each with its revisions and on demand their statements."""
    lines: list[str] = []
    for run in page.runs:
        lines += [_run_text(run), *([f"    {printable(run.sentence)}"] if run.sentence else [])]
        for entry in run.revisions:
            lines.append(f"    {_try_text(entry, named=True)}")
            if statements:
                lines += [f"        {_statement_text(one)}" for one in entry.statements]
    return "\n".join([*lines, *_missing(page)] or ["The journal is empty."])


def _missing(page: JournalPage) -> Iterator[str]:
    if page.missing is not None:
        yield f"No journal: {page.missing}."


def _run_text(run: RunEntry) -> str:
    who = f"{run.role or '?'} ({run.os_user or '?'} on {run.host or '?'})"
    state = f" -> {', '.join(run.heads_after) or '<base>'}" if run.heads_after is not None else ""
    plan = f", plan {run.plan}" if run.plan else ""
    plan += f", restore point {run.restore_point}" if run.restore_point else ""
    code = f" {run.code}" if run.code else ""
    began = f"{run.began:%Y-%m-%d %H:%M:%S}"
    return printable(
        f"{began}  {run.direction} {run.target}: {run.outcome}{code}{state}, by {who}{plan}, run {run.id}"
    )


def _try_text(entry: RevisionEntry, *, named: bool = False) -> str:
    name = f"{entry.revision}  " if named else ""
    took = "" if entry.seconds is None else f" in {entry.seconds:.2f} s"
    return printable(f"{name}{entry.direction} {entry.began:%Y-%m-%d %H:%M:%S}: {entry.outcome}{took}")


def _statement_text(one: StatementEntry) -> str:
    took = "" if one.ended is None else f"  {(one.ended - one.began).total_seconds():.3f} s"
    words: Iterable[str] = (
        f"{one.number}  {one.outcome}",
        f" {one.sqlstate}" if one.sqlstate else "",
        took,
        "" if one.rows is None or one.rows < 0 else f"  {one.rows} rows",
        f"  waited {one.waited:.1f} s" if one.waited else "",
        f"  {' '.join(one.sql.split())}",
    )
    return printable("".join(words))
