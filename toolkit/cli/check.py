"""`neonkit check`: the one command for a pipeline."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.cli.frame import FindingsCommand
from toolkit.cli.options import Format
from toolkit.cli.schema_advise import Weight
from toolkit.cli.suppressing import BaselineFile, WriteBaseline, read_if_named, written_baseline

if TYPE_CHECKING:
    from toolkit.settings import Settings


class Part(Enum):
    """The parts of a check."""

    HEADS = "heads"
    LINT = "lint"
    REHEARSAL = "rehearsal"
    DRIFT = "drift"
    ADVICE = "advice"
    ISOLATION = "isolation"


class Where(Enum):
    """The database that is asked."""

    EMBEDDED = "embedded"
    CONFIGURED = "configured"


Parts = Annotated[
    list[Part] | None, typer.Option("--part", help="Only this part; may be repeated. Default: as set.")
]
Skipped = Annotated[list[Part] | None, typer.Option("--skip", help="Not this part; may be repeated.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="REF", help="Lint and rehearse what is new in git since this commit."),
]
Base = Annotated[
    str | None,
    typer.Option("--base", metavar="REVISION", help="Lint and rehearse what comes after this revision."),
]
Place = Annotated[
    Where | None,
    typer.Option("--database", help="A throw-away server of its own, or the configured database."),
]
Rows = Annotated[
    int | None,
    typer.Option("--rows", min=0, max=10_000_000, metavar="N", help="Synthetic rows for each table."),
]
FailOn = Annotated[
    Weight | None, typer.Option("--fail-on", help="Fail from this weight on. Default: as set, error.")
]
FailOnUnknown = Annotated[
    bool | None, typer.Option("--fail-on-unknown", help="What could not be told fails, too.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", cls=FindingsCommand)(check)


def check(
    ctx: typer.Context,
    part: Parts = None,
    skip: Skipped = None,
    since: Since = None,
    base: Base = None,
    database: Place = None,
    rows: Rows = None,
    fail_on: FailOn = None,
    fail_on_unknown: FailOnUnknown = None,
    baseline: BaselineFile = None,
    write_baseline: WriteBaseline = False,
) -> None:
    """Everything a pipeline asks: heads, lint, rehearsal, drift, advice and isolation.

    Runs on a throw-away server that is migrated from nothing, unless --database configured says otherwise.
    Exit 7 if a user can reach another user's rows; exit 5 if a part found something at its level or above; a
    part that could not be asked fails with the exit code of what kept it.
    """
    from toolkit.check import check as run
    from toolkit.check.values import CheckDocument, lived_with
    from toolkit.cli.check_text import check_text

    call = Call.of(ctx)
    if since is not None and base is not None:
        raise BadCommandLineError("Give --since or --base, not both.", call.command)
    given = {
        "since": since,
        "base": base,
        "database": database.value if database else None,
        "rows": rows,
        "fail_on": fail_on.value if fail_on else None,
        "fail_on_unknown": fail_on_unknown,
    }
    settings = _settings(call.settings(), given, part, skip)
    if not settings.check.parts:
        raise BadCommandLineError("No part is left to ask.", call.command)
    known = None if write_baseline else read_if_named(baseline or settings.baseline)
    workspace = call.workspace().under(settings)
    found = run(workspace, baseline=known, emit=call.emit, cancel=call.cancel)
    if write_baseline:
        found = lived_with(found, written_baseline(call, found.report, baseline or settings.baseline))
    if call.options.format in (None, Format.TEXT, Format.JSON):
        call.show(CheckDocument.of(found), lambda: check_text(found))
    else:
        call.show(found.report)
    call.exit(found.exit_code)


def _settings(
    settings: Settings, given: dict[str, Any], only: list[Part] | None, skip: list[Part] | None
) -> Settings:
    """The settings, overridden by what the command line gives; one base drives the other out."""
    told = {name: value for name, value in given.items() if value is not None}
    if "since" in told:
        told["base"] = None
    if "base" in told and told["base"] is not None:
        told["since"] = None
    if "fail_on" in told:
        told["levels"] = {}
    wanted = {each.value for each in only} if only else set(settings.check.parts)
    wanted -= {each.value for each in skip or ()}
    told["parts"] = tuple(each.value for each in Part if each.value in wanted)
    return dataclasses.replace(settings, check=dataclasses.replace(settings.check, **told))
