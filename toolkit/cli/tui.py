"""`neonkit tui`: the terminal UI. Textual is imported when the command is called, and only then."""

from __future__ import annotations

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

    code = launch(Call.of(ctx).workspace)
    raise typer.Exit(code)
