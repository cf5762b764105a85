"""A verdict that was reached without executing anything, shown again by the plan the role gets.

A plan shows which rows a statement could reach. It shows no check of new rows, no stored reference, and not
what a function does: for those there is nothing to show without trying it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from toolkit.isolation.verdict import Cell, Subject, Verb
from toolkit.sql.quoting import quote_identifier, quote_literal

_UNSEEN: Final = {
    Verb.INSERT: "a plan shows no check of new rows",
    Verb.REFERENCES: "a plan shows no stored reference",
}


def plan_script(cell: Cell, subject: Subject, plans: Mapping[tuple[str, Verb], str]) -> str | None:
    """One transaction that shows the plan behind a verdict and executes nothing; None: see `unplanned`."""
    statement = plans.get((cell.table, cell.verb))
    if statement is None or subject.role is None:
        return None
    lines = [
        *(f"-- {line}" for line in f"{cell.verb.value} of {cell.table}: {cell.reason}".splitlines()),
        "-- Nothing is executed: the plan is asked for. A user is kept to own rows only where a condition",
        "-- on the owner stands in it.",
        "BEGIN;",
        f"SELECT set_config({quote_literal(subject.identity_setting)}, '', true);",
        f"SET LOCAL ROLE {quote_identifier(subject.role)};",
        f"{statement};",
        "ROLLBACK;",
        "",
    ]
    return "\n".join(lines)


def unplanned(cell: Cell, subject: Subject) -> str:
    """Why there is no plan to show for a verdict."""
    if subject.role is None:
        return "the application's role is not known, so that nobody can act as it"
    if cell.kind == "function":
        return "a plan does not look into a function"
    if cell.verb in _UNSEEN:
        return _UNSEEN[cell.verb]
    return "there is no statement whose plan would show it"
