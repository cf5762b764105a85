"""Findings as GitHub Actions commands: annotations on the diff where there is a file, else on the run."""

from __future__ import annotations

from typing import Final

from toolkit.findings import Finding, Report, Severity
from toolkit.reports.findings_text import summary
from toolkit.reports.table import printable

_COMMANDS: Final = {Severity.INFO: "notice", Severity.WARNING: "warning", Severity.ERROR: "error"}


def github(report: Report) -> str:
    """One command for each finding and each unknown, then the line that counts."""
    lines = [_finding(finding) for finding in report.findings]
    lines += [
        _command("notice", {"title": f"unknown {each.rule}"}, f"{each.subject}: {each.reason}")
        for each in report.unknowns
    ]
    return "\n".join([*lines, summary(report)])


def _finding(finding: Finding) -> str:
    place = finding.location
    properties: dict[str, object] = {}
    if place is not None:
        properties = {"file": place.path, "line": place.line, "col": place.column}
    properties["title"] = finding.rule
    fix = "" if finding.fix is None else f"\nFix: {finding.fix.text}"
    sql = "" if finding.fix is None else "".join(f"\n{statement};" for statement in finding.fix.sql)
    text = f"{finding.subject}: {finding.sentence}{fix}{sql}"
    return _command(_COMMANDS[finding.severity], properties, text)


def _command(name: str, properties: dict[str, object], text: str) -> str:
    given = ",".join(
        f"{key}={_escaped(str(value), also=':,')}" for key, value in properties.items() if value is not None
    )
    return f"::{name} {given}::{_escaped(text)}"


def _escaped(text: str, also: str = "") -> str:
    """`text` on one line; the service turns `%0A` back into a line's end."""
    whole = "\n".join(printable(line) for line in text.splitlines())
    for character in ("%", "\n", *also):
        whole = whole.replace(character, f"%{ord(character):02X}")
    return whole
