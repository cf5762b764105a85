"""The summary of a schema: how many of what, and one line per table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from toolkit.schema.census import Census
from toolkit.schema.objects import Extension, ForeignTable, Kind, Table
from toolkit.schema.snapshot import OWN, Snapshot

RowSecurity = Literal["off", "enabled", "forced"]


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One table in figures."""

    schema: str
    name: str
    kind: Literal["table", "partitioned table", "partition", "foreign table"]
    rows: int | None
    """An estimate; None where the server knows nothing."""
    total_bytes: int | None
    """Table and indexes; None for tables without storage."""
    columns: int
    indexes: int
    foreign_keys: int
    policies: int
    row_security: RowSecurity
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SchemaSummary:
    """A database in figures. Only what its users made is counted, extensions apart."""

    database: str
    server_version: str
    hash: str
    """Equal for databases of equal structure."""
    counts: Mapping[str, int]
    """By kind, in the order in which reports show kinds; kinds with none left out."""
    tables: tuple[TableSummary, ...]
    total_bytes: int
    measured: bool
    """Whether bytes were measured on disk, not taken from the catalog's notes."""
    extensions: tuple[str, ...]
    """`name version`."""
    left_out: Mapping[str, int]
    """Objects by origin that are not counted: `extension`, `platform`, `neonkit`, `cluster`."""
    census: Census


def summarise(snapshot: Snapshot) -> SchemaSummary:
    """The figures of a snapshot."""
    own = Counter(thing.kind for thing in snapshot.in_order if thing.origin in OWN)
    left_out = Counter(str(thing.origin) for thing in snapshot.in_order if thing.origin not in OWN)
    lines = [_of_table(snapshot, table) for table in snapshot.own(Table)]
    lines += (_of_foreign_table(snapshot, table) for table in snapshot.own(ForeignTable))
    measured = [size.measured for size in snapshot.sizes.values()]
    return SchemaSummary(
        database=snapshot.server.database,
        server_version=snapshot.server.version,
        hash=snapshot.hash,
        counts={str(kind): own[kind] for kind in Kind if own[kind] and kind is not Kind.DATABASE},
        tables=tuple(sorted(lines, key=lambda line: (line.schema, line.name))),
        total_bytes=sum(line.total_bytes or 0 for line in lines),
        measured=bool(measured) and all(measured),
        extensions=tuple(f"{found.name} {found.version}" for found in snapshot.of(Extension)),
        left_out=dict(left_out),
        census=snapshot.census,
    )


def _of_table(snapshot: Snapshot, table: Table) -> TableSummary:
    parts = snapshot.parts(table.qualified)
    size = snapshot.sizes.get(table.qualified)
    partitioned = table.partition_key is not None
    return TableSummary(
        schema=table.schema,
        name=table.name,
        kind="partitioned table" if partitioned else "partition" if table.partition_of else "table",
        rows=size.rows if size else None,
        total_bytes=size.total_bytes if size and not partitioned else None,
        columns=len(parts.columns),
        indexes=len(parts.indexes),
        foreign_keys=len(parts.foreign_keys),
        policies=len(parts.policies),
        row_security=row_security(table),
        comment=table.comment,
    )


def _of_foreign_table(snapshot: Snapshot, table: ForeignTable) -> TableSummary:
    parts = snapshot.parts(table.qualified)
    return TableSummary(
        schema=table.schema,
        name=table.name,
        kind="foreign table",
        rows=None,
        total_bytes=None,
        columns=len(parts.columns),
        indexes=0,
        foreign_keys=0,
        policies=0,
        row_security="off",
        comment=table.comment,
    )


def row_security(table: Table) -> RowSecurity:
    """The state of row-level security. FORCE without ENABLE does nothing, and is off."""
    if not table.row_security:
        return "off"
    return "forced" if table.row_security_forced else "enabled"
