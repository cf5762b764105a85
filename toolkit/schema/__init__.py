"""What is in a database: the catalog snapshot and everything that can be said of it without further queries.

Stands on `sql` and a SQLAlchemy connection. Does not know models, migrations or how anything is shown.
"""

from toolkit.schema.catalog import read_digest, read_snapshot, read_with_digest
from toolkit.schema.census import Census
from toolkit.schema.describe import Description, Section, describe
from toolkit.schema.sizes import RelationSize
from toolkit.schema.snapshot import ServerFacts, Snapshot
from toolkit.schema.snapshot_file import from_json, to_json
from toolkit.schema.summary import SchemaSummary, TableSummary, summarise
from toolkit.schema.tree import TreeNode, relation_nodes, tree

__all__ = [
    "Census",
    "Description",
    "RelationSize",
    "SchemaSummary",
    "Section",
    "ServerFacts",
    "Snapshot",
    "TableSummary",
    "TreeNode",
    "describe",
    "from_json",
    "read_digest",
    "read_snapshot",
    "read_with_digest",
    "relation_nodes",
    "summarise",
    "to_json",
    "tree",
]
