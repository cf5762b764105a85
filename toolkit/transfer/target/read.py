"""Read the target tables from the catalog: five queries for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier
from toolkit.transfer.target.queries import COLUMNS, CONSTRAINTS, FIND, SERVER_RULES, TABLES, UNIQUES
from toolkit.transfer.target.table import (
    Check,
    ForeignKey,
    ServerRule,
    TargetColumn,
    TargetTable,
    TargetType,
    UniqueRule,
)
from toolkit.transfer.target.wire import Wire

_LONGEST_NAME: Final = 63
"""In bytes."""
_WRITABLE: Final = ("r", "p")
"""Ordinary and partitioned tables."""


def read_tables(wire: Wire, names: Mapping[str, str]) -> dict[str, TargetTable]:
    """The table for each key of `names`, whose values are `table` or `schema.table`.

    What is not there, or is no table, is left out.
    """
    oids = {key: oid for key, name in names.items() if (oid := _find(wire, name)) is not None}
    wanted = sorted(set(oids.values()))
    columns, uniques, constraints, rules = (
        _by_table(wire, query, wanted) for query in (COLUMNS, UNIQUES, CONSTRAINTS, SERVER_RULES)
    )
    tables = {
        oid: TargetTable(
            schema=schema,
            name=name,
            columns={row[1]: _column(row) for row in columns[oid]},
            uniques=tuple(UniqueRule(row[1], tuple(row[2]), row[3], not row[4]) for row in uniques[oid]),
            foreign_keys=tuple(
                ForeignKey(row[1], tuple(row[3]), row[4], row[5], tuple(row[6]), row[7])
                for row in constraints[oid]
                if row[2] == "f"
            ),
            checks=tuple(Check(row[1], tuple(row[3]), row[8]) for row in constraints[oid] if row[2] == "c"),
            row_security=row_security,
            server_rules=tuple(_server_rule(row) for row in rules[oid]),
        )
        for oid, schema, name, row_security in wire.rows(TABLES, [wanted])
    }
    return {key: tables[oid] for key, oid in oids.items()}


def _find(wire: Wire, name: str) -> int | None:
    # A table of the search path may have a dot in its own name.
    spellings = [qualified(*split_table_name(name))] if "." in name else []
    for quoted in (*spellings, quote_identifier(name)):
        if any(len(part.encode()) > _LONGEST_NAME for part in name.split(".")):
            return None  # the server would cut it, and find another table
        for oid, kind in wire.rows(FIND, [quoted]):
            return oid if kind in _WRITABLE else None
    return None


def _by_table(wire: Wire, query: str, oids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in wire.rows(query, [oids]):
        found[row[0]].append(row)
    return found


def _column(row: tuple[Any, ...]) -> TargetColumn:
    (_, name, sql, is_domain, base, is_enum, modifier, element, element_is_enum, element_sql, labels) = row[
        :11
    ]
    inner = None
    if element is not None:
        inner = TargetType(element_sql, element, modifier, element_is_enum, labels=tuple(labels))
    kind = TargetType(sql, base, modifier, is_enum, is_domain, tuple(labels), inner)
    not_null, has_default, generated, sequence, expression = row[11:]
    return TargetColumn(name, kind, not_null, has_default, generated, sequence, expression)


def _server_rule(row: tuple[Any, ...]) -> ServerRule:
    _, name, elements, operators, predicate, nulls_equal, unique, columns = row
    return ServerRule(
        name, tuple(elements), tuple(operators), predicate, not nulls_equal, unique, tuple(columns)
    )
