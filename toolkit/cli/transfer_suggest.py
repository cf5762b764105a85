"""`neonkit import suggest`: a mapping proposed for files, as TOML on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.call import Call


def suggest(
    ctx: typer.Context,
    source: Annotated[list[str], typer.Argument(metavar="FILE", help="Files, or module:attribute.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="PATH", help="Write the mapping to this file."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    models: Annotated[
        bool, typer.Option("--models", help="Into the tables of the models instead of the database's.")
    ] = False,
) -> None:
    """Propose a mapping: which field of the files becomes which column.

    From names, from types over all rows, and from which values are keys of which rows. The mapping is TOML,
    with scores and samples as comments; what could not be decided is marked with ??, and an import with it
    fails until somebody decides. Nothing is written to the database.
    """
    from toolkit.events import Notice
    from toolkit.transfer.export.files import Files
    from toolkit.transfer.suggest import suggest as propose
    from toolkit.transfer.suggest import tables_of_database, tables_of_models

    call = Call.of(ctx)
    workspace = call.workspace()
    if models:
        tables = tables_of_models(workspace.registry.tables.values())
    else:
        tables = tables_of_database(workspace.database, emit=call.emit, cancel=call.cancel)
    proposal = propose(
        source,
        tables,
        home=out.parent if out is not None else Path.cwd(),
        modules=call.settings().project_dir,
        emit=call.emit,
        cancel=call.cancel,
    )
    if out is not None:
        files = Files(overwrite=overwrite)
        with files.finished():
            files.open(out).write(proposal.text.encode())
    if proposal.undecided:
        call.emit(Notice("warning", f"{len(proposal.undecided)} things are to decide: look for ??."))
    call.show(proposal, lambda: proposal.text if out is None else f"Wrote {out}.")
