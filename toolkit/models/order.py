"""The order in which tables can be filled: parents before children, cycles named and broken.

Invariant: with the broken foreign keys set aside (filled later, or deferred), each table comes after every
table it refers to. A reference of a table to itself never stands in the way of the order; it is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.models.shapes import ForeignKeyShape, TableShape


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key and the table that has it."""

    table: str
    foreign_key: ForeignKeyShape
    nullable: bool

    def __str__(self) -> str:
        return f"{self.table} ({', '.join(self.foreign_key.columns)}) -> {self.foreign_key.target}"


@dataclass(frozen=True, slots=True)
class Cycle:
    """Tables that refer to each other in a ring, and the references to set aside so that they can be ordered.

    A broken reference that is nullable is filled by a second pass; one that is deferrable is checked at the
    end of the transaction; `unbreakable` ones are neither.
    """

    tables: tuple[str, ...]
    broken: tuple[Reference, ...]

    @property
    def unbreakable(self) -> tuple[Reference, ...]:
        """The broken references that can be neither NULL for a while nor deferred."""
        return tuple(each for each in self.broken if not (each.nullable or each.foreign_key.deferrable))


@dataclass(frozen=True, slots=True)
class DependencyOrder:
    """All tables, parents first. `missing` are references to tables that were not among them."""

    tables: tuple[str, ...]
    cycles: tuple[Cycle, ...]
    self_references: tuple[Reference, ...]
    missing: tuple[Reference, ...]


def dependency_order(shapes: Iterable[TableShape]) -> DependencyOrder:
    """Order the tables; the same tables always give the same order."""
    tables = {shape.name: shape for shape in sorted(shapes, key=lambda shape: shape.name)}
    references = [
        Reference(shape.name, key, nullable=not shape.requires(key.columns))
        for shape in tables.values()
        for key in shape.foreign_keys
    ]
    between = [each for each in references if each.foreign_key.target in tables and not _own(each)]
    order: list[str] = []
    cycles: list[Cycle] = []
    for component in components(tables, _edges(tables, between)):
        ordered, broken = _break(component, [each for each in between if each.table in component])
        order.extend(ordered)
        if broken:
            cycles.append(Cycle(tuple(sorted(component)), tuple(broken)))
    return DependencyOrder(
        tables=tuple(order),
        cycles=tuple(cycles),
        self_references=tuple(each for each in references if _own(each)),
        missing=tuple(each for each in references if each.foreign_key.target not in tables),
    )


def components(nodes: Iterable[str], edges: Mapping[str, Sequence[str]]) -> list[frozenset[str]]:
    """The strongly connected components, targets before sources (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[frozenset[str]] = []
    for root in nodes:
        work = [] if root in index else [(root, iter(edges[root]))]
        while work:
            node, targets = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            for target in targets:
                if target not in index:
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], low[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    found.append(frozenset(stack[cut:]))
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]
    return found


def _own(reference: Reference) -> bool:
    return reference.table == reference.foreign_key.target


def _edges(tables: Iterable[str], references: Iterable[Reference]) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = {table: [] for table in tables}
    for each in references:
        if each.foreign_key.target in edges:
            edges[each.table].append(each.foreign_key.target)
    return edges


def _break(component: frozenset[str], references: Sequence[Reference]) -> tuple[list[str], list[Reference]]:
    """The tables of one component in order, and the references that had to be set aside for it.

    Greedy: when every table left waits for another, the one whose waiting is cheapest to break goes first.
    """
    waiting = [each for each in references if each.foreign_key.target in component]
    order: list[str] = []
    broken: list[Reference] = []
    left = set(component)
    while left:
        costs = {table: [each for each in waiting if each.table == table] for table in left}
        table = min(left, key=lambda name: (_cost(costs[name]), name))
        broken.extend(costs[table])
        order.append(table)
        left.remove(table)
        waiting = [each for each in waiting if each.table != table and each.foreign_key.target != table]
    return order, broken


def _cost(references: Sequence[Reference]) -> tuple[int, int, int]:
    """Hard references first, then deferrable ones, then how many."""
    hard = sum(1 for each in references if not each.nullable and not each.foreign_key.deferrable)
    return hard, sum(1 for each in references if not each.nullable), len(references)
