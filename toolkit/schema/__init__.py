"""What is in a database: the catalog snapshot and everything that can be said of it without further queries.

Stands on `sql` and a SQLAlchemy connection. Does not know models, migrations or how anything is shown.

The names below load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.schema.catalog import Listed as Listed
    from toolkit.schema.catalog import Listing as Listing
    from toolkit.schema.catalog import read_around as read_around
    from toolkit.schema.catalog import read_digest as read_digest
    from toolkit.schema.catalog import read_listing as read_listing
    from toolkit.schema.catalog import read_snapshot as read_snapshot
    from toolkit.schema.catalog import read_with_digest as read_with_digest
    from toolkit.schema.census import Census as Census
    from toolkit.schema.description import Description as Description
    from toolkit.schema.description import Section as Section
    from toolkit.schema.description import describe as describe
    from toolkit.schema.sizes import RelationSize as RelationSize
    from toolkit.schema.snapshot import ServerFacts as ServerFacts
    from toolkit.schema.snapshot import Snapshot as Snapshot
    from toolkit.schema.snapshot_file import from_json as from_json
    from toolkit.schema.snapshot_file import to_json as to_json
    from toolkit.schema.summary import SchemaSummary as SchemaSummary
    from toolkit.schema.summary import TableSummary as TableSummary
    from toolkit.schema.summary import summarise as summarise
    from toolkit.schema.tree_nodes import TreeNode as TreeNode
    from toolkit.schema.tree_nodes import relation_nodes as relation_nodes
    from toolkit.schema.tree_nodes import tree as tree

_HOMES = {
    "Census": "census",
    "Description": "description",
    "Listed": "catalog",
    "Listing": "catalog",
    "RelationSize": "sizes",
    "SchemaSummary": "summary",
    "Section": "description",
    "ServerFacts": "snapshot",
    "Snapshot": "snapshot",
    "TableSummary": "summary",
    "TreeNode": "tree_nodes",
    "describe": "description",
    "from_json": "snapshot_file",
    "read_around": "catalog",
    "read_digest": "catalog",
    "read_listing": "catalog",
    "read_snapshot": "catalog",
    "read_with_digest": "catalog",
    "relation_nodes": "tree_nodes",
    "summarise": "summary",
    "to_json": "snapshot_file",
    "tree": "tree_nodes",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept from then on: a module of the same name would otherwise hide what it holds.
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
