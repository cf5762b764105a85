"""Whether an index gives rows in an order, so that a page of them costs no sort of the whole relation."""

from __future__ import annotations

from sqlalchemy import Connection

from toolkit.schema.objects import Qualified
from toolkit.schema.rows.source import packaged


def columns_with_order(connection: Connection, relation: Qualified) -> frozenset[str]:
    """The columns by which the first page comes from an index; by any other the server sorts all rows."""
    named = {"schema": relation.schema, "name": relation.name}
    return frozenset(connection.exec_driver_sql(packaged("beginning"), named).scalars())
