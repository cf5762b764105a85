"""The parts: each asks one capability about the ground, and answers with its report and what it looked at.

Nothing is judged here. A part raises what its capability raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from toolkit.cancel import CancelToken
from toolkit.check.fresh import Fresh
from toolkit.check.ground import Ground
from toolkit.check.rules import HEADS_SEVERAL
from toolkit.database import Job
from toolkit.events import Emit
from toolkit.findings import Finding, Fix, Location, Report, Severity
from toolkit.settings.check import CheckSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import MetaData

    from toolkit.migrate.graph import Revision, RevisionGraph


@dataclass(frozen=True, slots=True)
class Asking:
    """What every part is given."""

    ground: Ground
    settings: CheckSettings
    fresh: Fresh | None
    emit: Emit
    cancel: CancelToken


@dataclass(frozen=True, slots=True)
class Answer:
    """What a part found."""

    report: Report
    note: str
    leaks: bool = False


def _heads(asking: Asking) -> Answer:
    """Whether the history ends in one place."""
    graph = asking.ground.reading.project.graph()
    looked = {"revisions": len(graph.revisions)}
    if len(graph.effective_heads) <= 1:
        return Answer(Report((), (), looked), f"one head: {', '.join(graph.effective_heads) or 'none'}")
    newest = graph.get(graph.effective_heads[-1])
    finding = Finding(
        HEADS_SEVERAL,
        Severity.ERROR,
        ", ".join(graph.effective_heads),
        "The history ends in several heads, so `upgrade head` does not know which is meant.",
        {"heads": list(graph.effective_heads)},
        Fix("Join them: `neonkit merge heads`."),
        Location(_shown(newest, asking), newest.line) if newest else None,
    )
    return Answer(Report((finding,), (), looked), f"{len(graph.effective_heads)} heads")


def _shown(revision: Revision, asking: Asking) -> str:
    root = asking.ground.reading.settings.project_dir
    path = revision.path
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _lint(asking: Asking) -> Answer:
    from toolkit.migrate.lint.project import Terms, lint_project

    fresh = asking.fresh
    wanted = None if fresh is None else {one.id for one in fresh.revisions}

    def choose(graph: RevisionGraph) -> Sequence[Revision]:
        return [one for one in graph.revisions if wanted is None or one.id in wanted]

    ground = asking.ground
    terms = Terms(scratch_server=ground.admin if ground.own else None)
    project = ground.reading.project
    report = lint_project(project, choose, terms, emit=asking.emit, cancel=asking.cancel)
    return Answer(report, f"{report.looked_at.get('revisions', 0)} revisions")


def _rehearsal(asking: Asking) -> Answer:
    from toolkit.migrate.drift.scratch import Scratch
    from toolkit.migrate.rehearsal import RehearsalOptions, rehearse
    from toolkit.migrate.trial import Grounds

    fresh, settings = asking.fresh, asking.ground.reading.settings
    if fresh is not None and not fresh.revisions:
        return Answer(Report(), "no new revisions")
    production = settings.environment == "production" or settings.read_only
    options = RehearsalOptions(
        grounds=Grounds(Scratch.SERVER if asking.ground.own else Scratch.AUTO, production),
        rows=asking.settings.rows,
        whole_history=fresh is None or fresh.span is None,
        root=str(settings.project_dir),
    )
    span = fresh.span if fresh is not None and fresh.span is not None else "heads"
    workspace = asking.ground.workspace
    found = rehearse(
        workspace.project, workspace.database, span, options, emit=asking.emit, cancel=asking.cancel
    )
    return Answer(found.report, f"{len(found.revisions)} revisions up, down and up, {found.rows} rows")


def _drift(asking: Asking) -> Answer:
    from toolkit.migrate import drift as room
    from toolkit.migrate.drift.report import as_report

    workspace = asking.ground.workspace
    settings = workspace.settings
    options = room.Options(
        scratch=room.Scratch.SERVER if asking.ground.own else room.Scratch.AUTO,
        production=settings.environment == "production" or settings.read_only,
        cache=settings.project_dir / ".neonkit" / "cache",
        accepted=room.read_accepted(settings.project_dir / room.FILE),
    )
    found = room.drift(
        workspace.project,
        workspace.database,
        _metadata(asking.ground),
        options,
        emit=asking.emit,
        cancel=asking.cancel,
    )
    return Answer(as_report(found), f"{len(found.differences)} differences")


def _metadata(ground: Ground) -> Sequence[MetaData] | None:
    """The configured models; None leaves them to env.py."""
    settings = ground.workspace.settings
    return ground.workspace.registry.metadata if settings.models or settings.metadata else None


def _advice(asking: Asking) -> Answer:
    from toolkit.schema import read_snapshot
    from toolkit.schema.advice import advise, read_statistics

    workspace = asking.ground.workspace
    with workspace.database.connect(Job.INSPECT, emit=asking.emit, cancel=asking.cancel) as connection:
        snapshot, statistics = read_snapshot(connection), read_statistics(connection)
    report = advise(snapshot, statistics=statistics, settings=workspace.settings.advice)
    return Answer(report, f"{len(report.findings)} pieces of advice")


def _isolation(asking: Asking) -> Answer:
    from toolkit.isolation import Verdict, judge_database
    from toolkit.isolation.as_findings import as_findings

    workspace = asking.ground.workspace
    declared = workspace.settings.isolation
    verdicts = judge_database(
        workspace.database,
        workspace.ownership_rules,
        app_role=declared.app_role,
        identity_setting=declared.identity_setting,
        explain_only=not asking.settings.probe or workspace.settings.environment == "production",
        emit=asking.emit,
        cancel=asking.cancel,
    )
    totals = ", ".join(
        f"{count} {verdict.value}"
        for verdict, count in verdicts.totals.items()
        if count or verdict is Verdict.LEAK
    )
    return Answer(as_findings(verdicts), totals, leaks=bool(verdicts.leaks))


ASKED: Final[Mapping[str, Callable[[Asking], Answer]]] = MappingProxyType(
    {
        "heads": _heads,
        "lint": _lint,
        "rehearsal": _rehearsal,
        "drift": _drift,
        "advice": _advice,
        "isolation": _isolation,
    }
)
"""How each part is asked."""
ON_THE_DATABASE: Final = frozenset({"drift", "advice", "isolation"})
"""The parts that look at the migrated database."""
