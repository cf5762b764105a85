"""`neonkit schema advise` and `neonkit schema rules`: what could be better about the schema."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.cli.frame import FindingsCommand
from toolkit.cli.suppressing import BaselineFile, WriteBaseline, suppressed
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.findings import Report, Severity
    from toolkit.schema import Snapshot
    from toolkit.schema.advice import AdviceSettings, Declared, Statistics


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
    group.command("advise", cls=FindingsCommand)(advise)
    group.command("rules")(rules)


def advise(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[OBJECT]", help="Only this object and what stands on it.")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule; may be repeated.")
    ] = None,
    subject: Annotated[
        list[str] | None,
        typer.Option("--subject", metavar="PATTERN", help="Only findings about these; may be repeated."),
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
    baseline: BaselineFile = None,
    write_baseline: WriteBaseline = False,
    write_revision: Annotated[
        bool, typer.Option("--write-revision", help="Write a revision with the fixes of what is shown.")
    ] = False,
    message: Annotated[
        str | None, typer.Option("--message", "-m", metavar="TEXT", help="What the revision does.")
    ] = None,
    skip_without_sql: Annotated[
        bool, typer.Option("--skip-without-sql", help="Leave out of it what only a person can close.")
    ] = False,
) -> None:
    """What could be better about the schema, each with a fix. The database is never changed.

    Exit 5 if something at --fail-on or above is found. `neonkit rule ID` explains a rule. With
    --write-revision the fixes of what is shown become a revision file, and the exit code is 0.
    """
    call = Call.of(ctx)
    if write_baseline and (name or subject or write_revision):
        other = "--write-revision" if write_revision else "a part of the schema"
        raise BadCommandLineError(f"--write-baseline and {other} do not go together.", call.command)
    asked = Asked(name, tuple(subject or ()), min_severity.severity)
    settings = _settings(call, frozenset(rule or ()), tuple(app_role or ()))
    snapshot, report, ran = _advised(call, asked, settings)
    kept = suppressed(call, report, ran=ran, baseline=baseline, write_baseline=write_baseline)
    shown = asked.shown(kept)
    if write_revision:
        from toolkit.cli.schema_advise_revision import write

        write(call, snapshot, shown, message, skip_without_sql=skip_without_sql)
        return
    call.show(shown, None)
    call.exit(ExitCode.FINDINGS if asked.about(kept).at_least(fail_on.severity) else ExitCode.DONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of what is found the user wants to see."""

    name: str | None
    subjects: tuple[str, ...]
    from_: Severity

    @property
    def about_all(self) -> bool:
        """Whether the whole database is asked about."""
        return self.name is None and not self.subjects

    def about(self, report: Report) -> Report:
        """What is about the wanted subjects."""
        if not self.subjects:
            return report
        found = tuple(
            each
            for each in report.findings
            if any(fnmatchcase(each.subject, pattern) for pattern in self.subjects)
        )
        return dataclasses.replace(report, findings=found)

    def shown(self, report: Report) -> Report:
        """What weighs enough, too."""
        report = self.about(report)
        return dataclasses.replace(report, findings=report.at_least(self.from_))


def _advised(call: Call, asked: Asked, settings: AdviceSettings) -> tuple[Snapshot, Report, frozenset[str]]:
    """The snapshot, the whole advice, and the rules that were asked about everything."""
    from toolkit.schema.advice import advise as advise_on
    from toolkit.schema.advice import rules_asked

    snapshot, statistics = _read(call, settings)
    about = None if asked.name is None else snapshot.find(asked.name)
    report = advise_on(
        snapshot, statistics=statistics, settings=settings, declared=_declared(call), about=about
    )
    ran = rules_asked(snapshot, report, settings) if asked.about_all else frozenset[str]()
    return snapshot, report, ran


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
    """What the project says, and what the command line says instead.

    Raises `UnknownRuleError` before anything is connected.
    """
    from toolkit.schema.advice import rule_named

    declared = call.settings().advice
    for id_ in only | declared.only | declared.also:
        rule_named(id_)
    return dataclasses.replace(
        declared, only=only or declared.only, app_roles=app_roles or declared.app_roles
    )


def _read(call: Call, settings: AdviceSettings) -> tuple[Snapshot, Statistics]:
    """The catalog and the counters; rows only for a rule that was named and wants them."""
    from toolkit.database import Job
    from toolkit.schema import read_snapshot
    from toolkit.schema.advice import read_largest, read_statistics

    with call.workspace().database.connect(Job.INSPECT, emit=call.emit, cancel=call.cancel) as connection:
        snapshot, statistics = read_snapshot(connection), read_statistics(connection)
        if "sequence-behind-data" in settings.only | settings.also:
            statistics = dataclasses.replace(statistics, largest=read_largest(connection, snapshot))
        return snapshot, statistics


def _declared(call: Call) -> Declared | None:
    """What the configured models promise; None where none are configured, for env.py is not run for it."""
    if not (call.settings().models or call.settings().metadata):
        return None
    from toolkit.schema.advice import Declared

    return Declared.of(call.workspace().registry.tables.values())
