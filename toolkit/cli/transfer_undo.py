"""`neonkit import runs`, `neonkit import undo`: imports that a database remembers, and taking one back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.friction import Deed

if TYPE_CHECKING:
    from toolkit.transfer.undo import ImportRun, UndoReport


def runs(ctx: typer.Context) -> None:
    """List the imports that the database remembers, the last one first."""
    from toolkit.transfer.undo import list_runs

    call = Call.of(ctx)
    found = list_runs(call.workspace().database, emit=call.emit, cancel=call.cancel)
    call.show(found, lambda: _runs(found))


def undo(
    ctx: typer.Context,
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="The run, as its report names it; default: the last.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, and roll back.")] = False,
) -> None:
    """Take an import back: delete the rows that it inserted, restore those that it changed.

    Rows that somebody changed since, and rows that others refer to, stay and are named (exit 5).
    """
    from toolkit.transfer.undo import find_run
    from toolkit.transfer.undo import undo as take_back

    call = Call.of(ctx)
    workspace = call.workspace()
    record = find_run(workspace.database, run, emit=call.emit)
    if not dry_run:
        when = f"{record.began:%Y-%m-%d %H:%M} UTC"
        target = workspace.urls.main.masked
        question = f"Undo the import of {record.source} ({when}, run {record.id}) in {target}?"
        workspace = call.permit(question, Deed.WRITE)
    report = take_back(workspace.database, record.id, dry_run=dry_run, emit=call.emit, cancel=call.cancel)
    call.show(report, lambda: _text(report))
    report.require_undone()


def _runs(found: Sequence[ImportRun]) -> str:
    from toolkit.reports.table import table

    if not found:
        return "No import is remembered in this database."
    headings = ("run", "source", "began", "mode", "status", "undo")
    rows = [
        (
            one.id,
            one.source,
            f"{one.began:%Y-%m-%d %H:%M}",
            one.mode,
            one.status,
            "yes" if one.undoable else f"no: {one.reason}",
        )
        for one in found
    ]
    return table(headings, rows)


def _text(report: UndoReport) -> str:
    return "\n".join(_lines(report))


def _lines(report: UndoReport) -> Iterator[str]:
    from toolkit.reports.table import printable, table

    if report.rehearsed:
        yield "Dry run: rolled back, nothing was changed."
    elif not report.undone:
        yield "Nothing to undo: no row of the import stands as it left it."
    else:
        yield f"Undone: the import of {printable(report.source)}" + (
            ", but for some rows." if report.left else "."
        )
    yield ""
    headings = ("table", "deleted", "restored", "kept", "blocked", "gone", "unknown")
    rows = [
        (line.target, line.deleted, line.restored, line.kept, line.blocked, line.gone, line.unknown)
        for line in report.tables
    ]
    yield table(headings, rows, right=headings[1:])
    for line in report.tables:
        if line.otherwise:
            yield (
                f"note: {line.target}: {line.otherwise} restored rows hold other values than before in some "
                "column, which a trigger gave them."
            )
    for row in report.standing:
        yield printable(f"{row.fate}: {row.target} {row.key}, {row.reason}")
    named = sum(line.kept + line.blocked for line in report.tables)
    if named > len(report.standing):
        yield f"... and {named - len(report.standing)} more"
    yield f"run {report.run}"
