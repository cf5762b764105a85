"""Sizes: rows and bytes of relations. Kept apart from structure: never compared, never hashed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BLOCK: Final = 8192
"""Bytes of a page. A server built with another page size is not known to exist in the field."""


@dataclass(frozen=True, slots=True)
class RelationSize:
    """How big a relation is."""

    rows: int | None
    """An estimate by the server's counters, or by its last ANALYZE; None where it knows nothing."""
    table_bytes: int
    """With TOAST where measured; without where estimated."""
    index_bytes: int
    measured: bool = False
    """False: pages as the catalog last noted them, which lags behind and is 0 for a new table."""

    @property
    def total_bytes(self) -> int:
        """Table and indexes."""
        return self.table_bytes + self.index_bytes
