"""The catalog reader: a fixed number of queries, whatever the number of tables, to a `Snapshot`.

The SQL stands in `queries/`, one file per kind of catalog row; the modules here turn its rows into the values
of `toolkit.schema.objects`. Invariant: nothing outside this package knows an oid.
"""

from toolkit.schema.catalog.listing import Listed, Listing, read_listing
from toolkit.schema.catalog.reader import read_around, read_digest, read_snapshot, read_with_digest

__all__ = [
    "Listed",
    "Listing",
    "read_around",
    "read_digest",
    "read_listing",
    "read_snapshot",
    "read_with_digest",
]
