"""`neonkit import`: legacy data into tables, all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from toolkit.cli.call import Call
from toolkit.cli.default_command import DEFAULT, AskingDefault, DefaultGroup
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
    WhenWrong,
)
from toolkit.cli.transfer_suggest import suggest
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
    report_file: ReportFile = None,
) -> None:
    """Move legacy data into tables, all or nothing unless said otherwise.

    Takes JSON, NDJSON, CSV and objects in memory. Every row is judged before anything is written; one that
    does not fit, and nothing is written (exit 5). With --on-error reject the others are (exit 5, too).
    """
    from toolkit.cli.transfer_report import report_writer
    from toolkit.cli.transfer_text import report_text
    from toolkit.transfer import LoadOptions, arrange, load

    call = Call.of(ctx)
    settings = call.settings()
    write_report = report_writer(report_file)
    options = LoadOptions(
        transaction=None if batched is None else "batched" if batched else "atomic",
        batch_rows=batch_rows,
        on_error=on_error.value if on_error else None,
        max_errors=max_errors,
        rejects=rejects,
        resume=run or ("latest" if resume else None),
        again=again,
        refeed=refeed,
    )
    order = arrange(source or (), mapping=mapping, seeds=settings.seeds)
    report: LoadReport = load(
        order.source,
        mapping=order.mapping,
        database=_permitted(call, order.label, dry_run=dry_run).database,
        dry_run=dry_run,
        mode=mode.value if mode else None,
        options=options,
        emit=call.emit,
        cancel=call.cancel,
        modules=settings.project_dir,
    )
    call.show(report, lambda: report_text(report))
    write_report(report)
    report.require_loaded()
    if not report.reconciles:
        call.exit(ExitCode.FINDINGS)


def _permitted(call: Call, label: str, *, dry_run: bool) -> Workspace:
    """The workspace, once the import is allowed."""
    target = call.workspace().urls.main.masked
    if not dry_run:
        return call.permit(f"Import {label} into {target}?")
    # A rehearsal writes and takes locks like the run, so it is asked for where that can hurt.
    deed = Deed.REVERSIBLE_WRITE if call.settings().environment == "production" else Deed.READ
    return call.permit(f"Rehearse the import of {label} in {target}?", deed)
