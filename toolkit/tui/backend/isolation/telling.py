"""From what isolation answers to what the screen shows: texts and figures, nothing decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from toolkit.findings import Finding
from toolkit.isolation import Asked, Cell, Examined, IsolationReport, Subject, Verb, Verdict
from toolkit.isolation.probing.actions import VERBS
from toolkit.isolation.probing.evidence import Evidence, badness
from toolkit.isolation.probing.evidence import Leak as FoundLeak
from toolkit.isolation.protect import Protected, operations, script
from toolkit.isolation.replay.explained import plan_script, unplanned
from toolkit.isolation.replay.script import sql_script
from toolkit.tui.facts.isolation import SHARED, Isolation, Leak, ProtectionText, Tried, VerdictLine

_KEYS: Final = 5


def isolation_of(examined: Examined, asked: Asked, explained: str | None, twin: str) -> Isolation:
    """The verdict table with everything behind it."""
    report = examined.report
    subject = report.subject
    cells = tuple(_line(cell, examined) for cell in report.cells)
    words = [cell.verdict for cell in cells]
    shared = [(name, reason) for name, reason in sorted(report.shared.items()) if not asked.tables]
    return Isolation(
        first=report.headline,
        cells=(
            *cells,
            *(VerdictLine(name, verb.value, SHARED, reason) for name, reason in shared for verb in Verb),
        ),
        totals=tuple((verdict.value, words.count(verdict.value)) for verdict in Verdict),
        findings=tuple(_finding(found) for found in report.audit.findings),
        refusal=_refusal(subject),
        standing=tuple(_standing(report)),
        role=subject.role,
        found=subject.found,
        observer=subject.observer,
        identity=subject.identity_setting,
        users=asked.users,
        explained=explained,
        twin=twin,
        tables=asked.tables,
    )


def _refusal(subject: Subject) -> str | None:
    if subject.role is None:
        return f"NOTHING IS PROVEN: the application's role is not known ({subject.found})."
    if subject.exempt:
        return f"NOTHING IS PROVEN: role {subject.role} ignores every policy (superuser or BYPASSRLS)."
    if not subject.observer_exempt:
        seen = f"role {subject.observer} of this connection obeys policies and may not see all rows"
        return f"NOTHING IS PROVEN BY TRYING: {seen}."
    return None


def _standing(report: IsolationReport) -> Iterator[tuple[bool, str]]:
    subject = report.subject
    if subject.role is not None:
        yield not subject.exempt, _said(subject.exempt, "superuser or BYPASSRLS")
        ways = ", ".join(subject.exempt_ways)
        yield not ways, f"may become {ways}" if ways else "may become no exempt role"
        yield not subject.powers, "; ".join(subject.powers) or "no other power past policies"
    yield (
        subject.observer_exempt,
        f"{subject.observer} sees {'all' if subject.observer_exempt else 'not all'} rows",
    )
    doors = sorted({cell.table for cell in report.leaks if cell.kind != "table"})
    yield not doors, f"way past the tables: {', '.join(doors)}" if doors else "no leaking view or function"
    found = len(report.audit.findings)
    yield not found, f"{found} findings of the audit" if found else "no finding of the audit"


def _said(yes: bool, what: str) -> str:
    return what if yes else f"not {what}"


def _line(cell: Cell, examined: Examined) -> VerdictLine:
    keys = cell.evidence.get("keys", ())
    verdict, reason = cell.verdict, cell.reason
    if examined.report.subject.exempt and verdict in (Verdict.PROVEN, Verdict.HELD):
        # A superuser can switch off what holds here, so this screen calls nothing proven for one.
        verdict = Verdict.UNKNOWN
        reason = f"{reason}; nothing is called proven for a role that ignores every policy"
    return VerdictLine(
        cell.table,
        cell.verb.value,
        verdict.value,
        reason,
        cell.kind,
        tuple(str(key) for key in keys[:_KEYS]) if isinstance(keys, list | tuple) else (),
        tuple(
            (answer.layer.value, answer.verdict.value if answer.verdict else "-", answer.says)
            for answer in cell.layers
        ),
        tuple(_tried(each) for each in _behind(cell, examined.tried)),
        tuple(
            _finding(each) for each in examined.report.audit.findings if _is_about(each.subject, cell.table)
        ),
        plan=plan_script(cell, examined.report.subject, examined.plans),
        unplanned=unplanned(cell, examined.report.subject) if examined.plans else None,
    )


def _finding(found: Finding) -> str:
    return f"{found.severity.word} {found.subject}: {found.sentence}"


def _is_about(subject: str, relation: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(relation)}(?!\w)", subject) is not None


def _behind(cell: Cell, tried: Iterable[Evidence]) -> list[Evidence]:
    """The evidence for one cell, the worst first, and of equals that of a real user."""
    names = {cell.table, cell.table.partition("(")[0]} if cell.kind == "function" else {cell.table}
    mine = [each for each in tried if each.relation in names and cell.verb in VERBS[each.action]]
    first = [each for each in mine if VERBS[each.action][0] is cell.verb]
    chosen = first if any(each.leak for each in first) or cell.verdict.value != "LEAK" else mine
    return sorted(chosen, key=lambda each: (-badness(each.verdict), each.leak is None, each.identity.value))


def _tried(each: Evidence) -> Tried:
    leak = None if each.leak is None else _leak(each, each.leak)
    title = f"{each.action.value} as {each.identity.value}"
    return Tried(title, each.verdict.value, each.reason, _who(each.facts), leak)


def _who(facts: Mapping[str, Any]) -> str:
    if "user" not in facts:
        return ""
    others = f"{facts['rows of others']} rows of others, {facts['owners']} owners"
    return (
        f"user {facts['user']}, {facts['own rows']} own rows\nuser {facts['other user']}, the prey; {others}"
    )


def _leak(evidence: Evidence, leak: FoundLeak) -> Leak:
    replay = leak.replay
    said = "not set" if replay.identity is None else f"= '{replay.identity}'"
    return Leak(
        leak.id,
        replay.role,
        f"{replay.setting} {said}",
        "\n".join((*(f"{step};" for step in replay.prepare), replay.statement)),
        leak.key,
        leak.responsible,
        leak.closing,
        sql_script(evidence, leak),
    )


def protection_of(found: Protected, untried: str | None) -> ProtectionText:
    """A compiled protection as text."""
    protection = found.protection
    lines: list[str] = []
    for stage in protection.stages:
        lines += [stage.value, *(f"  {step.subject}: {step.does}" for step in protection.of(stage)), ""]
    if protection.left_open:
        lines += ["left to you", *(f"  {each.subject}: {each.reason}" for each in protection.left_open), ""]
    leaking = () if found.after is None else found.after.leaks
    return ProtectionText(
        role=protection.role if protection.role_exists else f"{protection.role} (to be made)",
        lines=tuple(lines),
        changes=tuple(_changes(found)),
        script=script(protection),
        revisions=tuple(stage.message for stage in operations(protection)),
        still_leaking=tuple(f"{cell.verb.value} of {cell.table}" for cell in leaking),
        untried=untried,
    )


def _changes(found: Protected) -> Iterator[str]:
    if found.before is None or found.after is None:
        return
    was = {(cell.table, cell.verb): cell.verdict.value for cell in found.before.cells}
    for cell in found.after.cells:
        then = was.get((cell.table, cell.verb), "not there")
        if then != cell.verdict.value:
            yield f"{cell.table} {cell.verb.value}: {then} -> {cell.verdict.value}"
