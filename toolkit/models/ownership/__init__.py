"""Who owns the rows of each table: rules, paths over foreign keys, the graph, its findings and its SQL.

Stands on table shapes alone, so the same graph is made from models and from a catalog.
"""

from toolkit.models.ownership.answers import OwnershipGraph, OwnershipKind, TableOwnership
from toolkit.models.ownership.edges import OwnedEdge, owned_edges
from toolkit.models.ownership.graph import build_ownership
from toolkit.models.ownership.paths import Hop, OwnerPath, resolve_path
from toolkit.models.ownership.report import ownership_report
from toolkit.models.ownership.rules import OwnershipRules, RootProposal, propose_roots
from toolkit.models.ownership.sql import owner_expression, owner_joins

__all__ = [
    "Hop",
    "OwnedEdge",
    "OwnerPath",
    "OwnershipGraph",
    "OwnershipKind",
    "OwnershipRules",
    "RootProposal",
    "TableOwnership",
    "build_ownership",
    "owned_edges",
    "owner_expression",
    "owner_joins",
    "ownership_report",
    "propose_roots",
    "resolve_path",
]
