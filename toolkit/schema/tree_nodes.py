"""The schema as a tree of neutral nodes, for any door to draw.

Schemas, in them groups by kind, in them objects; what stands on a relation is its children. The children of
relations can be left out and asked for one relation at a time, so that thousands of tables cost little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from toolkit.schema.objects import (
    RELATION_KINDS,
    Key,
    Kind,
    Origin,
    Qualified,
    Schema,
    SchemaObject,
    Table,
)
from toolkit.schema.snapshot import OWN, Snapshot
from toolkit.schema.spelling import (
    column_facts,
    constraint_text,
    index_text,
    plural,
    policy_text,
    trigger_text,
)
from toolkit.schema.summary import row_security


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One line of the tree."""

    label: str
    kind: str
    """The kind of object, or `group`."""
    key: Key | None = None
    """None for groups."""
    detail: str = ""
    """What stands behind the label in a quieter voice."""
    children: tuple[TreeNode, ...] = ()
    expandable: bool = False
    """It has children, whether or not they are here."""


_IN_A_SCHEMA: Final = (
    Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.SEQUENCE, Kind.ENUM, Kind.DOMAIN,
    Kind.COMPOSITE, Kind.RANGE, Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE, Kind.OPERATOR, Kind.COLLATION,
    Kind.STATISTICS,
)  # fmt: skip
_BESIDE_SCHEMAS: Final = (
    Kind.EXTENSION, Kind.ROLE, Kind.CAST, Kind.EVENT_TRIGGER, Kind.FOREIGN_DATA_WRAPPER, Kind.SERVER,
    Kind.USER_MAPPING, Kind.PUBLICATION, Kind.SUBSCRIPTION, Kind.DEFAULT_PRIVILEGES,
)  # fmt: skip


def tree(snapshot: Snapshot, *, parts: bool = True, origins: frozenset[Origin] = OWN) -> tuple[TreeNode, ...]:
    """The top nodes. `parts` includes the columns and so on of relations; see `relation_nodes`."""
    shown = [thing for thing in snapshot.in_order if thing.origin in origins]
    schemas = [thing for thing in shown if isinstance(thing, Schema)]
    by_place: dict[tuple[str | None, Kind], list[SchemaObject]] = {}
    for thing in shown:
        if thing.kind in _IN_A_SCHEMA:
            by_place.setdefault((thing.key.path[0], thing.kind), []).append(thing)
        elif thing.kind in _BESIDE_SCHEMAS:
            by_place.setdefault((None, thing.kind), []).append(thing)
    return (
        *(_schema_node(snapshot, schema, by_place, parts) for schema in schemas),
        *_groups(snapshot, None, _BESIDE_SCHEMAS, by_place, parts),
    )


def relation_nodes(snapshot: Snapshot, relation: Qualified) -> tuple[TreeNode, ...]:
    """What stands on one relation, as groups."""
    parts = snapshot.parts(relation)
    groups = (
        ("columns", [_leaf(column, column_facts(column)) for column in parts.columns]),
        ("constraints", [_leaf(found, constraint_text(found)) for found in parts.constraints]),
        ("indexes", [_leaf(found, index_text(found)) for found in parts.indexes]),
        ("policies", [_leaf(found, policy_text(found)) for found in parts.policies]),
        ("triggers", [_leaf(found, trigger_text(found)) for found in parts.triggers]),
        ("rules", [_leaf(found, "") for found in parts.rules]),
    )
    return tuple(_group(label, nodes) for label, nodes in groups if nodes)


def _schema_node(
    snapshot: Snapshot,
    schema: Schema,
    by_place: dict[tuple[str | None, Kind], list[SchemaObject]],
    parts: bool,
) -> TreeNode:
    groups = tuple(_groups(snapshot, schema.name, _IN_A_SCHEMA, by_place, parts))
    return TreeNode(schema.name, str(schema.kind), schema.key, schema.comment or "", groups, bool(groups))


def _groups(
    snapshot: Snapshot,
    schema: str | None,
    kinds: Iterable[Kind],
    by_place: dict[tuple[str | None, Kind], list[SchemaObject]],
    parts: bool,
) -> Iterator[TreeNode]:
    for kind in kinds:
        if found := by_place.get((schema, kind)):
            yield _group(plural(kind), [_object_node(snapshot, thing, parts) for thing in found])


def _group(label: str, nodes: list[TreeNode]) -> TreeNode:
    return TreeNode(label, "group", None, str(len(nodes)), tuple(nodes), expandable=True)


def _object_node(snapshot: Snapshot, thing: SchemaObject, parts: bool) -> TreeNode:
    if thing.kind not in RELATION_KINDS:
        return _leaf(thing, "")
    relation = Qualified(thing.key.path[0], thing.key.path[1])
    children = relation_nodes(snapshot, relation) if parts else ()
    return TreeNode(
        thing.key.path[-1],
        str(thing.kind),
        thing.key,
        _relation_detail(snapshot, thing, relation),
        children,
        True,
    )


def _relation_detail(snapshot: Snapshot, thing: SchemaObject, relation: Qualified) -> str:
    facts = [plural("column", len(snapshot.parts(relation).columns))]
    size = snapshot.sizes.get(relation)
    if size is not None and size.rows is not None:
        facts.append(f"~{plural('row', size.rows)}")
    if isinstance(thing, Table):
        if thing.partition_key:
            facts.append(f"partitioned by {thing.partition_key}")
        if thing.partition_of:
            facts.append(f"partition of {thing.partition_of}")
        if (state := row_security(thing)) != "off":
            facts.append(f"row security {state}")
    return ", ".join(facts)


def _leaf(thing: SchemaObject, detail: str) -> TreeNode:
    label = ".".join(thing.key.path) if thing.kind in _BESIDE_SCHEMAS else thing.key.path[-1]
    return TreeNode(label, str(thing.kind), thing.key, detail)
