"""The rows of one reading: what each query returned, before it means anything.

The queries that can return many rows are sent one by one; those of few rows together, each row as JSON, so
that a far server is asked about a dozen times and not forty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from toolkit.schema.catalog.query import catalogs_of, query, together

LARGE: Final = (
    "members", "comments", "relations", "columns", "constraints", "indexes", "sequences", "policies",
    "triggers", "functions",
)  # fmt: skip
SMALL: Final = (
    "access_defaults", "database", "settings", "roles", "memberships", "schemas", "extensions", "inheritance",
    "enums", "domains", "composites", "ranges", "collations", "rules", "event_triggers", "wrappers",
    "servers", "user_mappings", "foreign_tables", "publications", "subscriptions", "statistics_objects",
    "aggregates", "operators", "casts", "default_privileges", "operator_classes", "base_types",
    "index_collations", "census",
)  # fmt: skip

_ABOUT: Final = {
    "members": "q.objid = any({oids}) or q.classid not in ('pg_class', 'pg_proc')",
    "comments": "q.objoid = any({oids}) or q.classoid not in ('pg_class', 'pg_proc')",
    "relations": "q.oid = any({oids})",
    "columns": "q.attrelid = any({oids})",
    "constraints": "q.conrelid = any({oids})",
    "indexes": "q.indrelid = any({oids})",
    "sequences": "q.oid = any({oids}) or q.refobjid = any({oids})",
    "policies": "q.polrelid = any({oids})",
    "triggers": "q.tgrelid = any({oids})",
    "functions": "q.oid = any({oids})",
}
"""When a row of a large query is about some relations or functions; what small queries return has no comment
and no extension otherwise."""


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """Rows by query name."""

    large: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    """Queries that read a catalog the role may not read."""

    def __getitem__(self, name: str) -> Any:
        """The rows of a query as sequences of values; none where it was skipped."""
        if name in self.large:
            return self.large[name]
        return [tuple(row.values()) for row in self.named.get(name, ())]


def read_rows(
    connection: Connection, major: int, unreadable: frozenset[str], about: Sequence[int] | None = None
) -> CatalogRows:
    """Run every query that the role may run. With `about`, of the large ones only the rows of these oids."""
    skipped = skipped_queries(major, unreadable)
    oids = None if about is None else f"'{{{','.join(map(str, about))}}}'::oid[]"
    large = {
        name: _fetched(connection, _scoped(name, query(name, major), oids))
        for name in LARGE
        if name not in skipped
    }
    named: dict[str, list[dict[str, Any]]] = {name: [] for name in SMALL}
    wanted = [name for name in SMALL if name not in skipped]
    for name, text in connection.exec_driver_sql(together(wanted, major)):
        named[name].append(json.loads(text))
    return CatalogRows(large, named, skipped)


def skipped_queries(major: int, unreadable: frozenset[str]) -> tuple[str, ...]:
    """The queries that read a catalog the role may not read."""
    return tuple(name for name in LARGE + SMALL if catalogs_of(name, major) & unreadable)


def _scoped(name: str, sql: str, oids: str | None) -> str:
    if oids is None:
        return sql
    return f"select * from (\n{sql}\n) q where {_ABOUT[name].format(oids=oids)}"  # noqa: S608 - numbers


def _fetched(connection: Connection, sql: str) -> Sequence[Any]:
    """All rows as the driver's own tuples: wrapping each in a `Row` would only cost time."""
    result = connection.exec_driver_sql(sql)
    assert result.cursor is not None
    rows = result.cursor.fetchall()
    result.close()
    return rows
