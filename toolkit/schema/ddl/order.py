"""An order that runs: every unit after what it needs, and otherwise kind by kind and by name."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from toolkit.schema.ddl.unit import Node, Unit
from toolkit.schema.objects import Kind

_KINDS: Final = (
    Kind.ROLE,
    Kind.SCHEMA,
    Kind.EXTENSION,
    Kind.COLLATION,
    Kind.ENUM,
    Kind.DOMAIN,
    Kind.COMPOSITE,
    Kind.RANGE,
    Kind.FUNCTION,
    Kind.PROCEDURE,
    Kind.AGGREGATE,
    Kind.OPERATOR,
    Kind.CAST,
    Kind.SEQUENCE,
    Kind.FOREIGN_DATA_WRAPPER,
    Kind.SERVER,
    Kind.USER_MAPPING,
    Kind.TABLE,
    Kind.FOREIGN_TABLE,
    Kind.COLUMN,
    Kind.CONSTRAINT,
    Kind.INDEX,
    Kind.STATISTICS,
    Kind.VIEW,
    Kind.MATERIALIZED_VIEW,
    Kind.TRIGGER,
    Kind.RULE,
    Kind.POLICY,
    Kind.PUBLICATION,
    Kind.SUBSCRIPTION,
    Kind.DEFAULT_PRIVILEGES,
    Kind.DATABASE,
    Kind.EVENT_TRIGGER,
)
"""Casts are named in no text, so they stand before everything that could use one. Default privileges come
after all that they would have changed, event triggers after all that they would have fired on."""

_LATE_PARTS: Final = {"foreign key": Kind.VIEW, "refresh": Kind.DATABASE, "state": Kind.POLICY}
"""Parts that wait longer than their kind: foreign keys until every key is there, a refresh until every
grant is given, trigger states until every trigger is there."""

_PLACES: Final = {kind: place for place, kind in enumerate(_KINDS)}

_Place = tuple[int, tuple[str, ...], str]


def in_order(units: Iterable[Unit]) -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Each unit with the statements to run, in an order that runs."""
    waiting = {found.node: found for found in units}
    unmet = {node: _unmet(found, waiting) for node, found in waiting.items()}
    needed_by: dict[Node, list[Node]] = {}
    for node, needs in unmet.items():
        for need in needs:
            needed_by.setdefault(need, []).append(node)
    ready = [(place_of(node), node) for node, needs in unmet.items() if not needs]
    heapq.heapify(ready)
    placed: set[Node] = set()

    def met(node: Node) -> None:
        for other in needed_by.pop(node, ()):
            needs = unmet[other]
            if node in needs:
                needs.discard(node)
                if not needs:
                    heapq.heappush(ready, (place_of(other), other))

    while waiting:
        while ready:
            node = heapq.heappop(ready)[1]
            found = waiting.pop(node)
            yield found, found.after_placeholder if node in placed else found.statements
            if node not in placed:
                met(node)
        if waiting:
            circle = _circle(waiting, unmet)
            stand_in = next(
                (node for node in circle if waiting[node].placeholder and node not in placed), None
            )
            if stand_in is not None:
                placed.add(stand_in)
                yield waiting[stand_in], waiting[stand_in].placeholder
                met(stand_in)
            else:
                freed = _weakest(circle, waiting, unmet)
                heapq.heappush(ready, (place_of(freed), freed)) if not unmet[freed] else None


def _unmet(found: Unit, waiting: Mapping[Node, Unit]) -> set[Node]:
    return {need for need in found.needs | found.likely if need in waiting}


def place_of(node: Node) -> _Place:
    """Where a node stands among those that are ready."""
    kind = _LATE_PARTS.get(node.part, node.key.kind)
    return _PLACES[kind], node.key.path, node.part


def _circle(waiting: Mapping[Node, Unit], unmet: Mapping[Node, set[Node]]) -> list[Node]:
    """Units that wait for each other, each followed by one that it waits for."""
    node = min(waiting, key=place_of)
    walked: list[Node] = []
    while node not in walked:
        walked.append(node)
        node = min((need for need in unmet[node] if need in waiting), key=place_of)
    return walked[walked.index(node) :]


def _weakest(circle: list[Node], waiting: Mapping[Node, Unit], unmet: Mapping[Node, set[Node]]) -> Node:
    """Take one wait out of the circle, if possible one that was only likely; the unit that waited."""
    steps = list(zip(circle, [*circle[1:], circle[0]], strict=True))
    guessed = [(node, need) for node, need in steps if need in waiting[node].likely]
    node, need = (guessed or steps)[0]
    unmet[node].discard(need)
    return node
