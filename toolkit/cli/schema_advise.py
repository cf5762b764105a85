"""`neonkit schema advise` and `neonkit schema rules`: what could be better about the schema."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.findings import Severity
    from toolkit.schema import Snapshot
    from toolkit.schema.advice import AdviceSettings, Statistics


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


def register(group: typer.Typer) -> None:
    """Add the commands to the group `schema`."""
    group.command("advise")(advise)
    group.command("rules")(rules)


def advise(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[OBJECT]", help="Only this object and what stands on it.")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule; may be repeated.")
    ] = None,
    min_severity: Annotated[
        Weight, typer.Option("--min-severity", help="Show what weighs as much or more.")
    ] = Weight.INFO,
    fail_on: Annotated[
        Weight, typer.Option("--fail-on", help="Exit 5 if something weighs as much or more.")
    ] = Weight.ERROR,
    app_role: Annotated[
        list[str] | None,
        typer.Option("--app-role", metavar="ROLE", help="A role the application acts as; may be repeated."),
    ] = None,
) -> None:
    """What could be better about the schema, each with a fix. Nothing is changed.

    Exit 5 if something at --fail-on or above is found. `neonkit rule ID` explains a rule.
    """
    import dataclasses

    from toolkit.reports.findings_text import findings_text
    from toolkit.schema.advice import advise as advise_on

    call = Call.of(ctx)
    settings = _settings(call, frozenset(rule or ()), tuple(app_role or ()))
    snapshot, statistics = _read(call)
    about = None if name is None else snapshot.find(name)
    report = advise_on(snapshot, statistics=statistics, settings=settings, about=about)
    shown = dataclasses.replace(report, findings=report.at_least(min_severity.severity))
    call.show(shown, lambda: findings_text(shown))
    call.exit(ExitCode.FINDINGS if report.at_least(fail_on.severity) else ExitCode.DONE)


def rules(ctx: typer.Context) -> None:
    """The rules of `schema advise`, by topic. Reads no database."""
    from toolkit.reports.table import table
    from toolkit.schema.advice import TOPICS

    call = Call.of(ctx)
    rows = [
        (rule.id, rule.severity.word, topic, rule.name) for topic, found in TOPICS.items() for rule in found
    ]
    keys = ("id", "severity", "topic", "name")
    call.show(
        [dict(zip(keys, row, strict=True)) for row in rows],
        lambda: table(("rule", "severity", "topic", "name"), rows),
    )


def _settings(call: Call, only: frozenset[str], app_roles: tuple[str, ...]) -> AdviceSettings:
    """What the project says about its roles and owners; what it leaves open keeps its default.

    Raises `UnknownRuleError` before anything is connected.
    """
    from toolkit.schema.advice import AdviceSettings, rule_named

    for id_ in only:
        rule_named(id_)
    declared = call.settings().isolation
    configured = (declared.app_role,) if declared.app_role else ()
    return AdviceSettings(
        only=only,
        app_roles=app_roles or configured,
        owner_columns=declared.owner_columns or AdviceSettings().owner_columns,
        identity_setting=declared.identity_setting,
    )


def _read(call: Call) -> tuple[Snapshot, Statistics]:
    from toolkit.database import Job
    from toolkit.schema import read_snapshot
    from toolkit.schema.advice import read_statistics

    with call.workspace().database.connect(Job.INSPECT, emit=call.emit, cancel=call.cancel) as connection:
        return read_snapshot(connection), read_statistics(connection)
