"""A planned statement in the words both doors show: its work, its strongest lock, who waits, its risk."""

from __future__ import annotations

from typing import Final, Literal

from toolkit.findings import Severity
from toolkit.migrate.plan.values import Estimate, PlannedLock, PlannedStatement

Risk = Literal["HIGH", "medium", "low", "UNKNOWN"]

MINUTE: Final = 60.0


def work_of(one: PlannedStatement) -> str:
    """What grows with the table: `rewrite`, `index`, `scan`; `?` behind it where it depends; else `-`."""
    words = (("rewrite", one.rewrites), ("index", one.builds_index), ("scan", one.scans))
    for word, answer in words:
        if answer == "yes":
            return word
    if any(answer == "unknown" for _, answer in words):
        return "UNKNOWN"
    return next((f"{word}?" for word, answer in words if answer == "depends"), "-")


def strongest_lock(one: PlannedStatement) -> PlannedLock | None:
    """The strongest lock; of several as strong, one on a table whose size is known."""
    if not one.locks:
        return None
    tables = {each.relation for each in one.tables}
    alike = [lock for lock in one.locks if lock.mode == one.locks[0].mode]
    return next((lock for lock in alike if lock.relation in tables), alike[0])


def blocks_text(lock: PlannedLock | None) -> str:
    """Whose work waits: `R+W` reads and writes, `W` writes, `DDL` other changes of the schema; `-` nobody."""
    if lock is None:
        return "-"
    waits = [letter for letter, work in (("R", "reads"), ("W", "writes")) if work in lock.blocks]
    return "+".join(waits) or ("DDL" if lock.blocks else "-")


def duration_text(seconds: float) -> str:
    """A duration as people say it: `41 ms`, `1.24 s`, `12 s`, `4 min`, `3.2 h`."""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 120 * MINUTE else f"{seconds / 3600:.1f} h"


def estimate_text(one: Estimate) -> str:
    """An estimate in a cell: `~ 4 min`, `at once`, `UNKNOWN`."""
    if one.seconds is None:
        return "UNKNOWN"
    return "at once" if one.seconds == 0 else f"~ {duration_text(one.seconds)}"


def risk_of(one: PlannedStatement) -> Risk:
    """How much it may hurt, by the worst that was found of it; data that is lost is never less than HIGH."""
    worst = max((finding.severity for finding in one.findings), default=Severity.INFO)
    if one.losses or worst is Severity.ERROR:
        return "HIGH"
    if worst is Severity.WARNING:
        return "medium"
    return "UNKNOWN" if work_of(one) == "UNKNOWN" else "low"
