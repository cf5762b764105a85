"""The report of a comparison: differences weighed against what is accepted, sides and what was left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date

from toolkit.findings import Unknown
from toolkit.migrate.drift.accepted import Acceptance, first_covering
from toolkit.migrate.drift.building import RULE, Built, Plan
from toolkit.migrate.drift.models import without_other_kinds
from toolkit.migrate.drift.three_way import Sides
from toolkit.migrate.drift.three_way import Table as ThreeWay
from toolkit.migrate.drift.values import AcceptedDifference, Difference, DriftReport, Side, SideName
from toolkit.schema import Snapshot
from toolkit.schema.objects import Qualified, Table


def mapped_as_tables(sides: Sides) -> tuple[Sides, tuple[Qualified, ...]]:
    """The sides with those models only that are tables, and the names of the others."""
    if sides.declared is None:
        return sides, ()
    rest, others = without_other_kinds(sides.declared, sides.newest or sides.live)
    return dataclasses.replace(sides, declared=rest), others


def judged(
    table: ThreeWay,
    others: Sequence[Qualified],
    plan: Plan,
    built: Built,
    seconds: float,
    unknowns: Sequence[Unknown],
    acceptances: Sequence[Acceptance],
    today: date,
) -> DriftReport:
    """Weigh what differs. `others` are mapped and no tables, `seconds` is the time of the live read."""
    sides = table.sides
    standing = [entry for entry in acceptances if entry.holds_on(today)]
    open_, accepted = _weighed(table.rows(), standing)
    used = {id(each.acceptance) for each in accepted}
    no_table = (
        Unknown(RULE, str(name), "the models map it as a table, and it is none in the database")
        for name in others
    )
    return DriftReport(
        differences=tuple(open_),
        accepted=tuple(accepted),
        expired=tuple(entry for entry in acceptances if not entry.holds_on(today)),
        unused=tuple(entry for entry in standing if id(entry) not in used),
        unknowns=(*unknowns, *no_table, *table.unknowns()),
        outside_models=_outside(sides),
        sides=tuple(_sides(sides, plan, built, seconds)),
        not_compared=table.not_compared,
    )


def _weighed(
    rows: Sequence[Difference], standing: Sequence[Acceptance]
) -> tuple[list[Difference], list[AcceptedDifference]]:
    open_: list[Difference] = []
    accepted: list[AcceptedDifference] = []
    for row in rows:
        acceptance = first_covering(standing, row.object, row.attribute)
        if acceptance is None:
            open_.append(row)
        else:
            accepted.append(AcceptedDifference(row, acceptance))
    return open_, accepted


def _outside(sides: Sides) -> tuple[str, ...]:
    newest, declared = sides.newest, sides.declared
    if newest is None or declared is None or sides.models is None:
        return ()
    return tuple(
        str(table.qualified)
        for table in newest.own(Table)
        if table.qualified not in declared.tables and table.partition_of is None
    )


def _sides(sides: Sides, plan: Plan, built: Built, seconds: float) -> Iterator[Side]:
    revisions: dict[SideName, tuple[str, ...]] = {
        "models": (), "migrations": plan.at or (), "pending": plan.heads, "live": plan.at or (),
    }  # fmt: skip
    found: dict[SideName, Snapshot | None] = {
        "models": built.models, "migrations": built.migrations, "pending": built.pending, "live": sides.live,
    }  # fmt: skip
    for name, side in found.items():
        if side is None:
            continue
        source = "read" if name == "live" else "cache" if name in built.cached else built.source
        spent = seconds if name == "live" else built.seconds.get(name, 0.0)
        yield Side(name, source, side.server.version, revisions[name], len(side.objects), spent)
