"""What stands behind a line: the exact SQL of a step, a finding with its fix, a revision's script."""

from __future__ import annotations

from textual.content import Content
from textual.highlight import highlight

from toolkit.reports.table import printable
from toolkit.tui.facts.migrations import RevisionLine
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, PlanStep

LONGEST = 20_000
"""Characters that are coloured; the rest of a longer text is shown plain."""


def coloured(text: str, language: str) -> Content:
    """Code in colours; control characters are shown, not obeyed."""
    lines = [printable(line) for line in text.expandtabs(4).splitlines()]
    shown = "\n".join(lines)
    if len(shown) > LONGEST:
        return Content(shown)
    return highlight(shown, language=language).rstrip()


def step_detail(plan: PlanFacts, one: PlanStep) -> Content:
    """The statement as it will be sent, and everything that is known of it."""
    facts = [
        f"transaction {one.transaction}" if one.transaction != "own" else "commits by itself",
        f"line {one.line}" if one.line else "",
        f"{one.times:,} times" if one.times > 1 else "",
        f"works on {one.size}" if one.size else "",
    ]
    took = f"measured {one.measured}, lock held {one.held or '?'}; " if one.measured else ""
    lines = [
        ", ".join(fact for fact in facts if fact),
        f"time: {took}{'estimate ' if took else ''}{one.estimate} ({one.basis})",
        *(f"lock: {lock}" for lock in one.locks),
        *(f"{found.sign} {found.rule}: {found.sentence}" for found in plan.of_step(one.position)),
    ]
    return _joined(coloured(one.sql.strip(), "postgresql"), "", *lines)


def finding_detail(one: PlanFinding) -> Content:
    """What was found, what stands behind it, and the fix."""
    blocks: list[Content | str] = [
        f"{one.sign} {one.rule}  {one.subject}  {one.place}".rstrip(),
        one.sentence,
        *(f"{name}: {value}" for name, value in one.evidence),
    ]
    if one.fix:
        blocks += ["", f"fix: {one.fix}"]
    if one.sql:
        blocks += ["", coloured(";\n".join(one.sql) + ";", "postgresql")]
    if one.operations:
        blocks += ["", "in the revision (f writes it):", coloured("\n".join(one.operations), "python")]
    if one.example_sql:
        shown = (coloured(one.example_sql, "postgresql"), "", coloured(one.example_operations, "python"))
        blocks += ["", "the safe way, by the rule's example:", *shown]
    return _joined(*blocks)


def script_detail(one: RevisionLine) -> Content:
    """The file of a revision, and what is special about it."""
    facts = [
        f"{one.revision}  {one.state}" + (f", last run {one.ran}" if one.ran else ""),
        f"{one.message} {one.marks}".strip(),
        f"EDITED: {one.edited}" if one.edited else "",
    ]
    return _joined(*(fact for fact in facts if fact), "", coloured(one.text, "python"))


def plan_detail(plan: PlanFacts) -> Content:
    """What holds for the whole plan."""
    rows = [f"What the rows say: {line}" for line in plan.forecasts]
    measured = plan.rehearsed
    rehearsed = [] if measured is None else [measured.sentence, f"on: {measured.ground}", *measured.steps]
    return _joined(
        *rehearsed,
        *rows,
        *(f"note: {note}" for note in plan.notes),
        *(f"{name}: {value}" for name, value in plan.asked),
        f"recorded on: {plan.ground}",
    )


def _joined(*blocks: Content | str) -> Content:
    return Content("\n").join(
        block if isinstance(block, Content) else Content(printable(block)) for block in blocks
    )
