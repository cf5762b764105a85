"""The verdict table for people: the role first, a row per table, a reason for all that is not a pass."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.cli.isolation_statements import Statements, statement_lines
from toolkit.isolation import IsolationReport, Verb, Verdict
from toolkit.reports.findings_text import findings_text
from toolkit.reports.table import printable, table

_PASSES = (Verdict.PROVEN, Verdict.HELD)


def isolation_text(
    report: IsolationReport, *, layers: bool = False, statements: Statements | None = None
) -> str:
    """The whole report, ending in the totals; `layers` adds what each layer says of each cell."""
    headline = printable(report.headline)
    if report.subject.role is None:
        headline += "\nName it with --app-role ROLE, or as app_role in [tool.neonkit.isolation]."
    parts = [headline, _verdicts(report), "\n".join(_reasons(report)), "\n".join(statement_lines(statements))]
    if layers:
        parts.append("\n".join(_layers(report)))
    if report.audit.findings or report.audit.unknowns or report.audit.suppressed:
        parts.append(findings_text(report.audit))
    totals = ", ".join(f"{count} {verdict.value}" for verdict, count in report.totals.items())
    return "\n\n".join(part for part in [*parts, totals] if part)


def _verdicts(report: IsolationReport) -> str:
    kinds = {cell.table: cell.kind for cell in report.cells}
    rows = [
        [_titled(name, kind), *(report.cell(name, verb).verdict.value for verb in Verb)]
        for name, kind in sorted(kinds.items(), key=lambda each: (each[1] != "table", each))
    ]
    rows += [[name, *("shared" for _ in Verb)] for name in sorted(report.shared)]
    return table(["table", *(verb.value for verb in Verb)], rows) if rows else "no tables"


def _layers(report: IsolationReport) -> Iterator[str]:
    for cell in report.cells:
        yield f"{cell.table} ({cell.verb.value}): {cell.verdict.value}"
        for answer in cell.layers:
            verdict = answer.verdict.value if answer.verdict else "-"
            yield f"  {answer.layer.value}  {verdict}  {printable(answer.says)}"


def _titled(name: str, kind: str) -> str:
    return name if kind == "table" else f"{name} ({kind})"


def _reasons(report: IsolationReport) -> Iterator[str]:
    """One line per table, verdict and reason: cells that share them share the line."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for cell in report.cells:
        if cell.verdict not in _PASSES:
            grouped.setdefault((cell.verdict.value, cell.table, cell.reason), []).append(cell.verb.value)
    for (verdict, name, reason), verbs in sorted(grouped.items()):
        yield f"{verdict} {name} ({', '.join(verbs)}): {printable(reason)}"
    for name, reason in sorted(report.shared.items()):
        yield f"shared {name}: {printable(reason)}"
