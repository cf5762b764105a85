"""`neonkit tui`: the terminal UI. Textual is imported when the command is called, and only then."""

from __future__ import annotations

from pathlib import Path

import typer

from toolkit.cli.call import Call


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tui")(tui)


def tui(ctx: typer.Context) -> None:
    """Open the terminal UI.

    Schema, migrations, import and isolation of one database.
    """
    from toolkit.tui.launch import launch

    call = Call.of(ctx)
    code = launch(call.workspace, call.options.project or Path.cwd())
    raise typer.Exit(code)
