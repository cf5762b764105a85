"""`neonkit import`: legacy data into tables, all of it or nothing."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.default_command import DEFAULT, AskingDefault, DefaultGroup
from toolkit.cli.transfer_suggest import suggest
from toolkit.errors import ExitCode
from toolkit.friction import Deed

if TYPE_CHECKING:
    from toolkit.transfer import LoadReport


class Mode(Enum):
    """What becomes of a row whose primary key is in the table already."""

    ERROR = "error"
    SKIP = "skip"
    UPDATE_CHANGED = "update-changed"
    REPLACE = "replace"
    INSERT_MISSING = "insert-missing"


class OnError(Enum):
    """What becomes of the rows that fit where others do not."""

    REFUSE = "refuse"
    REJECT = "reject"


Batched = Annotated[
    bool | None,
    typer.Option(
        "--batched/--atomic",
        help="A transaction and checkpoint for each batch, or one for all; default: as mapped.",
    ),
]
BatchRows = Annotated[int | None, typer.Option("--batch-rows", metavar="N", min=1, help="Rows of one batch.")]
WhenWrong = Annotated[
    OnError | None,
    typer.Option("--on-error", help="With rows that do not fit: write nothing, or the others."),
]
MaxErrors = Annotated[
    int | None,
    typer.Option(
        "--max-errors", metavar="N", min=0, help="With --on-error reject: how many rejected rows are borne."
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="FILE", help="Where rejected records are written, to be mended."),
]
Refeed = Annotated[
    Path | None,
    typer.Option("--refeed", metavar="FILE", help="Import the mended records of a reject file."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the import that stopped.")]
Run = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help="Go on with this run, as reports name it.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Begin anew, whatever earlier runs did with the same file.")
]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write the report, too: FILE.md or FILE.json."),
]


def register(app: typer.Typer) -> None:
    """Add the command, and the verbs beside it."""
    group = typer.Typer(name="import", cls=DefaultGroup)
    group.command(DEFAULT, cls=AskingDefault)(import_)
    group.command("suggest")(suggest)
    app.add_typer(group)


def import_(
    ctx: typer.Context,
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Files, module:attribute, or one folder with a mapping.toml; default: as mapped.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", "-m", metavar="FILE", help="The mapping; default: the mapping.toml in the folder."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything, ask the server, and roll back.")
    ] = False,
    mode: Annotated[
        Mode | None,
        typer.Option("--mode", help="Rows that are there already; default: as mapped."),
    ] = None,
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
    workspace = call.workspace()
    target = workspace.urls.main.masked
    if not dry_run:
        workspace = call.permit(f"Import {order.label} into {target}?")
    else:
        # A rehearsal writes and takes locks like the run, so it is asked for where that can hurt.
        deed = Deed.REVERSIBLE_WRITE if settings.environment == "production" else Deed.READ
        workspace = call.permit(f"Rehearse the import of {order.label} in {target}?", deed)
    report: LoadReport = load(
        order.source,
        mapping=order.mapping,
        database=workspace.database,
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
