"""A probe as findings, for the formats that know nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.findings import Finding, Fix, Report, Severity, Unknown
from toolkit.isolation.probing.evidence import Evidence, Probe
from toolkit.isolation.rules import CONDITIONAL, LEAK
from toolkit.isolation.verdict import Verdict

_RULE = "isolation.verdict"


def as_findings(probe: Probe) -> Report:
    """A finding for each answer that leaks or depends on something, an unknown for each that is not known."""
    answers = {f"answers {verdict.value}": count for verdict, count in probe.totals.items()}
    return Report(tuple(_findings(probe.evidence)), tuple(_unknowns(probe)), answers)


def leaks_as_findings(evidence: Iterable[Evidence]) -> Report:
    """The leaks alone: what replays are of."""
    leaks = [each for each in evidence if each.verdict is Verdict.LEAK]
    return Report(tuple(_findings(leaks)), (), {"leaks": len(leaks)})


def _findings(evidence: Iterable[Evidence]) -> Iterator[Finding]:
    for each in evidence:
        what = f"{each.action.value} of {each.relation} as {each.identity.value}: {each.reason}."
        facts: dict[str, object] = {"action": each.action.value, "identity": each.identity.value}
        if each.verdict is Verdict.CONDITIONAL:
            yield Finding(CONDITIONAL, Severity.WARNING, each.relation, what, facts)
        elif each.verdict is Verdict.LEAK:
            fix = None
            if each.leak is not None:
                facts |= {"leak": each.leak.id, "row": each.leak.key, "responsible": each.leak.responsible}
                shown = f"see it with `neonkit isolation replay {each.leak.id}`"
                closing = each.leak.closing
                fix = Fix(f"the smallest change that closes it; {shown}" if closing else shown, sql=closing)
            yield Finding(LEAK, Severity.ERROR, each.relation, what, facts, fix)


def _unknowns(probe: Probe) -> Iterator[Unknown]:
    """One for each relation and reason; the actions stand in it."""
    grouped: dict[tuple[str, str], dict[str, None]] = {}
    for each in probe.evidence:
        if each.verdict is Verdict.UNKNOWN:
            grouped.setdefault((each.relation, each.reason), {})[each.action.value] = None
    for (relation, reason), actions in grouped.items():
        yield Unknown(_RULE, relation, f"{', '.join(actions)}: {reason}")
    for name, reason in probe.unclassified.items():
        yield Unknown(_RULE, name, f"nobody said whose rows these are: {reason}")
