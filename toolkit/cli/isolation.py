"""`neonkit isolation`: whether any user can reach another user's rows."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.frame import AskingCommand, FindingsCommand
from toolkit.cli.isolation_owners import owners
from toolkit.cli.isolation_probe import AskingFindingsCommand, probe, replay
from toolkit.cli.isolation_protect import protect
from toolkit.cli.isolation_prove import prove
from toolkit.cli.isolation_statements import TraceFile, statements_of
from toolkit.cli.isolation_trace import trace as trace_command
from toolkit.cli.options import Format
from toolkit.cli.suppressing import BaselineFile, WriteBaseline, suppressed
from toolkit.errors import ExitCode
from toolkit.findings import Severity

if TYPE_CHECKING:
    from toolkit.isolation import IsolationReport


class FailOn(Enum):
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
Fail = Annotated[FailOn, typer.Option("--fail-on", help="Fail on leaks only, or on unknowns too.")]
Explain = Annotated[
    bool | None,
    typer.Option(
        "--explain-only/--probe",
        help="Execute nothing: policies and plans only. Default on production; elsewhere two users try.",
    ),
]

Users = Annotated[
    list[str] | None,
    typer.Option(
        "--user", metavar="KEY", help="Who acts; once more: who is acted against. Default: chosen by rows."
    ),
]
Tables = Annotated[
    list[str] | None,
    typer.Option("--table", metavar="NAME", help="Judge this table alone, without views and functions."),
]


def register(app: typer.Typer) -> None:
    """Add the group; without a command it audits."""
    group = typer.Typer(
        name="isolation", help="Whether a user can reach another user's rows.", invoke_without_command=True
    )
    group.callback()(default)
    group.command("audit", cls=FindingsCommand)(audit)
    group.command("owners")(owners)
    group.command("protect", cls=AskingCommand)(protect)
    group.command("prove")(prove)
    group.command("trace", cls=FindingsCommand)(trace_command)
    group.command("probe", cls=AskingFindingsCommand)(probe)
    group.command("replay", cls=AskingFindingsCommand)(replay)
    app.add_typer(group)


def default(ctx: typer.Context) -> None:
    """Whether a user can reach another user's rows."""
    if ctx.invoked_subcommand is None:
        audit(ctx)


def audit(
    ctx: typer.Context,
    app_role: AppRole = None,
    identity_setting: Setting = None,
    fail_on: Fail = FailOn.LEAK,
    explain_only: Explain = None,
    user: Users = None,
    table: Tables = None,
    trace: TraceFile = None,
    baseline: BaselineFile = None,
    write_baseline: WriteBaseline = False,
) -> None:
    """One verdict per table and verb, tried by two users.

    All of it happens in a transaction that is rolled back; with --explain-only nothing is executed.
    Exit 7 if anything leaks; exit 5 for a finding of weight error, such as a way around the policies that was
    not tried; with --fail-on unknown, exit 5 if anything is not known. Findings can be lived with, by the
    settings or a baseline; verdicts never.
    """
    from toolkit.cli.isolation_text import isolation_text
    from toolkit.isolation import Asked, Verdict, judge_database
    from toolkit.isolation.as_findings import as_findings
    from toolkit.isolation.statements import with_statements

    call = Call.of(ctx)
    workspace = call.workspace()
    declared = call.settings().isolation
    production = call.settings().environment == "production"
    explain_only = production if explain_only is None else explain_only
    report = judge_database(
        workspace.database,
        workspace.ownership_rules,
        app_role=app_role or declared.app_role,
        identity_setting=identity_setting or declared.identity_setting,
        explain_only=explain_only,
        asked=Asked(tuple(user or ()), frozenset(table or ())),
        emit=call.emit,
        cancel=call.cancel,
    )
    ran = frozenset[str]() if table else _asked(report, explain_only)
    kept = suppressed(call, report.audit, ran=ran, baseline=baseline, write_baseline=write_baseline)
    report = dataclasses.replace(report, audit=kept)
    heard = statements_of(report.cells, trace) if trace is not None else None
    if heard is not None:
        report = with_statements(report, heard.heard)
    if call.options.format in (None, Format.TEXT, Format.JSON):
        told = {"headline": report.headline, "totals": report.totals, "report": report}
        call.show(told, lambda: isolation_text(report, layers=call.options.verbose, statements=heard))
    else:
        call.show(as_findings(report, heard.answers if heard is not None else ()))
    if report.leaks:
        call.exit(ExitCode.ISOLATION_BROKEN)
    unknown = report.totals[Verdict.UNKNOWN] or report.audit.unknowns
    if report.audit.at_least(Severity.ERROR) or (fail_on is FailOn.UNKNOWN and unknown):
        call.exit(ExitCode.FINDINGS)


def _asked(report: IsolationReport, explain_only: bool) -> frozenset[str]:
    """The rules that had the chance to speak about every table."""
    from toolkit.isolation.rules import OF_ROWS, RULES

    if report.subject.role is None:
        return frozenset()
    silent = {unknown.rule for unknown in report.audit.unknowns}
    return frozenset(RULES) - silent - (OF_ROWS if explain_only else frozenset())
