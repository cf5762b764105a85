"""Reading sizes and use of every table with its indexes, in three statements for any number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from toolkit.schema.catalog.query import OLDEST_MAJOR, fitted
from toolkit.schema.catalog.transaction import canonical
from toolkit.schema.errors import UnsupportedServerError
from toolkit.schema.objects import Qualified
from toolkit.schema.usage.bloat import Bloat, RowShape, estimated_bloat

_PACKAGE = "toolkit.schema.usage"


@dataclass(frozen=True, slots=True)
class IndexUse:
    """One index."""

    name: str
    bytes: int
    scans: int
    """Since `UsageReport.since`, on this server alone: replicas count their own."""
    last_scan: datetime | None
    """None before PostgreSQL 16, or if never."""
    unique: bool
    """A unique index keeps its promise without ever being scanned."""
    valid: bool


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table or materialized view with its TOAST and indexes."""

    relation: Qualified
    kind: str
    partition_of: Qualified | None
    """The topmost partitioned table."""
    rows: int | None
    """The greater of the counters' and the last ANALYZE's number; None where neither knows."""
    dead_rows: int
    table_bytes: int
    """With TOAST."""
    index_bytes: int
    sequential_scans: int
    index_scans: int
    bloat: Bloat | None
    """None where ANALYZE has not seen every column, or the role may not see what it found."""
    indexes: tuple[IndexUse, ...]

    @property
    def total_bytes(self) -> int:
        """Table, TOAST and indexes."""
        return self.table_bytes + self.index_bytes


@dataclass(frozen=True, slots=True)
class UsageReport:
    """All tables, the biggest first."""

    database: str
    database_bytes: int | None
    """With the system catalogs; None where the role may not know."""
    since: datetime | None
    """Since when the server counts scans; None: since it began."""
    tables: tuple[TableUse, ...]
    of: int
    """How many tables there are; `tables` may be the first of them."""

    def first(self, limit: int) -> UsageReport:
        """The biggest tables only."""
        return UsageReport(self.database, self.database_bytes, self.since, self.tables[:limit], self.of)


def read_usage(connection: Connection) -> UsageReport:
    """Sizes and use of everything that is not the system's.

    Raises `UnsupportedServerError` before PostgreSQL 14.
    """
    with canonical(connection):
        number, version, database, size, since = connection.exec_driver_sql(
            fitted(_PACKAGE, "server", OLDEST_MAJOR)
        ).one()
        major = number // 10000
        if major < OLDEST_MAJOR:
            raise UnsupportedServerError(version=version, oldest=OLDEST_MAJOR)
        tables = connection.exec_driver_sql(fitted(_PACKAGE, "tables", major)).mappings().all()
        indexes = connection.exec_driver_sql(fitted(_PACKAGE, "indexes", major)).mappings().all()
    by_table: dict[Qualified, list[IndexUse]] = {}
    for row in indexes:
        by_table.setdefault(Qualified(row["schema"], row["table"]), []).append(_index(row))
    # A size is null for what was dropped while it was looked at.
    found = [_table(row, by_table) for row in tables if row["table_bytes"] is not None]
    found.sort(key=lambda table: (-table.total_bytes, table.relation))
    return UsageReport(database, size, _utc(since), tuple(found), len(found))


def read_index_use(connection: Connection, relation: Qualified) -> tuple[IndexUse, ...]:
    """Sizes and use of the indexes of one relation, the biggest first. One statement."""
    with canonical(connection):
        number = connection.exec_driver_sql("select current_setting('server_version_num')::int").scalar_one()
        sql = fitted(_PACKAGE, "indexes", max(number // 10000, OLDEST_MAJOR))
        named = {"schema": relation.schema, "name": relation.name}
        wanted = f"select * from (\n{sql}\n) q where q.schema = %(schema)s and q.table = %(name)s"  # noqa: S608 - our own file
        rows = connection.exec_driver_sql(wanted, named).mappings().all()
    return tuple(sorted(map(_index, rows), key=lambda index: (-index.bytes, index.name)))


def _index(row: Mapping[Any, Any]) -> IndexUse:
    return IndexUse(
        row["name"],
        row["bytes"] or 0,
        row["scans"] or 0,
        _utc(row["last_scan"]),
        row["unique"],
        row["valid"],
    )


def _table(row: Mapping[Any, Any], indexes: Mapping[Qualified, Iterable[IndexUse]]) -> TableUse:
    relation = Qualified(row["schema"], row["name"])
    root = row["root_name"]
    return TableUse(
        relation=relation,
        kind=row["kind"],
        partition_of=None if root is None else Qualified(row["root_schema"], root),
        rows=row["rows"],
        dead_rows=row["dead_rows"] or 0,
        table_bytes=row["table_bytes"],
        index_bytes=row["index_bytes"] or 0,
        sequential_scans=row["sequential_scans"] or 0,
        index_scans=row["index_scans"] or 0,
        bloat=_bloat(row),
        indexes=tuple(sorted(indexes.get(relation, ()), key=lambda index: (-index.bytes, index.name))),
    )


def _bloat(row: Mapping[Any, Any]) -> Bloat | None:
    if not row["width_known"] or row["width_bytes"] is None or row["analysed_rows"] < 0:
        return None
    shape = RowShape(
        row["analysed_rows"],
        float(row["width_bytes"]),
        row["columns"],
        row["any_null"],
        row["fill_factor"] or 100,
    )
    return estimated_bloat(row["heap_bytes"] or 0, shape, _utc(row["analysed"]))


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
