"""Findings for people: the worst first, the fix below, what could not be told at the end.

No meaning by colour: the severity is a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from toolkit.findings import Finding, Location, Report, Severity
from toolkit.reports.table import printable


def findings_text(report: Report) -> str:
    """The whole report, ending in a line that counts."""
    lines = [line for finding in worst_first(report.findings) for line in finding_lines(finding)]
    lines += [printable(f"unknown {each.rule} {each.subject}: {each.reason}") for each in report.unknowns]
    return "\n".join([*lines, summary(report)])


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in the order for reading."""
    return sorted(findings, key=lambda finding: (-finding.severity, finding.rule, finding.subject))


def finding_lines(finding: Finding) -> Iterator[str]:
    """One finding: where and what, its evidence as far as there is any, its fix."""
    place = f"{place_text(finding.location)}: " if finding.location else ""
    said = f"{finding.rule} {finding.subject}: {finding.sentence}"
    yield f"{printable(place)}{finding.severity.word} {printable(said)}"
    for name, value in finding.evidence.items():
        if value not in ((), [], {}):
            yield f"    {printable(f'{name}: {value}')}"
    if finding.fix is not None:
        yield f"    fix: {printable(finding.fix.text)}"
        for statement in (*finding.fix.sql, *finding.fix.operations):
            yield from (f"      {printable(line)}" for line in statement.splitlines())


def place_text(location: Location) -> str:
    """`path:line:column`, as far as known."""
    return ":".join(str(part) for part in (location.path, location.line, location.column) if part is not None)


def summary(report: Report) -> str:
    """The line that counts what was found, not known, suppressed and looked at."""
    counts = Counter(finding.severity for finding in report.findings)
    found = [_counted(counts[severity], severity.word) for severity in sorted(Severity, reverse=True)]
    if report.unknowns:
        found.append(f"{len(report.unknowns)} unknown")
    if report.suppressed:
        found.append(f"{len(report.suppressed)} suppressed")
    looked = ", ".join(f"{count} {kind}" for kind, count in report.looked_at.items()) or "nothing"
    return f"{', '.join(found)}; looked at {looked}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 or word == "info" else f"{count} {word}s"
