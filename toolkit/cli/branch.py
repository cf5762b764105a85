"""`neonkit branch`: something to go back to, made before a run that may go wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call
from toolkit.reports.table import printable


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("branch")(branch)


def branch(
    ctx: typer.Context,
    before: Annotated[
        str,
        typer.Option("--before", metavar="WORDS", help="What comes after it: becomes part of its name."),
    ] = "run",
) -> None:
    """Make a restore point: a Neon branch, or what the project's own command makes."""
    from toolkit.database.restore import make_restore_point

    call = Call.of(ctx)
    means = call.workspace().restore_means()
    point = make_restore_point(means, before, emit=call.emit, cancel=call.cancel)
    call.show(point, lambda: printable(point.words))
