"""Finding the relation that a person means, without reading anything else of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from toolkit.schema.catalog.platform import origin_of_schema
from toolkit.schema.find import find_object
from toolkit.schema.objects import Key, Kind, Origin, Qualified
from toolkit.schema.rows.source import packaged

_KINDS: Final = {
    "r": Kind.TABLE,
    "p": Kind.TABLE,
    "v": Kind.VIEW,
    "m": Kind.MATERIALIZED_VIEW,
    "f": Kind.FOREIGN_TABLE,
}


@dataclass(frozen=True, slots=True)
class _Listed:
    key: Key
    origin: Origin


def find_relation(connection: Connection, name: str) -> Qualified:
    """The table, view, materialized view or foreign table that `name` means; see `toolkit.schema.find`.

    Raises `UnknownObjectError` with the nearest names, or `AmbiguousObjectError` with the candidates.
    """
    listed = {}
    for kind, schema, relation, of_extension in connection.exec_driver_sql(packaged("names")):
        key = Key(_KINDS[kind], (schema, relation))
        listed[key] = _Listed(key, Origin.EXTENSION if of_extension else origin_of_schema(schema))
    return Qualified(*find_object(listed, name).path)
