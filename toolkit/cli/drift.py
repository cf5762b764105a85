"""`neonkit drift`: models, migrations and the database held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from toolkit.cli import drift_options as words
from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import MetaData

    from toolkit.migrate import AlembicProject


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("drift")(drift)


def drift(
    ctx: typer.Context,
    scratch: words.Scratch = words.Place.AUTO,
    fresh: words.Fresh = False,
    full: words.Full = False,
    fail_on: words.FailingOn = words.FailOn.DRIFT,
    fix: words.Fix = None,
    adopt: words.Adopt = None,
    drop: words.Drop = None,
    rename: words.Rename = None,
    message: words.Message = None,
    head: words.Head = "head",
) -> None:
    """Models, migrations and database in one table, each difference with its cause.

    Migrations and models are built in scratch databases, the database is only read.
    Differences listed in drift-accepted.toml are accepted.
    With --fix or --adopt it writes a revision that was tried in a scratch database.
    Exit 5 on drift, with --fix and --adopt on what the revision leaves.
    """
    from toolkit.cli.drift_fix import write
    from toolkit.cli.drift_text import document, drift_text
    from toolkit.migrate import drift as room

    call = Call.of(ctx)
    settings = call.settings()
    options = room.Options(
        scratch=room.Scratch(scratch.value),
        production=settings.environment == "production" or settings.read_only,
        cache=settings.project_dir / ".neonkit" / "cache",
        fresh=fresh,
        accepted=room.read_accepted(settings.project_dir / room.FILE),
    )
    if fix or adopt or drop or rename:
        write(
            call, models_of(call), options, (fix.value if fix else None, adopt, drop, rename, message, head)
        )
        return
    found = room.drift(
        project_of(call),
        call.workspace().database,
        models_of(call),
        options,
        emit=call.emit,
        cancel=call.cancel,
    )
    call.show(document(found), lambda: drift_text(found, full=full))
    if found.drifted or (fail_on is words.FailOn.UNKNOWN and found.unknowns):
        call.exit(ExitCode.FINDINGS)


def project_of(call: Call) -> AlembicProject | None:
    """The Alembic project; None where there is none and the models are configured."""
    from toolkit.migrate.errors import NoProjectError

    try:
        return call.workspace().project
    except NoProjectError:
        if call.settings().models or call.settings().metadata:
            return None
        raise


def models_of(call: Call) -> Sequence[MetaData] | None:
    """The configured models; None leaves them to env.py."""
    settings = call.settings()
    if not settings.models and not settings.metadata:
        return None
    return call.workspace().registry.metadata
