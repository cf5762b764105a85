"""What takes the room in a database, and what of it is used: the server's counters and estimates.

Apart from the snapshot: nothing here is structure, nothing is compared, everything changes by itself.
"""

from toolkit.schema.usage.bloat import Bloat, RowShape, estimated_bloat
from toolkit.schema.usage.report import IndexUse, TableUse, UsageReport, read_index_use, read_usage

__all__ = [
    "Bloat",
    "IndexUse",
    "RowShape",
    "TableUse",
    "UsageReport",
    "estimated_bloat",
    "read_index_use",
    "read_usage",
]
