"""Alembic's verbs at the top level, with Alembic's arguments: they work on any existing Alembic project."""

from __future__ import annotations

import typer

from toolkit.cli import migrations_read, migrations_run, migrations_write
from toolkit.cli.frame import AskingCommand

RELATIVE = {"ignore_unknown_options": True}
"""So that `downgrade -1` is a revision and not an option; `Target` refuses what is neither."""


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("upgrade", cls=AskingCommand, context_settings=RELATIVE)(migrations_run.upgrade)
    app.command("downgrade", cls=AskingCommand, context_settings=RELATIVE)(migrations_run.downgrade)
    app.command("stamp", cls=AskingCommand, context_settings=RELATIVE)(migrations_run.stamp)
    app.command("current")(migrations_read.current)
    app.command("history")(migrations_read.history)
    app.command("heads")(migrations_read.heads)
    app.command("branches")(migrations_read.branches)
    app.command("show", context_settings=RELATIVE)(migrations_read.show)
    app.command("revision")(migrations_write.revision)
    app.command("merge")(migrations_write.merge)
