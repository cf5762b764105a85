"""What a person is told before a plan is applied, and the command line that does the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from shlex import quote

from toolkit.friction import Answers, Deed, Environment, demand
from toolkit.migrate.plan import Plan, PlannedLock, PlannedStatement
from toolkit.migrate.plan.spelling import duration_text
from toolkit.schema.spelling import bytes_text, plural

NAMED = 4
"""How many relations are named before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Restore:
    """What there is to go back to: the name of a restore point, and words about it or its absence."""

    name: str = ""
    words: str = ""


NO_RESTORE = Restore()
VALID = timedelta(minutes=15)
"""How long a plan may be applied from the screen: who looks at it decides on what was true then."""


def asked(
    plan: Plan, length: int, restore: Restore, *, lock_timeout: float, tries: int
) -> tuple[tuple[str, str], ...]:
    """The facts of the question, in the order in which they matter; the question itself adds what is lost.

    `length`: of the ids that are shown.
    """
    statements = [one for revision in plan.revisions for one in revision.statements if not one.bookkeeping]
    ids = [one.revision[:length] for one in plan.revisions]
    return (
        (
            "will run",
            f"{plural('statement', len(statements))} of {plural('revision', len(ids))}: {_some(ids)}",
        ),
        ("will lock", _locks(statements, lock_timeout, tries)),
        ("will write", _writes(statements)),
        *(() if plan.losses else (("will lose", "nothing"),)),
        ("undo", _undo(plan, length)),
        *((("restore", restore.words),) if restore.words else ()),
        ("plan", f"{plan.id}, made {plan.made.astimezone():%H:%M:%S}"),
    )


def upgrade_twin(
    plan: str, losses: tuple[str, ...], environment: Environment, database: str, restore_point: str = ""
) -> str:
    """The command that applies the plan and needs no further answer."""
    flags = demand(Deed.REVERSIBLE_WRITE, environment, database, losses=losses).missing_flags(Answers())
    point = ("--restore-point", quote(restore_point)) if restore_point else ()
    return " ".join(("neonkit upgrade --plan", quote(plan), *point, *flags))


def downgrade_twin(revision: str, losses: tuple[str, ...], environment: Environment, database: str) -> str:
    """The command that goes down; off a terminal only production wants what is lost named."""
    named = losses if environment == "production" else ()
    flags = demand(Deed.WRITE, environment, database, losses=named).missing_flags(Answers())
    yes = () if environment == "production" else ("--yes",)
    return " ".join(("neonkit downgrade", quote(revision), *dict.fromkeys((*flags, *yes))))


def _locks(statements: list[PlannedStatement], lock_timeout: float, tries: int) -> str:
    strong: dict[str, PlannedLock] = {}
    for one in statements:
        for lock in one.locks:
            if {"reads", "writes"} & set(lock.blocks) and lock.relation in _tables(one):
                known = strong.get(lock.relation)
                stronger = known is None or len(lock.blocks) > len(known.blocks)
                strong[lock.relation] = lock if stronger or known is None else known
    if not strong:
        return "no table that is there against readers or writers"
    told = [f"{lock.relation} {lock.mode}" for lock in strong.values()]
    return f"{_some(told)}; waits {lock_timeout:.0f} s at most, {tries} tries"


def _tables(one: PlannedStatement) -> set[str]:
    """The tables among the locked; all of them where no size is known."""
    return {each.relation for each in one.tables} or {lock.relation for lock in one.locks}


def _writes(statements: list[PlannedStatement]) -> str:
    worked = {
        table.relation: table
        for one in statements
        if "yes" in (one.rewrites, one.builds_index)
        for table in one.tables
    }
    known = [one.estimate.seconds for one in statements if one.estimate.seconds is not None]
    unknown = len(statements) - len(known)
    time = f"{duration_text(sum(known))} of work foreseen" if sum(known) else ""
    doubt = f"time of {plural('statement', unknown)} UNKNOWN" if unknown else ""
    sizes = [
        f"{one.relation}: {'UNKNOWN rows' if one.rows is None else plural('row', one.rows)},"
        f" {bytes_text(one.table_bytes)}"
        for one in worked.values()
    ]
    return "; ".join(part for part in (_some(sizes) or "the catalog", time, doubt) if part)


def _undo(plan: Plan, length: int) -> str:
    def none() -> Iterator[str]:
        for one in plan.revisions:
            if one.undo.answer != "yes":
                yield f"{one.revision[:length]} {one.undo.answer}: {one.undo.sentence}"

    return _some(list(none())) or "downgrade; `d` rehearses it"


def _some(names: list[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
