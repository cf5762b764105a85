"""Evidence without running anything: what the policies say, and the plans the server would make.

A plan needs no row, so this is safe on production; it sees no check of new rows, no trigger, no stored row. A
plan without any condition on an unconditional statement is a leak; one with a condition proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toolkit.isolation.judge import Bench
from toolkit.isolation.probing.actions import Action
from toolkit.isolation.probing.batch import Session, Try
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import neutral
from toolkit.isolation.verdict import Verb
from toolkit.sql.quoting import quote_identifier

_CONDITIONS: Final = ("Filter", "Cond")
Open = frozenset[tuple[str, Action]]
"""Relations and actions whose plan has no condition."""


def unconditional(
    session: Session, targets: Sequence[Target], benches: Mapping[str, Bench], role: str
) -> Open:
    """Plan a bare read, update and delete of each target that loose policies leave a question about."""
    asked = [
        (target.name, action, statement)
        for target in targets
        for action, verb, statement in _bare(target)
        if benches[target.name].rules.loose(target.table, verb).rows
    ]
    tries = [
        Try(name, f"EXPLAIN (FORMAT JSON, COSTS false) {statement}", role, "", returns=True)
        for name, _, statement in asked
    ]
    return frozenset(
        (name, action)
        for (name, action, _), answer in zip(asked, session.run(tries), strict=True)
        if answer.value is not None and not any(_conditions(answer.value))
    )


def planned(targets: Sequence[Target]) -> dict[tuple[str, Verb], str]:
    """What can be planned of each relation: the statement whose plan shows whether there is a condition."""
    return {
        (target.name, verb): f"EXPLAIN (VERBOSE, COSTS OFF) {statement}"
        for target in targets
        for _, verb, statement in _bare(target)
    }


def _bare(target: Target) -> Iterator[tuple[Action, Verb, str]]:
    """Statements without any condition. Nothing of them is run, so that what they set does not matter."""
    yield Action.READ, Verb.READ, f"SELECT FROM {target.sql} AS t0"
    yield Action.DELETE, Verb.DELETE, f"DELETE FROM {target.sql} AS t0"
    column = neutral(target)
    if column is not None:
        change = f"SET {quote_identifier(column.name)} = NULL"
        yield Action.UPDATE, Verb.UPDATE, f"UPDATE {target.sql} AS t0 {change}"


def _conditions(plan: Any) -> Iterator[str]:
    """Every condition anywhere in a plan."""
    if isinstance(plan, list):
        for each in plan:
            yield from _conditions(each)
    elif isinstance(plan, dict):
        for name, value in plan.items():
            if name.endswith(_CONDITIONS):
                yield name
            yield from _conditions(value)
