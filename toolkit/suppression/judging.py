"""Taking out of a report what is lived with, and telling which suppressions serve nothing.

Pure functions: a report and decisions in, a report out.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from toolkit.findings import Finding, Fix, Location, Report, Severity, Suppressed
from toolkit.suppression.baseline import Baseline, Entry
from toolkit.suppression.own_rules import BASELINE_OUTDATED, EXPIRED, UNUSED
from toolkit.suppression.suppression import Suppression


def suppress(
    report: Report,
    suppressions: Sequence[Suppression],
    *,
    today: date,
    ran: Collection[str],
    baseline: Baseline | None = None,
    known: Collection[str] | None = None,
) -> Report:
    """The report without what is lived with; that is in its `suppressed`.

    `ran` are the rules that were asked about everything there is: only of them can be said that a suppression
    or an entry of the baseline covers nothing. Pass none when a part was looked at. `known` are the rules of
    all checks: a suppression that names none of them is unused, too. What this room finds is not suppressed.
    """
    allowance = _Allowance(baseline or Baseline())
    kept: list[Finding] = []
    taken: list[Suppressed] = []
    used: set[int] = set()
    for finding in report.findings:
        covering = [number for number, each in enumerate(suppressions) if each.covers(finding)]
        used.update(covering)
        holding = next((suppressions[n] for n in covering if suppressions[n].holds_on(today)), None)
        if holding is not None:
            taken.append(Suppressed(finding, holding.reason, holding.by, holding.expires))
        elif allowance.takes(finding):
            taken.append(Suppressed(finding, "it was there when the baseline was written", "baseline"))
        else:
            kept.append(finding)
    for number, suppression in enumerate(suppressions):
        kept += _of_suppression(suppression, number in used, today, ran, known)
    kept += _of_baseline(allowance, ran)
    return dataclasses.replace(report, findings=tuple(kept), suppressed=(*report.suppressed, *taken))


class _Allowance:
    """The entries of a baseline that no finding has used up."""

    def __init__(self, baseline: Baseline) -> None:
        self._left = Counter(baseline.entries)

    def takes(self, finding: Finding) -> bool:
        """Whether an entry is there that weighs as much or more; it is used up by that."""
        wanted = Entry.of(finding)
        for severity in sorted(Severity):
            entry = dataclasses.replace(wanted, severity=severity)
            if severity >= finding.severity and self._left[entry] > 0:
                self._left[entry] -= 1
                return True
        return False

    def left(self, ran: Collection[str]) -> int:
        """How many entries of these rules are not used up."""
        return sum(count for entry, count in self._left.items() if entry.rule in ran)


def _of_suppression(
    suppression: Suppression, used: bool, today: date, ran: Collection[str], known: Collection[str] | None
) -> Iterator[Finding]:
    evidence = {"reason": suppression.reason, "subject": suppression.subject}
    span = suppression.span
    place = Location(span.path, span.first) if span is not None else None
    if not suppression.holds_on(today):
        sentence = f"The suppression of {suppression.rule} expired on {suppression.expires}."
        fix = Fix("Close what it covered, or decide anew with a later day." if used else "Take it out.")
        yield Finding(EXPIRED, Severity.WARNING, suppression.written_at, sentence, evidence, fix, place)
    elif known is not None and not suppression.names_any(known):
        sentence = f"No rule is named {suppression.rule}."
        fix = Fix("Correct the name of the rule, or take the suppression out.")
        yield Finding(UNUSED, Severity.WARNING, suppression.written_at, sentence, evidence, fix, place)
    elif not used and suppression.names_any(ran):
        sentence = f"The suppression of {suppression.rule} covers nothing that was found."
        yield Finding(
            UNUSED, Severity.WARNING, suppression.written_at, sentence, evidence, Fix("Take it out."), place
        )


def _of_baseline(allowance: _Allowance, ran: Collection[str]) -> Iterator[Finding]:
    if left := allowance.left(ran):
        finding = "finding of the baseline is" if left == 1 else "findings of the baseline are"
        yield Finding(
            BASELINE_OUTDATED,
            Severity.INFO,
            "baseline",
            f"{left} {finding} not there any more.",
            {"findings": left},
            Fix("Write the baseline anew with --write-baseline, so that they stay away."),
        )
