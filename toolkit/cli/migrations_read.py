"""`neonkit current`, `history`, `heads`, `branches` and `show`: what changes nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.migrations_options import Symbol, Verbose


def current(
    ctx: typer.Context,
    verbose: Verbose = False,
    check_heads: Annotated[
        bool, typer.Option("--check-heads", "-c", help="End with code 5 unless the database has every head.")
    ] = False,
) -> None:
    """Show where the database stands."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import current_text

    call = Call.of(ctx)
    found = migrate.current(call.workspace().project, call.workspace().database, check_heads=check_heads)
    call.show(found, lambda: current_text(found, verbose=verbose))


def history(
    ctx: typer.Context,
    rev_range: Annotated[
        str | None,
        typer.Option(
            "--rev-range", "-r", metavar="RANGE", help="start:end; either may be left out, or be current."
        ),
    ] = None,
    verbose: Verbose = False,
    indicate_current: Annotated[
        bool, typer.Option("--indicate-current", "-i", help="Mark where the database stands.")
    ] = False,
) -> None:
    """List the revisions, newest first."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import history_text

    call = Call.of(ctx)
    asks = indicate_current or "current" in (rev_range or "").split(":")
    database = call.workspace().database if asks else None
    found = migrate.history(call.workspace().project, database, rev_range, indicate_current=indicate_current)
    call.show(found, lambda: history_text(found, verbose=verbose))


def heads(
    ctx: typer.Context,
    verbose: Verbose = False,
    resolve_dependencies: Annotated[
        bool, typer.Option("--resolve-dependencies", help="Leave out what another revision depends on.")
    ] = False,
) -> None:
    """List the revisions that nothing follows."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import revisions_text

    call = Call.of(ctx)
    found = migrate.heads(call.workspace().project, resolve_dependencies=resolve_dependencies)
    call.show(found, lambda: revisions_text(found, verbose=verbose))


def branches(ctx: typer.Context, verbose: Verbose = False) -> None:
    """List the revisions that several others follow."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import branches_text

    call = Call.of(ctx)
    found = migrate.branches(call.workspace().project)
    call.show(found, lambda: branches_text(found, verbose=verbose))


def show(
    ctx: typer.Context,
    revision: Symbol,
) -> None:
    """Show a revision in full."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import revisions_text

    call = Call.of(ctx)
    database = call.workspace().database if revision == "current" else None
    found = migrate.show(call.workspace().project, revision, database)
    call.show(found, lambda: revisions_text(found, verbose=True))
