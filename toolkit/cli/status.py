"""`neonkit status`: which database this is, who we are there, and where its schema stands."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.database.server_identity import ServerIdentity
    from toolkit.migrate import CurrentRevisions, Revision
    from toolkit.migrate.drift import Glance
    from toolkit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Pending:
    """A revision that an upgrade would run."""

    revision: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One version table: what it holds, and what would come next."""

    table: str
    current: tuple[str, ...]
    at_head: bool
    unknown: tuple[str, ...]
    """Revisions in the table that no file of the project carries."""
    pending: tuple[Pending, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to "where am I?". `migrations` is None when there is no Alembic project."""

    environment: str
    profile: str | None
    url: str
    milliseconds: float
    """How long connecting and asking took."""
    server: ServerIdentity
    migrations: tuple[Standing, ...] | None
    edited: tuple[str, ...] = ()
    """Applied revisions whose files are not those that ran, as far as the journal tells."""
    drift: Glance | None = None
    """What the last `neonkit drift` says of the database as it is now. None without an Alembic project."""

    @property
    def behind(self) -> bool:
        """Whether anything is pending or unknown."""
        return any(each.pending or each.unknown for each in self.migrations or ())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    ctx: typer.Context,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 5 when revisions are pending or unknown.")
    ] = False,
) -> None:
    """Show the database, the role, what is pending, and what is known of drift.

    Drift is what the last `neonkit drift` found while nothing changed since, and UNKNOWN otherwise.
    """
    call = Call.of(ctx)
    found = _look(call, call.workspace())
    call.show(found, lambda: _text(found))
    if exit_code and found.behind:
        call.exit(ExitCode.FINDINGS)


def _look(call: Call, workspace: Workspace) -> Status:
    database = workspace.database
    began = perf_counter()
    server = database.describe(emit=call.emit, cancel=call.cancel)
    took = (perf_counter() - began) * 1000
    return Status(
        environment=workspace.settings.environment,
        profile=workspace.settings.profile,
        url=workspace.urls.main.masked,
        milliseconds=round(took, 1),
        server=server,
        migrations=(standing := _migrations(workspace)),
        edited=_edited(workspace) if any(each.current for each in standing or ()) else (),
        drift=None if standing is None else _glance(call),
    )


def _glance(call: Call) -> Glance:
    """Drift as far as it is known: nothing is built for it, and a failure here is no failure of `status`."""
    from toolkit.cli.drift import models_of, project_of
    from toolkit.errors import NeonkitError
    from toolkit.migrate import drift as room

    folder = call.settings().project_dir
    try:
        options = room.Options(
            cache=folder / ".neonkit" / "cache", accepted=room.read_accepted(folder / room.FILE)
        )
        return room.glance(project_of(call), call.workspace().database, models_of(call), options)
    except NeonkitError as error:
        return room.Glance(room.GlanceState.UNKNOWN, reason=error.sentence)


def _edited(workspace: Workspace) -> tuple[str, ...]:
    from toolkit.migrate.journal.page import journal_page

    found = journal_page(workspace.project, workspace.database, limit=1)
    return tuple(each.subject for each in found.findings)


def _migrations(workspace: Workspace) -> tuple[Standing, ...] | None:
    from toolkit.migrate import current
    from toolkit.migrate.errors import NoProjectError

    try:
        project = workspace.project
    except NoProjectError as error:
        if error.named:
            raise
        return None
    graph = project.graph()
    return tuple(
        _standing(found, () if found.unknown else graph.pending(found.heads))
        for found in current(project, workspace.database)
    )


def _standing(found: CurrentRevisions, pending: tuple[Revision, ...]) -> Standing:
    return Standing(
        table=found.table,
        current=found.heads,
        at_head=found.at_head,
        unknown=found.unknown,
        pending=tuple(Pending(each.id, each.message) for each in pending),
    )


def _text(found: Status) -> str:
    server = found.server
    marks = {"superuser": server.is_superuser, "bypasses row-level security": server.bypasses_rls}
    powers = [word for word, has in marks.items() if has]
    rows = [
        ("environment", found.environment + (f" (profile {found.profile})" if found.profile else "")),
        ("url", found.url),
        (
            "database",
            f"{server.database}, {'pooled' if server.pooled else 'direct'}, {found.milliseconds:.0f} ms",
        ),
        ("server", f"PostgreSQL {server.version}{', in recovery' if server.is_in_recovery else ''}"),
        ("role", server.role + (f" ({', '.join(powers)})" if powers else "")),
        ("access", "read-only" if server.read_only else "read and write"),
        *_revision_rows(found.migrations),
        *([("drift", _drift_text(found.drift))] if found.drift else []),
        *([("edited", f"{', '.join(found.edited)}: `neonkit repair` tells more")] if found.edited else []),
    ]
    return "\n".join(f"{name:<12} {value}" for name, value in rows)


def _drift_text(found: Glance) -> str:
    number = found.differences
    count = "1 difference" if number == 1 else f"{number} differences"
    when = f"compared {found.compared[:16].replace('T', ' ')} UTC" if found.compared else ""
    if found.state == "none":
        return f"none, {when}"
    said = f"{count}, {when}"
    if found.state == "unknown":
        said = f"UNKNOWN: {(found.reason or '').rstrip('.')}" + (f" ({count}, {when})" if when else "")
    return f"{said}; `neonkit drift` tells more"


def _revision_rows(migrations: tuple[Standing, ...] | None) -> list[tuple[str, str]]:
    if migrations is None:
        return [("revision", "no Alembic project here")]
    rows: list[tuple[str, str]] = []
    for each in migrations:
        where = f" in {each.table}" if len(migrations) > 1 else ""
        mark = " (head)" if each.at_head and each.current else ""
        rows.append(("revision", (", ".join(each.current) or "none yet") + mark + where))
        if each.unknown:
            rows.append(("unknown", f"{', '.join(each.unknown)}: in no file of the project"))
        rows.append(("pending", f"{len(each.pending)}" if each.pending else "nothing"))
        rows += [("", f"{pending.revision}  {pending.message}") for pending in each.pending]
    return rows
