"""The tables that a mapping is proposed for: those of a database, or those that models declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.models.shapes import DEFAULT_SCHEMA
from toolkit.transfer.export.choose import every_table, is_bookkeeping
from toolkit.transfer.target.table import ForeignKey, TargetColumn, TargetTable, TargetType, UniqueRule
from toolkit.transfer.target.wire import Wire

_NAMES: Final = {
    "smallint": "int2", "smallserial": "int2", "integer": "int4", "serial": "int4", "bigint": "int8",
    "bigserial": "int8", "boolean": "bool", "character varying": "varchar", "varchar": "varchar",
    "character": "bpchar", "char": "bpchar", "text": "text", "citext": "citext", "uuid": "uuid",
    "date": "date", "time": "time", "time without time zone": "time", "timestamp": "timestamp",
    "timestamp without time zone": "timestamp", "timestamp with time zone": "timestamptz", "json": "json",
    "jsonb": "jsonb", "bytea": "bytea", "numeric": "numeric", "decimal": "numeric", "real": "float4",
    "float": "float8", "double precision": "float8",
}  # fmt: skip
_SIZED: Final = re.compile(r"([a-z ]+?)\s*(?:\((\d+)(?:,\s*(\d+))?\))?( with(?:out)? time zone)?")
_CHECKED_WORDS: Final = re.compile(r"'((?:[^']|'')*)'")
_ONE_OF: Final = re.compile(r"= ANY \(+ARRAY\[|\bIN \(", re.IGNORECASE)


def type_of(text: str, labels: Sequence[str] = ()) -> TargetType:
    """The type that PostgreSQL's text for it says, such as `VARCHAR(40)` or `INTEGER[]`."""
    lower = text.strip().lower()
    if lower.endswith("[]"):
        element = type_of(text.strip()[:-2], labels)
        return TargetType(text, f"_{element.name}", element=element)
    if labels:
        return TargetType(text, lower, is_enum=True, labels=tuple(labels))
    match = _SIZED.fullmatch(lower)
    if match is None:
        return TargetType(text, lower)
    name = _NAMES.get(match[1] + (match[4] or ""), match[1])
    modifier = -1
    if match[2] is not None and name in ("varchar", "bpchar"):
        modifier = int(match[2]) + 4
    elif match[2] is not None and name == "numeric":
        modifier = (int(match[2]) << 16 | int(match[3] or 0)) + 4
    return TargetType(text, name, modifier)


def words_allowed(table: TargetTable, column: TargetColumn) -> tuple[str, ...]:
    """The texts a column takes, where its enum or a check of the column alone lists them."""
    if column.type.labels:
        return column.type.labels
    for check in table.checks:
        if check.columns == (column.name,) and _ONE_OF.search(check.expression):
            return tuple(word.replace("''", "'") for word in _CHECKED_WORDS.findall(check.expression))
    return ()


def spelling_wanted(table: TargetTable, column: TargetColumn) -> dict[str, Any]:
    """How checks of the column alone want its texts: trimmed, in one case; as keys of a rule."""
    rule: dict[str, Any] = {}
    for check in table.checks:
        if check.columns == (column.name,):
            if "btrim(" in check.expression:
                rule["trim"] = True
            for case in ("lower", "upper"):
                if f"= {case}(" in check.expression:
                    rule["case"] = case
    return rule


def tables_of_database(
    database: Database, *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> dict[str, TargetTable]:
    """The tables that users made in a database, by `schema.table`. Raises what `Database.connect` raises."""
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        found = every_table(Wire(connection))
    return {table.label: table for table in found.values() if not is_bookkeeping(table)}


def tables_of_models(tables: Iterable[Any], default_schema: str = DEFAULT_SCHEMA) -> dict[str, TargetTable]:
    """The tables of SQLAlchemy's metadata as an import sees them, by `schema.table`."""
    found = {}
    for table in tables:
        made = _from_model(table, default_schema)
        found[made.label] = made
    return found


def _from_model(table: Any, default_schema: str) -> TargetTable:
    from sqlalchemy import UniqueConstraint

    primary = tuple(column.name for column in table.primary_key.columns)
    uniques = [UniqueRule("primary", primary, primary=True, nulls_distinct=True)] if primary else []
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = tuple(column.name for column in constraint.columns)
            uniques.append(UniqueRule(str(constraint.name), names, primary=False, nulls_distinct=True))
    return TargetTable(
        schema=table.schema or default_schema,
        name=table.name,
        columns={column.name: _column(table, column) for column in table.columns},
        uniques=tuple(sorted(uniques, key=lambda rule: (not rule.primary, rule.columns))),
        foreign_keys=tuple(
            ForeignKey(
                name=str(key.name),
                columns=tuple(column.name for column in key.columns),
                schema=key.referred_table.schema or default_schema,
                table=key.referred_table.name,
                referred=tuple(element.column.name for element in key.elements),
                deferrable=bool(key.deferrable),
            )
            for key in sorted(table.foreign_key_constraints, key=lambda key: tuple(key.column_keys))
        ),
        checks=(),
        row_security=False,
    )


def _column(table: Any, column: Any) -> TargetColumn:
    from sqlalchemy import Enum
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import CompileError

    try:
        text = column.type.compile(dialect=make_url("postgresql+psycopg2://").get_dialect()())
    except CompileError:
        text = "unknown"
    labels = column.type.enums if isinstance(column.type, Enum) else ()
    serial = column is table.autoincrement_column
    filled = column.server_default is not None or serial or column.identity is not None
    sequence = f"{table.name}_{column.name}_seq" if serial or column.identity is not None else None
    generated = column.computed is not None
    return TargetColumn(column.name, type_of(text, labels), not column.nullable, filled, generated, sequence)
