"""Who owns each table, as a tree: every table hangs under the one its owner is found through.

Invariant: each table of the graph is in the tree once or in the list of those whose owner is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.findings import Report
from toolkit.isolation.shapes import shapes_of_snapshot
from toolkit.models.ownership import (
    OwnershipGraph,
    OwnershipKind,
    OwnershipRules,
    TableOwnership,
    build_ownership,
    ownership_report,
)
from toolkit.schema import read_snapshot


@dataclass(frozen=True, slots=True)
class OwnedNode:
    """A table and the tables whose owner is found through it."""

    table: str
    kind: str
    path: str
    """From a row of the table to its owner, such as `note_id.user_id`; may be NULL if `nullable`."""
    nullable: bool
    declared: bool
    """Whether the settings say so, instead of the foreign keys."""
    children: tuple[OwnedNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Owners:
    """The ownership of a whole database."""

    root: str | None
    tree: tuple[OwnedNode, ...]
    shared: Mapping[str, str]
    """Tables that belong to no single user, with the declared reason."""
    unclassified: Mapping[str, str]
    """Tables whose owner is not known or not clear, with the reason."""
    audit: Report


def owners_of_database(
    database: Database,
    rules: OwnershipRules | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Owners:
    """The owners of every table there is.

    Raises OwnershipRuleError for rules that do not fit the tables, and what `Database.connect` raises.
    """
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        shapes = shapes_of_snapshot(read_snapshot(connection))
    return owners_of(build_ownership(shapes, rules))


def owners_of(graph: OwnershipGraph) -> Owners:
    """The tree of an ownership graph."""
    children: dict[str | None, list[TableOwnership]] = {}
    for each in graph.owned():
        children.setdefault(_above(each, graph.root), []).append(each)
    rest = [each for each in graph.tables.values() if each.path is None]
    return Owners(
        graph.root,
        _nodes(children, None),
        {each.table: each.reason for each in rest if each.kind is OwnershipKind.SHARED},
        {each.table: each.reason for each in rest if each.kind is not OwnershipKind.SHARED},
        ownership_report(graph),
    )


def _above(each: TableOwnership, root: str | None) -> str | None:
    """The table that a table hangs under; None for the top."""
    assert each.path is not None
    if each.path.hops:
        return each.path.hops[0].target
    return None if each.table == root else root


def _nodes(children: Mapping[str | None, list[TableOwnership]], above: str | None) -> tuple[OwnedNode, ...]:
    return tuple(
        OwnedNode(
            each.table,
            each.kind.value,
            str(each.path),
            each.path is not None and each.path.nullable,
            each.declared,
            _nodes(children, each.table),
        )
        for each in sorted(children.get(above, ()), key=lambda each: each.table)
    )
