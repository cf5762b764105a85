"""The verdict table as findings, for the formats that know nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Final

from toolkit.findings import Finding, Location, Report, Severity, Unknown
from toolkit.isolation.rules import CONDITIONAL, LEAK
from toolkit.isolation.statements import RULE, StatementAnswer, doubtful
from toolkit.isolation.verdict import Cell, IsolationReport, Verdict

_WEIGHTS: Final = {Verdict.LEAK: (LEAK, Severity.ERROR), Verdict.CONDITIONAL: (CONDITIONAL, Severity.WARNING)}


def as_findings(report: IsolationReport, statements: Iterable[StatementAnswer] = ()) -> Report:
    """The audit, with a finding for each verb that leaks and an unknown for each that is not known.

    Of statements there is a finding for each cell that one of them leans on.
    """
    unknown = tuple(
        Unknown("isolation.verdict", cell.table, f"{cell.verb.value}: {cell.reason}")
        for cell in report.cells
        if cell.verdict is Verdict.UNKNOWN
    )
    looked = {f"cells {verdict.value}": count for verdict, count in report.totals.items()}
    return dataclasses.replace(
        report.audit,
        findings=(*_of_cells(report.cells), *report.audit.findings, *_of_statements(statements)),
        unknowns=(*unknown, *report.audit.unknowns),
        looked_at={**looked, **report.audit.looked_at},
    )


def _of_cells(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    for cell in cells:
        if cell.verdict in _WEIGHTS:
            rule, severity = _WEIGHTS[cell.verdict]
            sentence = f"{cell.verb.value} of {cell.table}: {cell.reason}."
            yield Finding(rule, severity, cell.table, sentence, {"verb": cell.verb.value})


def _of_statements(answers: Iterable[StatementAnswer]) -> Iterator[Finding]:
    for each in doubtful(answers):
        if each.verdict is not Verdict.UNKNOWN:
            path, _, line = (each.places or ("",))[0].rpartition(":")
            place = Location(path, int(line)) if path and line.isdigit() else None
            sentence = f"{each.verb.value} of {each.table}: {each.says}."
            facts = {"verb": each.verb.value, "places": list(each.places)}
            yield Finding(RULE, Severity.WARNING, each.table, sentence, facts, location=place)
