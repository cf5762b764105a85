"""The statements of a program beside the verdicts: the layer that only a trace can fill.

A trace tells of what ran while it listened, so it never makes a verdict better. Where the database leaks, a
statement that is not bound is one that gives the leak away; where it holds, one that leans on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from toolkit.isolation.trace.heard import Heard, HeardStatements
from toolkit.isolation.verdict import Cell, IsolationReport, Layer, LayerAnswer, Verb, Verdict

RULE: Final = "isolation.statement-unbound"
_PASSES: Final = (Verdict.PROVEN, Verdict.HELD, Verdict.CONDITIONAL)


@dataclass(frozen=True, slots=True)
class StatementAnswer:
    """What the trace says of one cell."""

    table: str
    verb: Verb
    verdict: Verdict | None
    """None: nothing was heard that could tell."""
    says: str
    places: tuple[str, ...] = ()


def with_statements(report: IsolationReport, heard: HeardStatements) -> IsolationReport:
    """The report with its layer of statements filled in, in every cell."""
    answers = statement_answers(report.cells, heard)
    cells = (
        dataclasses.replace(cell, layers=tuple(_layer(each, answer) for each in cell.layers))
        for cell, answer in zip(report.cells, answers, strict=True)
    )
    return dataclasses.replace(report, cells=tuple(cells))


def statement_answers(cells: Iterable[Cell], heard: HeardStatements) -> tuple[StatementAnswer, ...]:
    """What was heard of each cell, by its verdict."""
    return tuple(_answer(cell, heard.of(cell.table, cell.verb)) for cell in cells)


def doubtful(answers: Iterable[StatementAnswer]) -> tuple[StatementAnswer, ...]:
    """Those that tell of a statement that is not bound, or not known to be."""
    return tuple(each for each in answers if each.verdict not in (None, Verdict.HELD))


def _layer(layer: LayerAnswer, answer: StatementAnswer) -> LayerAnswer:
    if layer.layer is not Layer.STATEMENTS:
        return layer
    return LayerAnswer(Layer.STATEMENTS, answer.verdict, answer.says)


def _answer(cell: Cell, heard: Heard | None) -> StatementAnswer:
    if heard is None:
        return StatementAnswer(cell.table, cell.verb, None, "the trace heard no such statement")
    total = heard.bound + heard.unbound + heard.unknown
    where = f" ({', '.join(heard.places)})" if heard.places else ""
    verdict: Verdict | None
    if heard.unbound and cell.verdict in _PASSES:
        verdict = Verdict.CONDITIONAL
        says = f"{heard.unbound} of {total} executions are not bound to their user and lean on the database"
    elif heard.unbound:
        verdict = cell.verdict
        says = f"{heard.unbound} of {total} executions are not bound to their user, nor held by the database"
    elif heard.unknown:
        verdict, says = Verdict.UNKNOWN, f"{heard.unknown} of {total} executions cannot be told"
    elif heard.bound:
        verdict, says = Verdict.HELD, f"{heard.bound} executions, each bound to its user"
    else:
        verdict, says = None, f"{heard.of_nobody} executions, all while nobody acted"
    return StatementAnswer(cell.table, cell.verb, verdict, f"{says}{where}", heard.places)
