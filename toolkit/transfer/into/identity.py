"""The identity mapping of one table: each column from the field of its name, nothing else.

Invariant: nothing is left out in silence. A field that is no column stays unmapped, which refuses the load; a
column without a field takes the server's default, and rejects the row where it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.models.shapes import DEFAULT_SCHEMA, table_name
from toolkit.transfer.into.errors import NoSuchTableError
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.mapping.paths import pointer_text
from toolkit.transfer.mapping.read import parse_mapping
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.table import TargetTable
from toolkit.transfer.target.wire import Wire


def mapping_into(
    into: object, database: Database, *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> TransferMapping:
    """The mapping that loads records into one table, field by field of the same name.

    `into` is `table`, `schema.table`, or a mapped class, whose attributes name the fields. Raises
    `NoSuchTableError`, TypeError for anything else, and what `Database.connect` raises.
    """
    name, fields = _named(into)
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        table = read_tables(Wire(connection), {name: name}).get(name)
    if table is None:
        raise NoSuchTableError(name)
    return identity_mapping(name, table, fields)


def identity_mapping(
    name: str, table: TargetTable, fields: Mapping[str, str] | None = None
) -> TransferMapping:
    """The mapping of `table`, which is called `name`; `fields` gives the field of a column named otherwise.

    Columns that the server generates are left to it.
    """
    fields = fields or {}
    columns = {
        column.name: {"from": pointer_text([fields.get(column.name, column.name)])}
        for column in table.columns.values()
        if not column.generated
    }
    section = {"into": name, "rows": "/*", "columns": columns}
    return parse_mapping({"version": 1, "table": {table.name: section}}, name=name)


def _named(into: object) -> tuple[str, Mapping[str, str]]:
    if isinstance(into, str):
        return into, {}
    table: Any = getattr(into, "__table__", None)
    mapper: Any = getattr(into, "__mapper__", None)
    if table is None or mapper is None:
        raise TypeError("`into` is the name of a table or a mapped class")
    fields = {
        column.name: each.key
        for each in mapper.column_attrs
        for column in each.columns
        if column.table is table
    }
    return table_name(table.schema or DEFAULT_SCHEMA, str(table.name)), fields
