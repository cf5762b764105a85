"""Plans and rehearsals of the core as the values that the screens draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import Finding, Severity, Unknown
from toolkit.friction import Environment
from toolkit.migrate import lint
from toolkit.migrate.guard.terms import LOCK_TIMEOUT, TRIES
from toolkit.migrate.plan import (
    LostDown,
    Plan,
    PlannedRevision,
    PlannedStatement,
    TableFacts,
    forecast_sentence,
)
from toolkit.migrate.plan.spelling import (
    blocks_text,
    duration_text,
    estimate_text,
    risk_of,
    strongest_lock,
    work_of,
)
from toolkit.migrate.rehearsal import ObservedStatement, Rehearsal
from toolkit.reports.findings_text import summary, worst_first
from toolkit.schema.spelling import bytes_text, plural
from toolkit.tui.backend.migrations.asking import NO_RESTORE, VALID, Restore, asked, upgrade_twin
from toolkit.tui.backend.migrations.revisions import abbreviation
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, PlanLoss, PlanStep, Rehearsed

SIGNS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "i"}

Measured = Mapping[tuple[str, int], ObservedStatement]


@dataclass(frozen=True, slots=True)
class Measuring:
    """A rehearsal, and on how many rows in words."""

    found: Rehearsal
    rows: str


def plan_facts(
    plan: Plan,
    measuring: Measuring | None,
    environment: Environment,
    database: str,
    restore: Restore = NO_RESTORE,
) -> PlanFacts:
    """The plan, with what was measured of it and what there is to go back to."""
    numbered = tuple(_numbered(plan))
    length = abbreviation(one.revision for one in plan.revisions)
    measured = _measured(measuring)
    losses = tuple(_loss(position, one) for position, _, one in numbered for _ in one.losses[:1])
    names = tuple(dict.fromkeys(loss.subject for loss in plan.losses))
    return PlanFacts(
        id=plan.id,
        target=plan.target,
        made=plan.made.timestamp(),
        until=min(plan.expires, plan.made + VALID).timestamp(),
        ground=plan.ground,
        revisions=tuple((one.revision, one.message) for one in plan.revisions),
        steps=tuple(_step(position, revision, one, length, measured) for position, revision, one in numbered),
        losses=losses,
        findings=tuple(_findings(plan, numbered)),
        forecasts=tuple(f"{one.subject}: {forecast_sentence(one)}" for one in plan.forecasts),
        notes=plan.notes,
        asked=asked(plan, length, restore, lock_timeout=LOCK_TIMEOUT, tries=TRIES),
        names_to_lose=names,
        reversible=not names,
        twin=upgrade_twin(plan.id, names, environment, database, restore.name),
        rehearsed=None if measuring is None else _rehearsed(measuring.found, measuring.rows),
        restore_point=restore.name,
        restore_words=restore.words,
    )


def _numbered(plan: Plan) -> Iterator[tuple[int, PlannedRevision, PlannedStatement]]:
    position = 0
    for revision in plan.revisions:
        for one in revision.statements:
            if not one.bookkeeping:
                position += 1
                yield position, revision, one


def _step(
    position: int, revision: PlannedRevision, one: PlannedStatement, length: int, measured: Measured
) -> PlanStep:
    lock = strongest_lock(one)
    seen = measured.get((revision.revision, one.number))
    seen = seen if seen is not None and seen.sql == one.sql else None
    held = max((each.held or seen.seconds for each in seen.locks or ()), default=None) if seen else None
    return PlanStep(
        position=position,
        revision=revision.revision,
        short=revision.revision[:length],
        line=one.line,
        sql=one.sql,
        times=one.times,
        transaction="own" if one.autocommit else str(one.transaction or "?"),
        lock="-" if lock is None else lock.mode,
        relation="" if lock is None else lock.relation,
        more=max(len(one.locks) - 1, 0),
        blocks=blocks_text(lock),
        work=work_of(one),
        size="; ".join(map(_amount, one.tables)),
        estimate=estimate_text(one.estimate),
        basis=one.estimate.basis,
        risk=risk_of(one),
        locks=tuple(_locks(one)),
        measured="" if seen is None else duration_text(seen.seconds),
        held="" if held is None else duration_text(held),
    )


def _locks(one: PlannedStatement) -> Iterator[str]:
    """Locks of one kind in one sentence, the relation that matters first."""
    chosen = strongest_lock(one)
    alike: dict[tuple[str, str], list[str]] = {}
    for lock in sorted(one.locks, key=lambda lock: lock is not chosen):
        sure = "" if lock.certain else ", perhaps"
        alike.setdefault((lock.mode, f"{_waiting(lock.blocks)} ({lock.basis}{sure})"), []).append(
            lock.relation
        )
    yield from (f"{mode} on {', '.join(names)}: {told}" for (mode, told), names in alike.items())


def _waiting(blocks: tuple[str, ...]) -> str:
    if {"reads", "writes"} <= set(blocks):
        return "reads and writes of others wait"
    if "writes" in blocks:
        return "writes of others wait"
    return "changes of the schema by others wait" if blocks else "nobody waits"


def _amount(one: TableFacts) -> str:
    rows = "UNKNOWN rows" if one.rows is None else plural("row", one.rows)
    return f"{rows}, {bytes_text(one.table_bytes)}"


def _loss(position: int, one: PlannedStatement) -> PlanLoss:
    loss = one.losses[0]
    table = next((each for each in one.tables if loss.subject.startswith(each.relation)), None)
    rows = "rows UNKNOWN" if loss.rows is None else f"about {plural('row', loss.rows)}"
    amount = rows if table is None else f"{rows}, table of {bytes_text(table.table_bytes)}"
    subject = ", ".join(dict.fromkeys(each.subject for each in one.losses))
    return PlanLoss(position, subject, loss.sentence, amount)


def lost_line(one: LostDown) -> str:
    """What a downgrade takes, in a line."""
    size = "" if one.table_bytes is None else f", table of {bytes_text(one.table_bytes)}"
    return f"{one.subject}  {one.amount}{size}: {one.sentence}"


def _findings(
    plan: Plan, numbered: tuple[tuple[int, PlannedRevision, PlannedStatement], ...]
) -> Iterator[PlanFinding]:
    where = {id(each): (at, revision) for at, revision, one in numbered for each in one.findings}
    of_revision = {id(each): revision for revision in plan.revisions for each in revision.findings}
    report = plan.report
    for finding in worst_first(report.findings):
        position, revision = where.get(id(finding), (None, of_revision.get(id(finding))))
        yield finding_facts(finding, position, "" if revision is None else revision.revision)
    yield from map(_unknown, report.unknowns)


def finding_facts(finding: Finding, position: int | None = None, revision: str = "") -> PlanFinding:
    """A finding as it is shown."""
    at, fix = finding.location, finding.fix
    place = "" if at is None else Path(at.path).name + (f":{at.line}" if at.line else "")
    return PlanFinding(
        sign=SIGNS[finding.severity],
        rule=finding.rule,
        subject=finding.subject,
        sentence=finding.sentence,
        position=position,
        revision=revision,
        place=place,
        fix="" if fix is None else fix.text,
        sql=() if fix is None else fix.sql,
        operations=() if fix is None else fix.operations,
        line=None if at is None else at.line,
        evidence=tuple((name, _value(value)) for name, value in finding.evidence.items()),
        **_example(finding),
    )


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _example(finding: Finding) -> dict[str, str]:
    """The safe way of its rule, where the finding knows no statements of its own."""
    rule = next((one for one in lint.rules() if one.id == finding.rule), None)
    if rule is None or (finding.fix is not None and finding.fix.sql):
        return {}
    return {"example_sql": rule.safe_sql, "example_operations": rule.safe_operations}


def _unknown(one: Unknown) -> PlanFinding:
    return PlanFinding("?", one.rule, one.subject, f"UNKNOWN: {one.reason}")


def _measured(measuring: Measuring | None) -> dict[tuple[str, int], ObservedStatement]:
    steps = () if measuring is None else measuring.found.steps
    return {(step.revision, one.number): one for step in steps if step.way == "up" for one in step.statements}


def _weighed(found: Rehearsal) -> str:
    return summary(found.report).split(";", 1)[0]


def _rehearsed(found: Rehearsal, rows: str) -> Rehearsed:
    return Rehearsed(
        ground=found.ground,
        rows=rows,
        steps=tuple(
            f"{step.revision}  {step.way:<8}  "
            + (f"FAIL {step.failure or ''}" if step.seconds is None else f"ok {duration_text(step.seconds)}")
            for step in found.steps
        ),
        findings=(
            *map(finding_facts, worst_first(found.report.findings)),
            *map(_unknown, found.report.unknowns),
        ),
        sentence=f"rehearsed on {rows} in {duration_text(found.seconds)}: {_weighed(found)}",
    )
