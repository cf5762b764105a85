"""Tables and foreign tables that change."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.alter.options import foreign_changes, set_and_reset
from toolkit.schema.objects import ForeignTable, Table
from toolkit.sql.quoting import quote_identifier


def table_changes(before: Table, after: Table) -> Iterator[str] | None:
    """What leads from one table to the other; None where no statement does: another partition key."""
    if (before.partition_key, before.detach_pending) != (after.partition_key, after.detach_pending):
        return None
    return _changes(before, after)


def _changes(before: Table, after: Table) -> Iterator[str]:
    head = f"ALTER TABLE {after.qualified}"
    if before.persistence != after.persistence:
        yield f"{head} SET {'UNLOGGED' if after.persistence == 'unlogged' else 'LOGGED'}"
    if before.access_method != after.access_method:
        yield f"{head} SET ACCESS METHOD {quote_identifier(after.access_method or 'heap')}"
    if before.tablespace != after.tablespace:
        yield f"{head} SET TABLESPACE {quote_identifier(after.tablespace or 'pg_default')}"
    yield from set_and_reset(head, before.options, after.options)
    yield from _security(before, after, head)
    if before.of_type != after.of_type:
        yield f"{head} OF {after.of_type}" if after.of_type else f"{head} NOT OF"
    # An index may not be there yet: the table's own unit for it comes later.
    by_index = after.replica_identity.startswith("index ")
    if before.replica_identity != after.replica_identity and not by_index:
        yield f"{head} REPLICA IDENTITY {after.replica_identity.upper()}"


def _security(before: Table, after: Table, head: str) -> Iterator[str]:
    if before.row_security != after.row_security:
        yield f"{head} {'ENABLE' if after.row_security else 'DISABLE'} ROW LEVEL SECURITY"
    if before.row_security_forced != after.row_security_forced:
        yield f"{head} {'FORCE' if after.row_security_forced else 'NO FORCE'} ROW LEVEL SECURITY"


def loosened(before: Table | ForeignTable, after: Table | ForeignTable) -> Iterator[str]:
    """A table leaves its parents, before anything is dropped or made."""
    for parent in before.inherits:
        if parent not in after.inherits:
            yield f"ALTER TABLE {before.qualified} NO INHERIT {parent}"
    if before.partition_of is not None and _moved(before, after):
        yield f"ALTER TABLE {before.partition_of} DETACH PARTITION {before.qualified}"


def joined(before: Table | ForeignTable, after: Table | ForeignTable) -> Iterator[str]:
    """A table comes to parents, once it has their columns and checks."""
    for parent in after.inherits:
        if parent not in before.inherits:
            yield f"ALTER TABLE {after.qualified} INHERIT {parent}"
    if after.partition_of is not None and _moved(before, after):
        bound = after.partition_bound
        yield f"ALTER TABLE {after.partition_of} ATTACH PARTITION {after.qualified} {bound}"


def _moved(before: Table | ForeignTable, after: Table | ForeignTable) -> bool:
    return (before.partition_of, before.partition_bound) != (after.partition_of, after.partition_bound)


def foreign_table_changes(before: ForeignTable, after: ForeignTable) -> Iterator[str] | None:
    """What leads from one foreign table to the other; None where it is on another server."""
    if before.server != after.server:
        return None
    head = f"ALTER FOREIGN TABLE {after.qualified}"
    return foreign_changes(head, before.options, after.options)
