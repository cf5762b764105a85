"""`neonkit import`: legacy data into tables, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from toolkit.cli.call import Call
from toolkit.cli.default_command import DEFAULT, AskingDefault, DefaultGroup
from toolkit.cli.frame import AskingCommand
from toolkit.cli.transfer_options import (
    Again,
    Batched,
    BatchRows,
    DryRun,
    MappingFile,
    MaxErrors,
    ModeOption,
    Refeed,
    Rejects,
    ReportFile,
    Resume,
    Run,
    Sources,
    Undo,
    WhenWrong,
)
from toolkit.cli.transfer_suggest import suggest
from toolkit.cli.transfer_undo import runs, undo
from toolkit.errors import ExitCode
from toolkit.friction import Deed

if TYPE_CHECKING:
    from toolkit.transfer import LoadReport
    from toolkit.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command, and the verbs beside it."""
    group = typer.Typer(name="import", cls=DefaultGroup)
    group.command(DEFAULT, cls=AskingDefault)(import_)
    group.command("suggest")(suggest)
    group.command("undo", cls=AskingCommand)(undo)
    group.command("runs")(runs)
    app.add_typer(group)


def import_(
    ctx: typer.Context,
    source: Sources = None,
    mapping: MappingFile = None,
    dry_run: DryRun = False,
    mode: ModeOption = None,
    batched: Batched = None,
    batch_rows: BatchRows = None,
    on_error: WhenWrong = None,
    max_errors: MaxErrors = None,
    rejects: Rejects = None,
    refeed: Refeed = None,
    resume: Resume = False,
    run: Run = None,
    again: Again = False,
    keep_undo: Undo = None,
    report_file: ReportFile = None,
) -> None:
    """Move legacy data into tables, all or nothing unless said otherwise.

    Takes JSON, NDJSON, CSV and objects in memory. Every row is judged before anything is written; one that
    does not fit, and nothing is written (exit 5). With --on-error reject the others are (exit 5, too).
    """
    from toolkit.transfer import LoadOptions, arrange, load

    call = Call.of(ctx)
    show = _shows(call, report_file)
    options = LoadOptions(
        transaction=None if batched is None else "batched" if batched else "atomic",
        batch_rows=batch_rows,
        on_error=on_error.value if on_error else None,
        max_errors=max_errors,
        rejects=rejects,
        resume=run or ("latest" if resume else None),
        again=again,
        refeed=refeed,
        undo=keep_undo,
    )
    order = arrange(source or (), mapping=mapping, seeds=call.settings().seeds)
    with _telling_what_stands(show):
        report = load(
            order.source,
            mapping=order.mapping,
            database=_permitted(call, order.label, dry_run=dry_run).database,
            dry_run=dry_run,
            mode=mode.value if mode else None,
            options=options,
            emit=call.emit,
            cancel=call.cancel,
            modules=call.settings().project_dir,
        )
    show(report)
    report.require_loaded()
    if not report.reconciles:
        call.exit(ExitCode.FINDINGS)


def _shows(call: Call, report_file: Path | None) -> Callable[[LoadReport], None]:
    """What shows a report, and writes it to the file that was named. Refuses a file it cannot write."""
    from toolkit.cli.transfer_report import report_writer
    from toolkit.cli.transfer_text import report_text

    write_report = report_writer(report_file)

    def show(report: LoadReport) -> None:
        call.show(report, lambda: report_text(report))
        write_report(report)

    return show


@contextmanager
def _telling_what_stands(show: Callable[[LoadReport], None]) -> Iterator[None]:
    """Show the report of an import that stops when some of its batches stand, before its error."""
    from toolkit.transfer.loading.errors import ImportStoppedError

    try:
        yield
    except ImportStoppedError as stop:
        if stop.report is not None:
            show(stop.report)
        raise


def _permitted(call: Call, label: str, *, dry_run: bool) -> Workspace:
    """The workspace, once the import is allowed."""
    target = call.workspace().urls.main.masked
    if not dry_run:
        return call.permit(f"Import {label} into {target}?")
    # A rehearsal writes and takes locks like the run, so it is asked for where that can hurt.
    deed = Deed.REVERSIBLE_WRITE if call.settings().environment == "production" else Deed.READ
    return call.permit(f"Rehearse the import of {label} in {target}?", deed)
