"""`neonkit demo`: the way through the product, on the reference application."""

from __future__ import annotations

import typer

from toolkit.cli.call import Call


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(ctx: typer.Context) -> None:
    """Make a real database and walk through it.

    Created, migrated, filled from legacy data, inspected, checked.

    Uses the project's embedded server and no other. Safe to run again: what is there stays.
    """
    from pathlib import Path

    from toolkit.cli.demo_text import tour_text
    from toolkit.demo.project import find_root
    from toolkit.demo.tour import run_tour
    from toolkit.events import Notice

    call = Call.of(ctx)
    if call.options.url is not None:
        call.emit(Notice("warning", "The demo uses its own server; --url is left aside."))
    here = Path.cwd()
    found = run_tour(find_root(call.options.project, here), call.emit, call.cancel)
    call.show(found, lambda: tour_text(found, here))
