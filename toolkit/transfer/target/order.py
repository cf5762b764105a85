"""In which order tables are filled, so that what is referred to is there first, and what is filled later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError as GraphCycle
from graphlib import TopologicalSorter
from itertools import pairwise

from toolkit.transfer.errors import CycleError
from toolkit.transfer.target.table import ForeignKey, TargetTable


@dataclass(frozen=True, slots=True)
class FillPlan:
    """How tables that may refer to each other in circles are filled."""

    order: tuple[str, ...]
    """The sections, parents first."""
    second_pass: Mapping[str, tuple[str, ...]]
    """By section: columns that are written as NULL first, and updated when all tables are filled."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """A foreign key from one section to another that is checked at once."""

    child: str
    parent: str
    foreign: ForeignKey
    loose: tuple[str, ...]
    """The columns that can be NULL first; empty when the key has to hold from the beginning."""


def fill_order(tables: Mapping[str, TargetTable]) -> tuple[str, ...]:
    """The order alone, when every column of every table is written. Raises `CycleError`."""
    return fill_plan(tables, {name: table.columns for name, table in tables.items()}).order


def fill_plan(
    tables: Mapping[str, TargetTable],
    written: Mapping[str, Collection[str]],
    in_pieces: Collection[str] = (),
) -> FillPlan:
    """How to fill `tables`, of which the columns `written` get values.

    A table that refers to itself is no circle, because one COPY is one statement and the server checks at
    its end; one `in_pieces` is written in several statements, and then it is. Foreign keys that can be
    deferred do not count. Raises `CycleError` when a circle has no key that could be NULL first.
    """
    edges = list(_edges(tables, written, in_pieces))
    _sorted(tables, (edge for edge in edges if not edge.loose))
    cut: list[_Edge] = [edge for edge in edges if edge.child == edge.parent and edge.loose]
    kept = [edge for edge in edges if edge.child != edge.parent]
    while True:
        try:
            order = _sorted(tables, kept)
        except CycleError:
            circle = _circle(tables, kept)
            steps = list(zip(circle[1:], circle, strict=False))
            # Each step is a child and its parent. One at least is loose, since the others are no circle.
            child, parent = next(
                step for step in steps if all(edge.loose for edge in kept if _is(edge, step))
            )
            cut += [edge for edge in kept if _is(edge, (child, parent))]
            kept = [edge for edge in kept if not _is(edge, (child, parent))]
            continue
        second: dict[str, list[str]] = defaultdict(list)
        for edge in cut:
            second[edge.child] += [name for name in edge.loose if name not in second[edge.child]]
        return FillPlan(order, {name: tuple(columns) for name, columns in second.items()})


def _edges(
    tables: Mapping[str, TargetTable], written: Mapping[str, Collection[str]], in_pieces: Collection[str]
) -> Iterable[_Edge]:
    sections: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, table in tables.items():
        sections[table.schema, table.name].append(name)
    for name, table in tables.items():
        found = bool(table.primary_key) and all(column in written[name] for column in table.primary_key)
        for foreign in table.foreign_keys:
            loose = tuple(
                column
                for column in foreign.columns
                if not table.columns[column].not_null and column in written[name]
            )
            itself = (foreign.schema, foreign.table) == (table.schema, table.name)
            if foreign.deferrable:
                continue
            pieces = (name,) if name in in_pieces and loose and found else ()
            for parent in pieces if itself else sections.get((foreign.schema, foreign.table), ()):
                yield _Edge(name, parent, foreign, loose if found else ())
            for other in sections[table.schema, table.name] if itself and loose and found else ():
                if other != name:
                    yield _Edge(name, other, foreign, loose)


def _is(edge: _Edge, step: tuple[str, str]) -> bool:
    return (edge.child, edge.parent) == step


def _sorted(tables: Mapping[str, TargetTable], edges: Iterable[_Edge]) -> tuple[str, ...]:
    edges = list(edges)
    try:
        return tuple(_graph(tables, edges).static_order())
    except GraphCycle:
        circle = _circle(tables, edges)
        named = []
        for parent, child in pairwise(circle):
            edge = next(edge for edge in edges if _is(edge, (child, parent)))
            named.append((tables[child].label, f"{tables[child].label} ({', '.join(edge.foreign.columns)})"))
        labels, keys = zip(*reversed(named), strict=True)
        raise CycleError(labels, keys) from None


def _circle(tables: Mapping[str, TargetTable], edges: Iterable[_Edge]) -> list[str]:
    """A circle, each before those that refer to it; the first one again at the end."""
    try:
        _graph(tables, edges).prepare()
    except GraphCycle as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def _graph(tables: Mapping[str, TargetTable], edges: Iterable[_Edge]) -> TopologicalSorter[str]:
    graph: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(tables, ()))
    for edge in edges:
        if edge.child != edge.parent:
            graph.add(edge.child, edge.parent)
    return graph
