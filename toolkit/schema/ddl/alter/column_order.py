"""Columns among the units: what they need, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.unit import Node, Unit
from toolkit.schema.objects import RELATION_KINDS, Column, Kind, Qualified


def column_needs(column: Column, source: Source) -> frozenset[Node]:
    """What a column's type and expressions speak of."""
    texts = (column.type, column.collation, column.default, column.generated)
    return frozenset(Node(key) for key in source.references.of(*texts))


def behind_columns(units: Iterable[Unit]) -> Iterator[Unit]:
    """Parts and readers of a relation come after its columns that change, are new or go."""
    found = {made.node: made for made in units}
    columns: dict[Qualified, set[Node]] = {}
    for node in found:
        if node.key.kind is Kind.COLUMN and not node.part:
            columns.setdefault(Qualified(node.key.path[0], node.key.path[1]), set()).add(node)
    for made in found.values():
        if made.node.key.kind in (Kind.COLUMN, Kind.TABLE) and made.node.part != "replica identity":
            yield made
            continue
        relations = (
            Qualified(need.key.path[0], need.key.path[1])
            for need in made.needs | made.likely
            if need.key.kind in RELATION_KINDS
        )
        waits = frozenset(node for relation in relations for node in columns.get(relation, ()))
        yield replace(made, likely=made.likely | waits)
