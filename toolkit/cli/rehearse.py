"""`neonkit rehearse`: revisions run for real on a throw-away copy, up, down and up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.drift_options import Place
from toolkit.cli.schema_advise import Weight
from toolkit.errors import ExitCode

MOST_ROWS = 10_000_000
"""Synthetic rows of a table; more would take longer than anybody waits."""

if TYPE_CHECKING:
    from toolkit.database.database import Database
    from toolkit.migrate.rehearsal import Rehearsal


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rehearse")(rehearse)


def rehearse(
    ctx: typer.Context,
    range_: Annotated[
        str,
        typer.Argument(
            metavar="[RANGE]", help="Where to, from where the database is; or start:end of the history."
        ),
    ] = "head",
    all_: Annotated[bool, typer.Option("--all", help="The whole history from base, every branch.")] = False,
    rows: Annotated[
        str, typer.Option("--rows", metavar="N|like-live", help="Synthetic rows for each table.")
    ] = "10",
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="URL", help="Rehearse in this database, which is changed, not on a copy."
        ),
    ] = None,
    round_trip: Annotated[
        bool, typer.Option("--round-trip/--up-only", help="Down and up again after each way up.")
    ] = True,
    scratch: Annotated[
        Place, typer.Option("--scratch", help="Make the copy on the database's server or an embedded one.")
    ] = Place.AUTO,
    full: Annotated[bool, typer.Option("--full", help="Every statement of every step.")] = False,
    fail_on: Annotated[
        Weight, typer.Option("--fail-on", help="Exit 5 if something weighs as much or more.")
    ] = Weight.ERROR,
) -> None:
    """Revisions run on a throw-away copy and measured: locks, rewrites, rows, time, and the way back.

    After each revision it goes down and up again, and the schema is compared at every step.
    Exit 5 if something at --fail-on or above is found.
    """
    from toolkit.cli.rehearse_text import document, rehearse_text
    from toolkit.migrate.drift.scratch import Scratch
    from toolkit.migrate.rehearsal import RehearsalOptions
    from toolkit.migrate.rehearsal import rehearse as run
    from toolkit.migrate.trial import Grounds

    call = Call.of(ctx)
    settings = call.settings()
    count = _count(rows)
    production = settings.environment == "production" or settings.read_only
    named = None if on is None else _named(call, on)
    options = RehearsalOptions(
        grounds=Grounds(Scratch(scratch.value), production),
        rows=count,
        whole_history=all_,
        round_trip=round_trip,
        on=named,
        root=str(settings.project_dir),
    )
    workspace = call.workspace()
    database = workspace.database if named is None else named
    found = run(workspace.project, database, range_, options, emit=call.emit, cancel=call.cancel)
    call.show(document(found), lambda: rehearse_text(found, full=full))
    _end(call, found, fail_on)


def _end(call: Call, found: Rehearsal, fail_on: Weight) -> None:
    if found.report.at_least(fail_on.severity):
        call.exit(ExitCode.FINDINGS)


def _count(given: str) -> int | None:
    from toolkit.migrate.rehearsal import BadRowsError

    if given == "like-live":
        return None
    if not given.isdecimal() or int(given) > MOST_ROWS:
        raise BadRowsError(given)
    return int(given)


def _named(call: Call, on: str) -> Database:
    """The database that --on names, when somebody has said yes to changing it."""
    from toolkit.database import Database, DatabaseUrl, Job
    from toolkit.migrate.rehearsal import RehearseOnTargetError
    from toolkit.secret import Secret

    named = Database.at(DatabaseUrl.parse(Secret(on)))
    url = named.url(Job.MIGRATE)
    place = f"{url.host}:{url.port or 5432}/{url.database}"
    if _is_configured(call, place):
        raise RehearseOnTargetError(place)
    call.confirm(f"Rehearse in {place}? Revisions run in it, and rows are made and removed.")
    return named


def _is_configured(call: Call, place: str) -> bool:
    """Whether the project itself works on the database; a project without one works on none."""
    from toolkit.database import Job
    from toolkit.errors import NeonkitError

    try:
        url = call.workspace().database.url(Job.MIGRATE)
    except NeonkitError:
        return False
    return f"{url.host}:{url.port or 5432}/{url.database}" == place
