"""What stands behind each cell, layer by layer: which of them was asked, and what it said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.isolation import judge
from toolkit.isolation.data_audit import DataAudit
from toolkit.isolation.grounds import Grounds
from toolkit.isolation.judge import Bench
from toolkit.isolation.verdict import Cell, Layer, LayerAnswer, Verb, Verdict

_NOT_HEARD = LayerAnswer(
    Layer.STATEMENTS, None, "not asked here: pytest --isolation-trace hears the program's statements"
)


def with_layers(
    cells: list[Cell], grounds: Grounds, bench: Bench, wrong: DataAudit | None, reason: str | None
) -> Iterator[Cell]:
    """The cells of one table; `wrong` is None if no row was looked at, `reason` says why nobody tried."""
    for cell in cells:
        answers = (
            _graph(grounds, bench, cell),
            _data(cell.verb, wrong),
            _policy(bench, grounds, cell.verb),
            _probe(cell, reason),
            _NOT_HEARD,
        )
        yield replace(cell, layers=answers)


def of_door(cell: Cell, said: Cell) -> Cell:
    """A door's cell, and what the catalog and its definition said of it before anybody tried."""
    tried = cell != said
    return replace(
        cell,
        layers=(
            LayerAnswer(Layer.GRAPH, None, "counts as the tables behind it"),
            LayerAnswer(Layer.DATA, None, "holds no rows of its own"),
            LayerAnswer(Layer.POLICY, said.verdict, said.reason),
            LayerAnswer(
                Layer.PROBE, cell.verdict if tried else None, cell.reason if tried else "no leak seen"
            ),
            _NOT_HEARD,
        ),
    )


def of_unclassified(cell: Cell) -> Cell:
    """The cell of a table of which nobody knows whose rows it holds."""
    rest = [LayerAnswer(layer, None, "not asked: it is not known whose rows these are") for layer in Layer]
    return replace(cell, layers=(LayerAnswer(Layer.GRAPH, Verdict.UNKNOWN, cell.reason), *rest[1:]))


def _graph(grounds: Grounds, bench: Bench, cell: Cell) -> LayerAnswer:
    way = f"owner: {bench.table.path}"
    if cell.verb is not Verb.REFERENCES:
        return LayerAnswer(Layer.GRAPH, None, way)
    edges = grounds.edges(bench.table)
    if cell.verdict is Verdict.PROVEN:
        return LayerAnswer(Layer.GRAPH, Verdict.PROVEN, "every reference carries the owner in a valid key")
    open_ = [edge.name for edge in edges if not edge.guarded]
    if open_:
        return LayerAnswer(Layer.GRAPH, Verdict.UNKNOWN, f"no key keeps owners equal: {', '.join(open_)}")
    says = "every reference carries the owner, in a key that need not hold" if edges else "refers to nobody"
    return LayerAnswer(Layer.GRAPH, None if edges else Verdict.HELD, says)


def _data(verb: Verb, wrong: DataAudit | None) -> LayerAnswer:
    if wrong is None:
        return LayerAnswer(Layer.DATA, None, "no row was looked at")
    crossed = sum(rows.count for rows in wrong.crossed.values())
    if crossed:
        verdict = Verdict.LEAK if verb is Verb.REFERENCES else None
        return LayerAnswer(Layer.DATA, verdict, f"{crossed} rows belong to another user than their parent")
    if wrong.findings:
        says = "; ".join(finding.sentence for finding in wrong.findings)
        return LayerAnswer(Layer.DATA, None, says)
    return LayerAnswer(Layer.DATA, Verdict.HELD, "every row has one owner who is there")


def _policy(bench: Bench, grounds: Grounds, verb: Verb) -> LayerAnswer:
    decided = judge.by_catalog(bench, verb)
    if decided is not None:
        return LayerAnswer(Layer.POLICY, decided.verdict, decided.reason)
    if verb is Verb.REFERENCES:
        names = list(
            dict.fromkeys(n for edge in grounds.edges(bench.table) for n in bench.rules.loose_along(edge))
        )
    else:
        loose = bench.rules.loose(bench.table, verb)
        names = list(dict.fromkeys((*loose.rows, *loose.values)))
    if names:
        return LayerAnswer(Layer.POLICY, Verdict.UNKNOWN, f"may let others through: {', '.join(names)}")
    cell = bench.closed(verb, "every policy binds each row to the acting user")
    return LayerAnswer(Layer.POLICY, cell.verdict, cell.reason)


def _probe(cell: Cell, reason: str | None) -> LayerAnswer:
    if reason is not None:
        return LayerAnswer(Layer.PROBE, None, reason)
    if "tries" not in cell.evidence:
        return LayerAnswer(Layer.PROBE, None, "nothing was tried: the other layers had decided")
    return LayerAnswer(Layer.PROBE, cell.verdict, cell.reason)
