"""`neonkit isolation probe` and `replay`: every action with every identity, and each leak shown again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.frame import AskingCommand
from toolkit.cli.isolation_statements import TraceFile, statements_of
from toolkit.cli.options import Format
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.isolation.probing import Probe, SideEffect
    from toolkit.isolation.replay.files import Shown


class AskingFindingsCommand(AskingCommand):
    """A command that may ask, and whose result every format can show."""

    formats = tuple(Format)


class ProbeFailOn(Enum):
    """From which verdict on the command fails."""

    LEAK = "leak"
    UNKNOWN = "unknown"


AppRole = Annotated[
    str | None,
    typer.Option(
        "--app-role", metavar="ROLE", help="The role the application acts as. Default: the one policies name."
    ),
]
Setting = Annotated[
    str | None,
    typer.Option("--identity-setting", metavar="NAME", help="The setting that policies read the user from."),
]
Explain = Annotated[
    bool | None,
    typer.Option(
        "--explain-only/--execute",
        help="Execute nothing: policies and plans only. Default on production; elsewhere two users try.",
    ),
]


def probe(
    ctx: typer.Context,
    app_role: AppRole = None,
    identity_setting: Setting = None,
    explain_only: Explain = None,
    fail_on: Annotated[
        ProbeFailOn, typer.Option("--fail-on", help="Fail on leaks only, or on unknowns too.")
    ] = ProbeFailOn.LEAK,
    trace: TraceFile = None,
) -> None:
    """Try every action with every identity on every table, partition, view and function.

    Real users and rows, the application's role, a savepoint per try, a transaction that is rolled back. What
    stays behind all the same is named before. Exit 7 if anything leaks; with --fail-on unknown, exit 5 if
    anything is not known.
    """
    from toolkit.cli.isolation_probe_text import probe_text
    from toolkit.isolation import Verdict
    from toolkit.isolation.probing.as_findings import as_findings

    call = Call.of(ctx)
    found = _probe(call, app_role, identity_setting, explain_only)
    heard = statements_of(found.cells(), trace) if trace is not None else None
    if call.options.format in (None, Format.TEXT, Format.JSON):
        told = {"totals": found.totals, "probe": found}
        told |= {"statements": heard} if heard is not None else {}
        call.show(told, lambda: probe_text(found, heard))
    else:
        call.show(as_findings(found))
    if found.leaks:
        call.exit(ExitCode.ISOLATION_BROKEN)
    if fail_on is ProbeFailOn.UNKNOWN and found.totals[Verdict.UNKNOWN]:
        call.exit(ExitCode.FINDINGS)


def replay(
    ctx: typer.Context,
    leak: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The leak, as the probe names it. Default: all.")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Write the SQL, the change that closes it, and a test."),
    ] = None,
    app_role: AppRole = None,
    identity_setting: Setting = None,
    execute: Annotated[
        bool, typer.Option("--execute", help="Probe although the settings say that this is production.")
    ] = False,
) -> None:
    """Probe, and give each leak as SQL that shows it; with --write as files, beside a test that is red.

    Per leak: leak_ID.sql shows it, close_ID.sql is the smallest change that closes it, test_leak_ID.py is red
    before and green after that. Exit 5 if there is no leak of that name.
    """
    from toolkit.isolation.probing.as_findings import leaks_as_findings
    from toolkit.isolation.replay.files import replays
    from toolkit.isolation.replay.files import write as write_files

    call = Call.of(ctx)
    found = _probe(call, app_role, identity_setting, False if execute else None)
    shown = replays(found, leak)
    if write is not None:
        shown = write_files(shown, write)
    if call.options.format in (None, Format.TEXT, Format.JSON):
        call.show({"leaks": shown}, lambda: _replayed(shown))
    else:
        names = {each.id for each in shown}
        call.show(leaks_as_findings(e for e in found.leaks if e.leak is not None and e.leak.id in names))


def _probe(
    call: Call, app_role: str | None, identity_setting: str | None, explain_only: bool | None
) -> Probe:
    """The probe as the settings and the options want it; on production executed only if somebody says so."""
    from toolkit.events import Notice
    from toolkit.isolation.probing import foreseen, probe_database

    workspace, settings = call.workspace(), call.settings()
    declared = settings.isolation
    production = settings.environment == "production"
    explain_only = production if explain_only is None else explain_only
    role, setting = app_role or declared.app_role, identity_setting or declared.identity_setting
    if production and not explain_only:
        staying = foreseen(workspace.database, workspace.ownership_rules, app_role=role)
        workspace = call.permit(f"Probe production? It is rolled back, but: {_told(staying)}")

    def before(effects: Sequence[SideEffect]) -> None:
        if effects and not production:
            call.emit(Notice("info", f"Everything is rolled back, but: {_told(effects)}"))

    return probe_database(
        workspace.database,
        workspace.ownership_rules,
        app_role=role,
        identity_setting=setting,
        explain_only=explain_only,
        before=before,
        emit=call.emit,
        cancel=call.cancel,
    )


def _told(effects: Sequence[SideEffect]) -> str:
    return " ".join(each.sentence for each in effects)


def _replayed(shown: Sequence[Shown]) -> str:
    from toolkit.reports.table import printable

    if not shown:
        return "No leak was found, so there is nothing to replay."
    if shown[0].files:
        return "\n".join(printable(path) for each in shown for path in each.files)
    return "\n".join(each.sql for each in shown)
