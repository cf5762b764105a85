"""What the server has counted and estimated, as values: the second input of the rules.

Apart from structure on purpose: these figures change by themselves. A missing entry means that the server
knows nothing, or that the reading role may not see it; never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from toolkit.schema.objects import Qualified


@dataclass(frozen=True, slots=True)
class TableStatistics:
    """Counters of one table or materialized view, since `Statistics.since`."""

    rows: int | None = None
    """As the planner thinks; None before the first ANALYZE."""
    bytes: int = 0
    """With TOAST."""
    pages: int = 0
    sequential_scans: int = 0
    sequential_rows: int = 0
    """Rows read by those scans."""
    index_scans: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    modified_since_analyze: int = 0
    last_analyze: datetime | None = None
    xid_age: int = 0
    """Transactions since the oldest one not frozen."""
    dropped_columns: int = 0


@dataclass(frozen=True, slots=True)
class IndexStatistics:
    """Counters of one index."""

    scans: int = 0
    last_scan: datetime | None = None
    """None before PostgreSQL 16, or if never."""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """Estimates of one column by the last ANALYZE."""

    null_fraction: float = 0.0
    distinct: float = 0.0
    """Number of values; negative: their share of the rows."""
    width: int = 0
    """Average bytes."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """All counters and estimates of one database at one moment."""

    now: datetime
    """The server's clock."""
    since: datetime | None = None
    """Since when, at the latest, the counters have counted; None if that is not known."""
    freeze_max_age: int = 200_000_000
    tables: Mapping[Qualified, TableStatistics] = field(default_factory=dict)
    indexes: Mapping[Qualified, IndexStatistics] = field(default_factory=dict)
    columns: Mapping[tuple[str, str, str], ColumnStatistics] = field(default_factory=dict)
    """By schema, table and column."""
    sequences: Mapping[Qualified, int] = field(default_factory=dict)
    """The last value; sequences never used are missing."""
    builds: frozenset[Qualified] = frozenset()
    """Indexes that are being built right now."""
    view_sources: Mapping[Qualified, frozenset[Qualified]] = field(default_factory=dict)
    """The relations that each view and materialized view reads directly."""
    stale_collations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Collation, qualified, or `database`, to the version it was built with and the one in use."""
    extension_versions: Mapping[str, str] = field(default_factory=dict)
    """The version that `CREATE EXTENSION` would install now."""
    largest: Mapping[tuple[str, str, str], int] | None = None
    """The largest value of columns that own a sequence, by schema, table and column; None if not read."""

    @property
    def age(self) -> timedelta | None:
        """For how long the counters have counted; None if the start is not known."""
        return None if self.since is None else self.now - self.since
