"""The ownership graph: for each table, who owns its rows and over which way, or why that is not known.

Declarations come first (root, shared, overrides, owner columns), then direct references to the root, then
paths over foreign keys. One path decides. Several decide only if they provably agree, or in a link table,
whose parents must agree and are checked; everything else is ambiguous, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.models.order import components
from toolkit.models.ownership.agreement import agree, dominant
from toolkit.models.ownership.answers import OwnershipGraph, OwnershipKind, TableOwnership
from toolkit.models.ownership.claims import Claims, find_claims, reaching_tables, shorten
from toolkit.models.ownership.paths import OwnerPath, Shapes, hop_along, resolve_path
from toolkit.models.ownership.rules import (
    OwnershipRules,
    choose_root,
    find_table,
    propose_roots,
    root_key,
)
from toolkit.models.shapes import TableShape


def build_ownership(tables: Iterable[TableShape], rules: OwnershipRules | None = None) -> OwnershipGraph:
    """Classify every table. Raises OwnershipRuleError for rules that do not fit the tables they name."""
    rules = rules or OwnershipRules()
    shapes = {shape.name: shape for shape in sorted(tables, key=lambda shape: shape.name)}
    root, assumed = choose_root(shapes, rules)
    unused: list[str] = []
    found = _declared(shapes, rules, root, unused)
    for name, shape in shapes.items():
        if name not in found and (direct := _direct(shape, shapes, rules, root)) is not None:
            found[name] = direct
    _add_paths(shapes, found)
    return OwnershipGraph(
        tables={name: found[name] for name in shapes},
        shapes=shapes,
        root=root,
        root_assumed=assumed,
        root_proposals=() if root else propose_roots(shapes),
        unused_rules=tuple(unused),
    )


def _declared(
    shapes: Shapes, rules: OwnershipRules, root: str | None, unused: list[str]
) -> dict[str, TableOwnership]:
    found: dict[str, TableOwnership] = {}
    for name, reason in rules.shared.items():
        if (table := find_table(shapes, name, "shared")) is None:
            unused.append(f"shared: {name}")
        else:
            found[table] = TableOwnership(table, OwnershipKind.SHARED, reason=reason, declared=True)
    for name, way in rules.overrides.items():
        if (table := find_table(shapes, name, "overrides")) is None:
            unused.append(f"overrides: {name}")
        else:
            path = resolve_path(shapes, table, way)
            kind = OwnershipKind.PATH if path.hops else OwnershipKind.COLUMN
            found[table] = TableOwnership(table, kind, path, (path,), declared=True)
    if root is not None:
        path = OwnerPath(root, (), root_key(shapes, root, rules), column_nullable=False)
        found[root] = TableOwnership(root, OwnershipKind.ROOT, path, (path,), declared=bool(rules.owner_root))
    return found


def _direct(
    shape: TableShape, shapes: Shapes, rules: OwnershipRules, root: str | None
) -> TableOwnership | None:
    """The answer of a table that has an owner column, declared or referring to the root."""
    for name in rules.owner_columns:
        if (column := shape.column(name)) is not None:
            path = OwnerPath(shape.name, (), name, column.nullable)
            return TableOwnership(shape.name, OwnershipKind.COLUMN, path, (path,), declared=True)
    if root is None:
        return None
    key = root_key(shapes, root, rules)
    paths: list[OwnerPath] = []
    for reference in shape.foreign_keys:
        if reference.target == root:
            columns = [column for column, target in reference.pairs if target == key]
            whole = OwnerPath(shape.name, (hop_along(shape, reference),), key, column_nullable=False)
            paths.extend(resolve_path(shapes, shape.name, column) for column in columns)
            paths.extend([] if columns else [whole])
    unique = tuple(dict.fromkeys(paths))
    if not unique:
        return None
    if len(unique) > 1:
        ways = ", ".join(str(path) for path in unique)
        return TableOwnership(
            shape.name, OwnershipKind.AMBIGUOUS, paths=unique, reason=f"several columns name a user: {ways}"
        )
    kind = OwnershipKind.PATH if unique[0].hops else OwnershipKind.COLUMN
    return TableOwnership(shape.name, kind, unique[0], unique)


def _add_paths(shapes: Shapes, found: dict[str, TableOwnership]) -> None:
    """Answer for the tables that are left, parents before children."""
    shared = {name for name, each in found.items() if each.kind is OwnershipKind.SHARED}
    anchors = {name: each.path for name, each in found.items() if name not in shared}
    reaching = reaching_tables(shapes, anchors, shared)
    edges = {
        name: [key.target for key in shape.foreign_keys if key.target in shapes]
        for name, shape in shapes.items()
    }
    for component in components(shapes, edges):
        for name in sorted(component):
            if name not in found:
                claims = find_claims(shapes, name, anchors, shared, reaching)
                found[name] = _judge(shapes, name, claims, found)


def _judge(shapes: Shapes, name: str, claims: Claims, found: Mapping[str, TableOwnership]) -> TableOwnership:
    paths = claims.paths
    if claims.blocked or claims.exhausted:
        why = f"through {', '.join(claims.blocked)}" if claims.blocked else "too many paths lead to an owner"
        return TableOwnership(name, OwnershipKind.AMBIGUOUS, paths=paths, reason=why)
    if not paths:
        return TableOwnership(name, OwnershipKind.UNCLASSIFIED, reason="no foreign key leads to an owner")
    chosen = dominant(shapes, paths)
    if chosen is not None and agree(shapes, paths):
        kind = OwnershipKind.PATH if chosen.hops else OwnershipKind.COLUMN
        return TableOwnership(name, kind, chosen, paths)
    if _is_link(shapes[name], paths):
        return TableOwnership(name, OwnershipKind.LINK, paths[0], paths)
    return _through_parent(shapes, name, paths, found)


def _is_link(shape: TableShape, paths: tuple[OwnerPath, ...]) -> bool:
    """Whether a key of the table consists of required references to two or more owned parents."""
    keys = {path.hops[0].foreign_key for path in paths if path.hops}
    columns = {column for key in keys for column in key.columns}
    identities = [key for key in (shape.primary_key, *shape.uniques) if key]
    return len(keys) > 1 and shape.requires(columns) and any(set(key) <= columns for key in identities)


def _through_parent(
    shapes: Shapes, name: str, paths: tuple[OwnerPath, ...], found: Mapping[str, TableOwnership]
) -> TableOwnership:
    """If all paths part only behind one parent, its answer is theirs."""
    first = {path.hops[0] for path in paths if path.hops}
    if len(first) == 1 and all(path.hops for path in paths):
        hop = first.pop()
        parent = found.get(hop.target)
        if parent is not None and parent.path is not None and name not in parent.path.tables:
            whole = OwnerPath(name, (hop, *parent.path.hops), parent.path.column, parent.path.column_nullable)
            return TableOwnership(name, OwnershipKind.PATH, shorten(shapes, whole), paths)
        if parent is not None and parent.kind is OwnershipKind.AMBIGUOUS:
            return TableOwnership(name, OwnershipKind.AMBIGUOUS, paths=paths, reason=f"through {hop.target}")
    ways = ", ".join(str(path) for path in paths)
    reason = f"several ways lead to an owner and need not agree: {ways}"
    return TableOwnership(name, OwnershipKind.AMBIGUOUS, paths=paths, reason=reason)
