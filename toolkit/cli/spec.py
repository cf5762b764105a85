"""`neonkit spec`: the command line itself as JSON. Reads no settings, no project and no database."""

from __future__ import annotations

import typer

from toolkit.cli.call import Call


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("spec")(spec)


def spec(ctx: typer.Context) -> None:
    """Describe commands, options, events, exit codes and error codes, with --json for a machine."""
    from toolkit.cli.reference.pages import overview
    from toolkit.cli.reference.specification import specification

    described = specification(ctx.find_root().command)
    Call.of(ctx).show(described, lambda: overview(described))
