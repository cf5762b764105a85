"""`neonkit import`: legacy data into tables, all of it or nothing."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.default_command import DEFAULT, AskingDefault, DefaultGroup
from toolkit.cli.transfer_suggest import suggest
from toolkit.friction import Deed

if TYPE_CHECKING:
    from toolkit.transfer import LoadReport


class Mode(Enum):
    """What becomes of a row whose primary key is in the table already."""

    ERROR = "error"
    SKIP = "skip"


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
) -> None:
    """Move legacy data into tables, all or nothing.

    Takes JSON, NDJSON and objects in memory. Every row is judged before anything is written; one that does
    not fit, and nothing is written (exit 5).
    """
    from toolkit.cli.transfer_text import report_text
    from toolkit.transfer import arrange, load

    call = Call.of(ctx)
    settings = call.settings()
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
        emit=call.emit,
        cancel=call.cancel,
        modules=settings.project_dir,
    )
    call.show(report, lambda: report_text(report))
    report.require_loaded()
