"""`neonkit lint`: what revisions, or plain SQL files, would do to those who use the database."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.cli.frame import FindingsCommand
from toolkit.cli.schema_advise import Weight
from toolkit.cli.suppressing import BaselineFile, WriteBaseline, suppressed
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.findings import Report
    from toolkit.migrate.graph import Revision, RevisionGraph
    from toolkit.migrate.lint.project import Terms


What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[RANGE | FILE.sql]",
        help="A revision, start:end, pending, or SQL files. Default: the whole history.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="REF", help="Only revisions that are new in git since this commit."),
]
IsLive = Annotated[
    bool, typer.Option("--live", help="Weigh findings by the database's sizes and use. It is only read.")
]
Off = Annotated[
    list[str] | None, typer.Option("--off", metavar="ID", help="A rule not to ask; may be repeated.")
]
ServerVersion = Annotated[
    int | None,
    typer.Option(
        "--server-version", metavar="MAJOR", min=10, max=99, help="PostgreSQL's major version to judge for."
    ),
]
InTransaction = Annotated[
    bool, typer.Option("--in-transaction", help="A SQL file is run in one transaction.")
]
NoScratch = Annotated[
    bool,
    typer.Option("--no-scratch", help="Run nothing in a scratch database; what it would tell is unknown."),
]
MinSeverity = Annotated[Weight, typer.Option("--min-severity", help="Show what weighs as much or more.")]
FailOn = Annotated[Weight, typer.Option("--fail-on", help="Exit 5 if something weighs as much or more.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lint", cls=FindingsCommand)(lint)


def lint(
    ctx: typer.Context,
    what: What = None,
    since: Since = None,
    live: IsLive = False,
    off: Off = None,
    server_version: ServerVersion = None,
    in_transaction: InTransaction = False,
    no_scratch: NoScratch = False,
    min_severity: MinSeverity = Weight.INFO,
    fail_on: FailOn = Weight.ERROR,
    baseline: BaselineFile = None,
    write_baseline: WriteBaseline = False,
) -> None:
    """Judge revisions before they run: locks, rewrites, lost data, what cannot be undone. Nothing is changed.

    Exit 5 if something at --fail-on or above is found. `neonkit rule ID` explains a rule. In a file,
    `# neonkit: ignore[rule] reason` silences a rule there.
    """
    from toolkit.migrate.lint import rules
    from toolkit.migrate.lint.project import Terms

    call = Call.of(ctx)
    files = [Path(one) for one in what or () if one.endswith(".sql")]
    if (files and (len(files) < len(what or ()) or since)) or len(what or ()) > max(len(files), 1):
        raise BadCommandLineError("Give one range of revisions, or SQL files.", call.command)
    if write_baseline and (what or since):
        raise BadCommandLineError("--write-baseline goes with the whole history.", call.command)
    terms = Terms(server_version, off=_off(off), scratch=not no_scratch, in_transaction=in_transaction)
    if live:
        terms = _with_live(call, terms)
    report = _of_files(files, terms) if files else _of_project(call, what[0] if what else None, since, terms)
    whole = frozenset() if what or since else frozenset(one.id for one in rules()) - terms.off
    kept = suppressed(call, report, ran=whole, baseline=baseline, write_baseline=write_baseline)
    call.show(dataclasses.replace(kept, findings=kept.at_least(min_severity.severity)), None)
    call.exit(ExitCode.FINDINGS if kept.at_least(fail_on.severity) else ExitCode.DONE)


def _off(ids: Sequence[str] | None) -> frozenset[str]:
    """The rules not to ask. Raises UnknownLintRuleError."""
    from toolkit.migrate.lint import rule_named

    return frozenset(rule_named(one).id for one in ids or ())


def _with_live(call: Call, terms: Terms) -> Terms:
    """What the database says; it also is where a SQL file would run."""
    from toolkit.database import Job
    from toolkit.migrate.lint import read_live, world_of
    from toolkit.schema import read_snapshot

    database = call.workspace().database
    with database.connect(Job.INSPECT, emit=call.emit, cancel=call.cancel) as connection:
        snapshot = read_snapshot(connection)
        live = read_live(connection)
    major = terms.server_major or snapshot.server.major
    return dataclasses.replace(terms, live=live, start=world_of(snapshot), server_major=major)


def _of_files(files: Sequence[Path], terms: Terms) -> Report:
    from collections import Counter

    from toolkit.findings import Report
    from toolkit.migrate.lint.project import lint_file

    reports = [lint_file(path, terms) for path in files]
    looked = Counter[str]()
    for one in reports:
        looked.update({key: count for key, count in one.looked_at.items() if key != "rules"})
    return Report(
        findings=tuple(each for one in reports for each in one.findings),
        unknowns=tuple(each for one in reports for each in one.unknowns),
        looked_at={**looked, "rules": reports[0].looked_at["rules"]},
        suppressed=tuple(each for one in reports for each in one.suppressed),
    )


def _of_project(call: Call, written: str | None, since: str | None, terms: Terms) -> Report:
    from toolkit.migrate.lint.project import lint_project
    from toolkit.migrate.lint.ranges import chosen, new_since

    project = call.workspace().project

    def current() -> tuple[str, ...]:
        from toolkit.migrate.standing import standings

        found = standings(project, call.workspace().database)
        return found[0].heads if found else ()

    def choose(graph: RevisionGraph) -> Sequence[Revision]:
        revisions = chosen(graph, written, current)
        if since is None:
            return revisions
        new = new_since(since, project.root)
        return tuple(one for one in revisions if one.path.resolve() in new)

    return lint_project(project, choose, terms, emit=call.emit, cancel=call.cancel)
