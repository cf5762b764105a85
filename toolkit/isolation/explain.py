"""Verdicts without running anything: what the policies say, and the plans the server would make.

A plan needs no row, so this is safe on production; it sees no trigger, no cascade and no stored row. A plan
without any condition on an unconditional statement is a leak; one with a condition proves nothing alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from toolkit.isolation import judge
from toolkit.isolation.attempt import Stage
from toolkit.isolation.catalog import Catalog
from toolkit.isolation.grounds import Grounds, sql_name
from toolkit.isolation.judge import Bench
from toolkit.isolation.probe_update import neutral_column
from toolkit.isolation.verdict import Cell, Verb, Verdict

_CONDITIONS: Final = ("Filter", "Cond")
_PLANNED: Final = (Verb.READ, Verb.UPDATE, Verb.DELETE)


def explain_table(
    stage: Stage, grounds: Grounds, bench: Bench, catalog: Catalog, valid: frozenset[str], reason: str | None
) -> list[Cell]:
    """The cells of one table; `reason` forbids to act as the role, even for a plan."""
    return [
        judge.by_catalog(bench, verb) or _cell(stage, grounds, bench, catalog, valid, verb, reason)
        for verb in Verb
    ]


def _cell(
    stage: Stage,
    grounds: Grounds,
    bench: Bench,
    catalog: Catalog,
    valid: frozenset[str],
    verb: Verb,
    reason: str | None,
) -> Cell:
    nothing = "nothing was executed"
    if verb is Verb.REFERENCES:
        return _references(grounds, bench, valid)
    loose = bench.rules.loose(bench.table, verb)
    names = ", ".join(dict.fromkeys((*loose.rows, *loose.values)))
    if not names:
        return bench.closed(verb, f"every policy binds each row to the acting user; {nothing}")
    plan = None if reason else _plan(stage, bench, catalog, verb)
    if plan is not None and not any(_conditions(plan)):
        facts = {"policies": names, "plan": plan[0]["Plan"]["Node Type"]}
        return bench.cell(verb, Verdict.LEAK, "the plan has no condition on the rows", **facts)
    return bench.cell(verb, Verdict.UNKNOWN, f"{names} may let others through; {nothing}")


def _references(grounds: Grounds, bench: Bench, valid: frozenset[str]) -> Cell:
    edges = grounds.edges(bench.table)
    if not edges:
        return bench.closed(Verb.REFERENCES, "no foreign key leads to another owned table")
    names = [edge.foreign_key.name for edge in edges]
    if all(edge.is_proven(valid) for edge in edges):
        reason = "every reference carries the owner in its key"
        return bench.cell(Verb.REFERENCES, Verdict.PROVEN, reason, keys=names)
    return bench.cell(Verb.REFERENCES, Verdict.UNKNOWN, "stored references were not looked at", keys=names)


def _plan(stage: Stage, bench: Bench, catalog: Catalog, verb: Verb) -> list[dict[str, Any]] | None:
    table = bench.table
    statement = {Verb.READ: f"SELECT FROM {table.sql} AS t0", Verb.DELETE: f"DELETE FROM {table.sql} AS t0"}
    if verb is Verb.UPDATE:
        column = neutral_column(table, catalog.columns(table.quoted))
        if column is None:
            return None
        statement[verb] = f"UPDATE {table.sql} AS t0 SET {sql_name(column.name)} = NULL"
    if verb not in _PLANNED:
        return None
    outcome = stage.attempt("", f"EXPLAIN (FORMAT JSON, COSTS false) {statement[verb]}")
    if not outcome.value:
        return None
    plan = outcome.value[0]["QUERY PLAN"]
    found: list[dict[str, Any]] = json.loads(plan) if isinstance(plan, str) else plan
    return found


def _conditions(plan: object) -> Iterator[str]:
    """Every condition anywhere in a plan."""
    if isinstance(plan, list):
        for each in plan:
            yield from _conditions(each)
    elif isinstance(plan, dict):
        for name, value in plan.items():
            if name.endswith(_CONDITIONS):
                yield name
            yield from _conditions(value)
