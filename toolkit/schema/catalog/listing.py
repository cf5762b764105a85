"""The listing: what there is by name and size, without any definition. One statement, and little memory.

For a person who looks for something among thousands of objects; what an object is made of is read when it is
looked at. Keys are those of the snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from toolkit.schema.catalog.platform import origin_of_extension, origin_of_schema
from toolkit.schema.catalog.query import OLDEST_MAJOR, fitted
from toolkit.schema.catalog.transaction import canonical
from toolkit.schema.objects import Key, Kind, Origin
from toolkit.schema.summary import RowSecurity
from toolkit.sql.quoting import quote_identifier

MEASURED: Final = 1000
"""Up to so many relations with storage are measured on disk; more would keep a far server busy."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One object by name."""

    key: Key
    origin: Origin
    rows: int | None = None
    """An estimate; None where the server knows nothing, and of what has no rows."""
    total_bytes: int | None = None
    """With TOAST and indexes where measured; without TOAST where not. None of what has no storage."""
    partition: bool = False
    row_security: RowSecurity = "off"


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything in a database that has a name of its own, by kind and name."""

    database: str
    objects: tuple[Listed, ...]
    measured: bool
    """Whether bytes were measured on disk, not taken from the catalog's notes."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each kind that users made."""
        found = Counter(one.key.kind for one in self.objects if one.origin is Origin.USER)
        return {str(kind): found[kind] for kind in Kind if found[kind]}


def read_listing(connection: Connection, *, measure: int = MEASURED) -> Listing:
    """What there is. Any role may read it; at most `measure` relations are measured on disk."""
    with canonical(connection):
        sql = fitted("toolkit.schema.catalog", "listing", OLDEST_MAJOR)
        rows = connection.exec_driver_sql(sql, {"measure": measure}).mappings().all()
        database = connection.exec_driver_sql("select current_database()::text").scalar_one()
    found = sorted(map(_listed, rows), key=lambda one: one.key)
    return Listing(database, tuple(found), all(row["measured"] for row in rows))


def _listed(row: Mapping[Any, Any]) -> Listed:
    kind, schema, name = Kind(row["kind"]), row["schema"], row["name"]
    if schema is None:
        return Listed(Key(kind, (name,)), origin_of_extension(name))
    last = name if row["identity"] is None else f"{quote_identifier(name)}({row['identity']})"
    origin = Origin.EXTENSION if row["of_extension"] else origin_of_schema(schema)
    return Listed(
        Key(kind, (schema, last)),
        origin,
        row["rows"],
        row["bytes"],
        row["partition"],
        row["row_security"],
    )
