"""The verdict table as findings, for the formats that know nothing else."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from toolkit.findings import Finding, Report, Severity, Unknown
from toolkit.isolation.rules import CONDITIONAL, LEAK
from toolkit.isolation.verdict import Cell, IsolationReport, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEIGHTS: Final = {Verdict.LEAK: (LEAK, Severity.ERROR), Verdict.CONDITIONAL: (CONDITIONAL, Severity.WARNING)}


def as_findings(report: IsolationReport) -> Report:
    """The audit, with a finding for each verb that leaks and an unknown for each that is not known."""
    unknown = tuple(
        Unknown("isolation.verdict", cell.table, f"{cell.verb.value}: {cell.reason}")
        for cell in report.cells
        if cell.verdict is Verdict.UNKNOWN
    )
    looked = {f"cells {verdict.value}": count for verdict, count in report.totals.items()}
    return dataclasses.replace(
        report.audit,
        findings=(*_of_cells(report.cells), *report.audit.findings),
        unknowns=(*unknown, *report.audit.unknowns),
        looked_at={**looked, **report.audit.looked_at},
    )


def _of_cells(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    for cell in cells:
        if cell.verdict in _WEIGHTS:
            rule, severity = _WEIGHTS[cell.verdict]
            sentence = f"{cell.verb.value} of {cell.table}: {cell.reason}."
            yield Finding(rule, severity, cell.table, sentence, {"verb": cell.verb.value})
