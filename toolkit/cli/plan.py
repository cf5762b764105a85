"""`neonkit plan`: what an upgrade would do to the database, and plans that were kept."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.findings import Severity
    from toolkit.migrate.plan import Plan


class Place(Enum):
    """Where scratch databases are made."""

    AUTO = "auto"
    SERVER = "server"
    EMBEDDED = "embedded"


class Weight(Enum):
    """The severities as words of the command line."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def severity(self) -> Severity:
        """The severity of findings."""
        from toolkit.findings import Severity

        return Severity[self.name]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan)


def plan(
    ctx: typer.Context,
    revision: Annotated[
        str,
        typer.Argument(metavar="[REVISION]", help="Where to; or `show` with the ID of a plan that was kept."),
    ] = "head",
    id_: Annotated[str | None, typer.Argument(metavar="[ID]", hidden=True)] = None,
    valid: Annotated[
        float,
        typer.Option("--valid", metavar="HOURS", min=0, max=8760, help="How long the plan may be run."),
    ] = 24.0,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", metavar="SECONDS", min=0.001, max=86_400, help="For each question to the live rows."
        ),
    ] = 5.0,
    scratch: Annotated[
        Place,
        typer.Option("--scratch", help="Try the revisions on the database's server or an embedded one."),
    ] = Place.AUTO,
    save: Annotated[bool, typer.Option("--save/--no-save", help="Keep it under .neonkit/plans.")] = True,
    full: Annotated[bool, typer.Option("--full", help="Every statement whole, with all its locks.")] = False,
    fail_on: Annotated[
        Weight, typer.Option("--fail-on", help="Exit 5 if something weighs as much or more.")
    ] = Weight.ERROR,
) -> None:
    """What an upgrade would run, lock, rewrite and lose, tried on a scratch copy. The database is only read.

    `plan show ID` shows a kept plan again; `upgrade --plan ID` runs exactly it.
    Exit 5 if something at --fail-on or above is found.
    """
    call = Call.of(ctx)
    if revision == "show":
        _show(call, _kept(call, id_), full=full)
        return
    _refuse_more(ctx, id_)
    made = _make(call, revision, valid, timeout, scratch, save=save)
    _show(call, made, full=full)
    if made.report.at_least(fail_on.severity):
        call.exit(ExitCode.FINDINGS)


def _refuse_more(ctx: typer.Context, more: str | None) -> None:
    from toolkit.cli.errors import BadCommandLineError

    if more is not None:
        raise BadCommandLineError(complaint=f"{more} is one revision too many.", command=ctx.command_path)


def _kept(call: Call, id_: str | None) -> Plan:
    from toolkit.migrate.plan import UnknownPlanError, plans_folder, read_plan

    folder = plans_folder(call.settings().project_dir)
    if id_ is None:
        raise UnknownPlanError("without an id", str(folder))
    return read_plan(folder, id_)


def _make(call: Call, revision: str, valid: float, timeout: float, place: Place, *, save: bool) -> Plan:
    from datetime import timedelta

    from toolkit.events import Notice
    from toolkit.migrate.drift.scratch import Scratch
    from toolkit.migrate.plan import PlanOptions, make_plan, plans_folder, save_plan
    from toolkit.migrate.trial import Grounds

    settings, workspace = call.settings(), call.workspace()
    production = settings.environment == "production" or settings.read_only
    options = PlanOptions(
        grounds=Grounds(Scratch(place.value), production),
        valid=timedelta(hours=valid),
        forecast_timeout=timeout,
        root=str(settings.project_dir),
    )
    made = make_plan(
        workspace.project, workspace.database, revision, options, emit=call.emit, cancel=call.cancel
    )
    if save and made.revisions:
        try:
            save_plan(plans_folder(settings.project_dir), made)
        except OSError as error:
            call.emit(Notice("warning", f"The plan could not be kept: {error.strerror}."))
    return made


def _show(call: Call, made: Plan, *, full: bool) -> None:
    from toolkit.cli.plan_text import document, plan_text

    call.show(document(made), lambda: plan_text(made, full=full))
