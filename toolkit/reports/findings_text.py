"""Findings for people: the worst first, the fix below, what could not be told at the end.

No meaning by colour: the severity is a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from toolkit.findings import Finding, Location, Report, Severity
from toolkit.reports.table import printable


def findings_text(report: Report) -> str:
    """The whole report, ending in a line that counts."""
    ordered = sorted(report.findings, key=lambda f: (-f.severity, f.rule, f.subject))
    lines = [line for finding in ordered for line in _finding(finding)]
    lines += [f"unknown {each.rule} {each.subject}: {printable(each.reason)}" for each in report.unknowns]
    return "\n".join([*lines, _summary(report)])


def _finding(finding: Finding) -> Iterator[str]:
    place = f"{_place(finding.location)}: " if finding.location else ""
    yield f"{place}{finding.severity.word} {finding.rule} {finding.subject}: {printable(finding.sentence)}"
    for name, value in finding.evidence.items():
        yield f"    {name}: {printable(str(value))}"
    if finding.fix is not None:
        yield f"    fix: {printable(finding.fix.text)}"
        for statement in (*finding.fix.sql, *finding.fix.operations):
            yield from (f"      {line}" for line in statement.splitlines())


def _place(location: Location) -> str:
    return ":".join(str(part) for part in (location.path, location.line, location.column) if part is not None)


def _summary(report: Report) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    found = [_counted(counts[severity], severity.word) for severity in sorted(Severity, reverse=True)]
    if report.unknowns:
        found.append(f"{len(report.unknowns)} unknown")
    looked = ", ".join(f"{count} {kind}" for kind, count in report.looked_at.items()) or "nothing"
    return f"{', '.join(found)}; looked at {looked}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 or word == "info" else f"{count} {word}s"
