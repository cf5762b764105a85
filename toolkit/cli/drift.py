"""`neonkit drift`: models, migrations and the database held against each other."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import MetaData

    from toolkit.migrate import AlembicProject


class Place(Enum):
    """Where scratch databases are made."""

    AUTO = "auto"
    SERVER = "server"
    EMBEDDED = "embedded"


class FailOn(Enum):
    """From what on the command fails."""

    DRIFT = "drift"
    UNKNOWN = "unknown"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("drift")(drift)


def drift(
    ctx: typer.Context,
    scratch: Annotated[
        Place,
        typer.Option(
            "--scratch", help="Build scratch databases on the database's server or an embedded one."
        ),
    ] = Place.AUTO,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Build every side anew, take none from disk.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Show long values whole.")] = False,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Fail on drift, or on unknowns too.")
    ] = FailOn.DRIFT,
) -> None:
    """Models, migrations and database in one table, each difference with its cause.

    Migrations and models are built in scratch databases, the database is only read.
    Differences listed in drift-accepted.toml are accepted.
    Exit 5 on drift.
    """
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
    found = room.drift(
        _project(call),
        call.workspace().database,
        _metadata(call),
        options,
        emit=call.emit,
        cancel=call.cancel,
    )
    call.show(document(found), lambda: drift_text(found, full=full))
    if found.drifted or (fail_on is FailOn.UNKNOWN and found.unknowns):
        call.exit(ExitCode.FINDINGS)


def _project(call: Call) -> AlembicProject | None:
    """The Alembic project; None where there is none and the models are configured."""
    from toolkit.migrate.errors import NoProjectError

    try:
        return call.workspace().project
    except NoProjectError:
        if call.settings().models or call.settings().metadata:
            return None
        raise


def _metadata(call: Call) -> Sequence[MetaData] | None:
    """The configured models; None leaves them to env.py."""
    settings = call.settings()
    if not settings.models and not settings.metadata:
        return None
    return call.workspace().registry.metadata
