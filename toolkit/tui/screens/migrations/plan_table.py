"""The plan as a table that fits its pane: columns that matter less go first, none is cut. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text

from toolkit.reports.table import printable, width
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, PlanStep

RISKS = {"HIGH": "bold red", "medium": "yellow", "UNKNOWN": "bold magenta", "low": "green"}
SIGNS = {"E": "bold red", "W": "yellow", "i": "cyan", "?": "bold magenta"}
LONGEST_LOCK = 17


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its cell, and how soon it goes where there is no room (0: never)."""

    heading: str
    cell: Callable[[PlanStep], str]
    goes: int = 0
    right: bool = False


COLUMNS = (
    Column("#", lambda one: str(one.position), right=True),
    Column("rev", lambda one: one.short),
    Column("tx", lambda one: one.transaction, goes=3),
    Column("lock", lambda one: lock_text(one.lock)),
    Column("on", lambda one: relation_text(one), goes=2),
    Column("blocks", lambda one: one.blocks),
    Column("work", lambda one: one.work, goes=4),
    Column("rows, size", lambda one: one.size, goes=1),
    Column("time", lambda one: one.measured or one.estimate),
    Column("risk", lambda one: one.risk),
)


def lock_text(mode: str) -> str:
    """A lock mode that fits its column."""
    return mode if len(mode) <= LONGEST_LOCK else mode.replace("EXCLUSIVE", "EXCL")


def relation_text(one: PlanStep) -> str:
    """What is locked: the schema `public` goes without saying, other relations are counted."""
    name = one.relation.removeprefix("public.")
    return f"{name} +{one.more}" if one.more else name


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and a line for each step, none wider than asked for where that is possible."""

    heading: str
    lines: tuple[Text, ...]


def plan_table(plan: PlanFacts, columns: int) -> Table:
    """The steps in a table of at most `columns` columns."""
    chosen = _chosen(plan, columns)
    widths = [_width(column, plan.steps) for column in chosen]
    heading = " ".join(
        _set(column.heading, size, column.right) for column, size in zip(chosen, widths, strict=True)
    )
    if plan.rehearsed is not None:
        heading = heading.replace(" time ", " took ", 1)
    return Table(heading.rstrip(), tuple(_line(one, chosen, widths) for one in plan.steps))


def _chosen(plan: PlanFacts, columns: int) -> tuple[Column, ...]:
    chosen: tuple[Column, ...] = COLUMNS
    for going in sorted(column.goes for column in COLUMNS if column.goes):
        if sum(_width(column, plan.steps) + 1 for column in chosen) - 1 <= columns:
            break
        chosen = tuple(column for column in chosen if column.goes != going)
    return chosen


def _width(column: Column, steps: Sequence[PlanStep]) -> int:
    return max([len(column.heading), *(width(printable(column.cell(one))) for one in steps)])


def _line(one: PlanStep, columns: Sequence[Column], widths: Sequence[int]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for column, size in zip(columns, widths, strict=True):
        cell = printable(column.cell(one))
        style = RISKS.get(one.risk, "") if column.heading == "risk" else ""
        line.append(_set(cell, size, column.right), style=style).append(" ")
    return line


def _set(cell: str, size: int, right: bool) -> str:
    padding = " " * (size - width(cell))
    return padding + cell if right else cell + padding


def losses_text(plan: PlanFacts) -> Text:
    """What can be lost, apart from everything else."""
    lines = [
        Text(printable(f"LOSES  step {one.position}  {one.subject}  {one.amount}: {one.sentence}"))
        for one in plan.losses
    ]
    return Text("\n", style="bold red").join(lines)


def finding_line(one: PlanFinding) -> Text:
    """A finding in one line: its weight as a letter, its rule, where, what."""
    where = f" step {one.position}" if one.position else f" {one.place}" if one.place else f" {one.subject}"
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(one.sign, style=SIGNS.get(one.sign, ""))
    return line.append(printable(f" {one.rule}{where}: {one.sentence}"))


def plan_title(plan: PlanFacts, now: float) -> str:
    """The plan's name, and how long it may be applied."""
    made = time.strftime("%H:%M:%S", time.localtime(plan.made))
    return f"Plan +{len(plan.revisions)}  {plan.id}  made {made}, {holds_text(plan, now)}"


def holds_text(plan: PlanFacts, now: float) -> str:
    """For how long it may still be applied."""
    if plan.changed:
        return "does not hold: p"
    left = plan.until - now
    if left <= 0:
        return "too old: p"
    return f"holds {left / 60:.0f} min" if left >= 60 else "holds less than 1 min"


def too_old(plan: PlanFacts, now: float) -> str:
    """Why a plan of that age is not applied; empty while it may be."""
    if now < plan.until:
        return ""
    minutes = max(0, int(now - plan.made) // 60)
    return f"plan {plan.id} was made {minutes} min ago and is too old to be applied; p makes it anew"


def above_text(plan: PlanFacts) -> Text:
    """What stands above the table: that it does not hold, and what can be lost."""
    changed = [Text(printable(f"DOES NOT HOLD  {plan.changed}; p makes it anew"), style="bold red")]
    return Text("\n").join(
        [*(changed if plan.changed else ()), *([losses_text(plan)] if plan.losses else ())]
    )


def plan_subtitle(plan: PlanFacts, found: Sequence[PlanFinding]) -> str:
    """What was found, counted by weight; and whether times are measured."""
    words = (("E", "error"), ("W", "warning"), ("?", "unknown"))
    counts = [(sum(one.sign == sign for one in found), word) for sign, word in words]
    told = [
        f"{count} {word}{'s' if count != 1 and word != 'unknown' else ''}" for count, word in counts if count
    ]
    measured = [f"measured on {plan.rehearsed.rows}"] if plan.rehearsed else []
    return "  ".join([*measured, *(told or ["nothing found"])])
