"""Every way from a table to an owner: all simple paths over foreign keys to a table whose owner is known.

Invariant: a path visits no table twice, stops at the first table whose owner is known at once (an anchor),
and never leads through a shared table. It is written as short as the foreign keys prove: where a composite,
required key carries the owner along, the column of the child itself is the owner.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from toolkit.models.ownership.paths import Hop, OwnerPath, Shapes, hop_along

MOST_STEPS: Final = 2_000
MOST_PATHS: Final = 100
"""Bounds of one search. Tables so entangled need a declared path anyway."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the search from one table found."""

    paths: tuple[OwnerPath, ...]
    blocked: tuple[str, ...]
    """Tables met whose own owner is ambiguous."""
    exhausted: bool
    """Whether the search gave up, so that `paths` may not be all."""


def find_claims(
    shapes: Shapes,
    start: str,
    anchors: Mapping[str, OwnerPath | None],
    shared: Collection[str],
    reaching: Collection[str],
) -> Claims:
    """The claims of `start`, which is no anchor. A None among the anchors is one with an ambiguous owner.

    `reaching` are the tables from which an anchor can be reached; the search enters no other.
    """
    paths: dict[tuple[tuple[Hop, ...], str], OwnerPath] = {}
    blocked: set[str] = set()
    todo: list[tuple[str, tuple[Hop, ...]]] = [(start, ())]
    steps = 0
    while todo and steps < MOST_STEPS:
        table, hops = todo.pop()
        steps += 1
        visited = {start, *(hop.target for hop in hops)}
        for key in reversed(shapes[table].foreign_keys):
            if key.target in visited or key.target in shared:
                continue
            longer = (*hops, hop_along(shapes[table], key))
            if key.target in anchors:
                end = anchors[key.target]
                if end is None:
                    blocked.add(key.target)
                else:
                    path = shorten(
                        shapes, OwnerPath(start, longer + end.hops, end.column, end.column_nullable)
                    )
                    paths[path.hops, path.column] = path
            elif key.target in reaching:
                todo.append((key.target, longer))
    found = sorted(paths.values(), key=preference)
    return Claims(tuple(found), tuple(sorted(blocked)), exhausted=bool(todo) or len(found) > MOST_PATHS)


def shorten(shapes: Shapes, path: OwnerPath) -> OwnerPath:
    """The same owner, read as early on the path as required foreign keys carry it."""
    while path.hops:
        last = path.hops[-1]
        carried = [column for column, target in last.foreign_key.pairs if target == path.column]
        if not carried or last.nullable:
            break
        column = shapes[last.source].column(carried[0])
        assert column is not None
        path = OwnerPath(path.start, path.hops[:-1], column.name, column.nullable)
    return path


def reaching_tables(shapes: Shapes, anchors: Collection[str], shared: Collection[str]) -> set[str]:
    """The tables from which foreign keys lead to an anchor without passing a shared table."""
    sources: dict[str, list[str]] = {name: [] for name in shapes}
    for shape in shapes.values():
        for key in shape.foreign_keys:
            if key.target in sources:
                sources[key.target].append(shape.name)
    found = set(anchors)
    todo = list(anchors)
    while todo:
        for source in sources[todo.pop()]:
            if source not in found and source not in shared:
                found.add(source)
                todo.append(source)
    return found


def preference(path: OwnerPath) -> tuple[bool, int, str, tuple[str, ...]]:
    """Sort key: paths that hold for every row first, then short ones, then by name."""
    return path.nullable, len(path.hops), str(path), path.tables
