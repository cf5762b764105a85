"""Foreign keys between owned tables: where a row could hang on another user's row."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.models.ownership.agreement import agree
from toolkit.models.ownership.answers import OwnershipGraph, OwnershipKind
from toolkit.models.ownership.paths import Hop, OwnerPath, hop_along


@dataclass(frozen=True, slots=True)
class OwnedEdge:
    """A foreign key from an owned table to an owned table.

    `guarded` when the keys prove that child and parent have one owner. Otherwise nothing but the program
    keeps a row from referring to another user's row.
    """

    hop: Hop
    child: OwnerPath
    parent: OwnerPath
    """The way to the parent's owner, from the child: it begins with `hop`."""
    guarded: bool


def owned_edges(graph: OwnershipGraph) -> tuple[OwnedEdge, ...]:
    """Every such edge by table. References to the root are left out: they name an owner."""
    edges: list[OwnedEdge] = []
    for shape in graph.shapes.values():
        child = graph.tables[shape.name].path
        for key in shape.foreign_keys:
            target = graph.tables.get(key.target)
            if child is None or target is None or target.path is None or target.kind is OwnershipKind.ROOT:
                continue
            hop = hop_along(shape, key)
            way = target.path
            parent = OwnerPath(shape.name, (hop, *way.hops), way.column, way.column_nullable)
            edges.append(OwnedEdge(hop, child, parent, guarded=agree(graph.shapes, [child, parent])))
    return tuple(edges)
