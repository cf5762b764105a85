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
    journal: Annotated[
        bool,
        typer.Option(
            "--journal", help="Say beside each revision when it was run, and what was edited since."
        ),
    ] = False,
    runs: Annotated[
        bool, typer.Option("--runs", help="List the runs instead: who, from where, when, how it ended.")
    ] = False,
    statements: Annotated[
        bool,
        typer.Option("--statements", help="With --runs: each statement with its time, rows and outcome."),
    ] = False,
) -> None:
    """List the revisions, newest first, or the runs that the database's journal tells of."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import history_text

    call = Call.of(ctx)
    if runs or statements:
        _show_runs(call, statements=statements)
        return
    asks = indicate_current or journal or "current" in (rev_range or "").split(":")
    database = call.workspace().database if asks else None
    marked = indicate_current or journal
    found = migrate.history(call.workspace().project, database, rev_range, indicate_current=marked)
    if journal and database is not None:
        from toolkit.cli.journal_text import beside_text
        from toolkit.migrate.journal.page import journal_page

        page = journal_page(call.workspace().project, database)
        call.show({"history": found, "journal": page}, lambda: beside_text(found, page))
        return
    call.show(found, lambda: history_text(found, verbose=verbose))


def _show_runs(call: Call, *, statements: bool) -> None:
    from toolkit.cli.journal_text import runs_text
    from toolkit.migrate.journal.page import journal_page

    page = journal_page(call.workspace().project, call.workspace().database, statements=statements)
    call.show(page, lambda: runs_text(page, statements=statements))


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
