"""Findings as Markdown, for the summary of a CI run or a comment: the counts, a table, the fixes below."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from toolkit.findings import Finding, Report
from toolkit.reports.findings_text import place_text, summary, worst_first
from toolkit.reports.table import printable

_EMPHASIS = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)")
_PLAIN_CODE = re.compile(r"[^`|]+")


def markdown(report: Report) -> str:
    """The report as GitHub's and GitLab's Markdown."""
    blocks = [f"**neonkit**: {_safe(summary(report))}"]
    ordered = worst_first(report.findings)
    if ordered:
        rows = ["| | rule | subject | finding |", "| --- | --- | --- | --- |", *map(_row, ordered)]
        blocks.append("\n".join(rows))
    blocks += [_fix(finding) for finding in ordered if finding.fix is not None and finding.fix.sql]
    told = [f"{_code(each.rule)} {_code(each.subject)}: {_safe(each.reason)}" for each in report.unknowns]
    blocks += _listed("Not known", told)
    lived_with = [
        f"{_code(each.finding.rule)} {_code(each.finding.subject)}: {_safe(each.reason)}"
        for each in report.suppressed
    ]
    blocks += _listed("Suppressed", lived_with)
    return "\n\n".join(blocks)


def _row(finding: Finding) -> str:
    place = f"<br>{_code(place_text(finding.location))}" if finding.location else ""
    words = f"{_safe(finding.sentence)}" + (f"<br>Fix: {_safe(finding.fix.text)}" if finding.fix else "")
    return f"| {finding.severity.word} | {_code(finding.rule)} | {_code(finding.subject)}{place} | {words} |"


def _fix(finding: Finding) -> str:
    title = f"<details><summary>Fix of {html.escape(finding.rule)} {html.escape(printable(finding.subject))}"
    statements = "\n".join(f"{sql};" for sql in finding.fix.sql) if finding.fix else ""
    lines = "\n".join(printable(line) for line in statements.splitlines())
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", lines)), 3)
    return f"{title}</summary>\n\n{fence}sql\n{lines}\n{fence}\n\n</details>"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:\n\n" + "\n".join(f"- {line}" for line in lines)


def _code(text: str) -> str:
    shown = printable(text)
    return f"`{shown}`" if _PLAIN_CODE.fullmatch(shown) else f"<code>{_safe(shown)}</code>"


def _safe(text: str) -> str:
    escaped = html.escape(printable(text), quote=False)
    return _EMPHASIS.sub(lambda found: f"&#{ord(found[0])};", escaped)
