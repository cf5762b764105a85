"""One owner's rows: for each table the condition that leaves only them, over the ownership graph.

Nothing is guessed: a table without a known owner is left out and told, with the graph's own reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.models.ownership import (
    OwnershipGraph,
    OwnershipKind,
    OwnershipRules,
    build_ownership,
    owner_joins,
)
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape, table_name
from toolkit.sql.quoting import quote_literal
from toolkit.transfer.export.errors import ExportOrderError
from toolkit.transfer.export.expression import ROW
from toolkit.transfer.export.report import LeftOut
from toolkit.transfer.target.table import TargetTable


@dataclass(frozen=True, slots=True)
class Condition:
    """Joins and a condition for the statement that reads a table."""

    joins: str
    condition: str


def graph_of(tables: Mapping[str, TargetTable], rules: OwnershipRules | None) -> OwnershipGraph:
    """Who owns the rows of all these tables.

    Raises OwnershipRuleError, and `ExportOrderError` when nothing says who the owners are.
    """
    graph = build_ownership([_shape(table) for table in tables.values()], rules)
    if not graph.owned():
        raise ExportOrderError(
            "nothing says which table holds the owners",
            'Declare it: owner_root = "users" in [tool.neonkit.isolation]; see `neonkit isolation owners`.',
        )
    return graph


def conditions(
    graph: OwnershipGraph, tables: Mapping[str, TargetTable], owner: str
) -> tuple[dict[str, Condition], tuple[LeftOut, ...]]:
    """The condition of each section that has owned rows, and the tables that have none."""
    found: dict[str, Condition] = {}
    left_out: list[LeftOut] = []
    for section, table in tables.items():
        answer = graph.of(table_name(table.schema, table.name))
        if answer.path is None:
            what = "shared by all owners" if answer.kind is OwnershipKind.SHARED else f"owner {answer.kind}"
            left_out.append(LeftOut(table.label, f"{what}: {answer.reason}" if answer.reason else what))
            continue
        # A link hangs on several parents; it belongs to the owner of any of them.
        paths = answer.paths if answer.kind is OwnershipKind.LINK else (answer.path,)
        ways = [owner_joins(path, ROW, prefix=f"way{number}") for number, path in enumerate(paths)]
        said = quote_literal(owner)
        found[section] = Condition(
            " ".join(joins for joins, _ in ways if joins),
            " OR ".join(f"{expression} = {said}" for _, expression in ways),
        )
    return found, tuple(left_out)


def _shape(table: TargetTable) -> TableShape:
    return TableShape(
        schema=table.schema,
        table=table.name,
        columns=tuple(
            ColumnShape(column.name, column.type.sql, not column.not_null)
            for column in table.columns.values()
        ),
        primary_key=table.primary_key,
        foreign_keys=tuple(
            ForeignKeyShape(
                key.columns, table_name(key.schema, key.table), key.referred, key.name, None, key.deferrable
            )
            for key in table.foreign_keys
        ),
        uniques=tuple(sorted(rule.columns for rule in table.uniques if not rule.primary)),
    )
