"""In which order tables are filled, so that what is referred to is there first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from graphlib import CycleError as GraphCycle
from graphlib import TopologicalSorter

from toolkit.transfer.errors import CycleError
from toolkit.transfer.target.table import TargetTable


def fill_order(tables: Mapping[str, TargetTable]) -> tuple[str, ...]:
    """The keys of `tables`, parents first.

    A table that refers to itself is no cycle: one COPY is one statement, and the server checks at its end.
    Foreign keys that can be deferred do not count either. Raises `CycleError` when the others form a circle.
    """
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, table in tables.items():
        keys[table.schema, table.name].append(key)
    graph: TopologicalSorter[str] = TopologicalSorter()
    for key, table in tables.items():
        graph.add(key)
        for foreign in table.foreign_keys:
            itself = (foreign.schema, foreign.table) == (table.schema, table.name)
            if not itself and not foreign.deferrable:
                graph.add(key, *keys.get((foreign.schema, foreign.table), ()))
    try:
        return tuple(graph.static_order())
    except GraphCycle as error:
        circle: list[str] = error.args[1]
        raise CycleError(tuple(tables[key].label for key in circle[:-1])) from None
