"""The plan of an import: for each table and column how its cells are made, and in which order.

Columns, not rows, are the unit of order: a self reference or two tables that refer to each other are no
circle, because a column is made from keys, and keys are made from the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Final

from toolkit.transfer.errors import MappingDoesNotFitError, MappingProblem
from toolkit.transfer.judge.bind import ColumnPlan, bound_columns
from toolkit.transfer.mapping.check import source_of
from toolkit.transfer.mapping.model import (
    Assign,
    ColumnRule,
    ParentColumn,
    Policy,
    TableRule,
    TransferMapping,
)
from toolkit.transfer.mapping.paths import FieldPath
from toolkit.transfer.target.order import FillPlan, fill_plan
from toolkit.transfer.target.table import TargetTable

_SUMMED: Final = ("int2", "int4", "int8", "numeric")
Node = tuple[str, str]
"""A table and a column of it."""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How the rows of one table are made."""

    name: str
    rule: TableRule
    source: str
    target: TargetTable
    columns: Mapping[str, ColumnPlan]
    """The columns that are written."""
    key: str | None
    """The column by which other rows refer to rows of this table."""
    verified: Mapping[str, ColumnPlan] = field(default_factory=dict)
    """Generated columns: not written, but compared with what the server will make."""

    @property
    def made(self) -> dict[str, ColumnPlan]:
        """All columns that get cells."""
        return {**self.columns, **self.verified}

    @property
    def assign(self) -> Assign:
        """How legacy keys become keys."""
        return self.rule.key.assign if self.rule.key is not None else "same"

    @property
    def legacy(self) -> FieldPath | None:
        """Where the legacy key stands; of a table without `key`, the field of its key column."""
        if self.rule.key is not None:
            return self.rule.key.legacy
        return None if self.key is None else self.columns[self.key].rule.path

    @property
    def by_identity(self) -> bool:
        """Whether rows get their keys one by one: by what they match, or drawn from a sequence."""
        return self.assign == "serial" or bool(self.rule.match)

    @property
    def made_from_distinct(self) -> bool:
        """Whether the key has no legacy key but is made from the `distinct` columns."""
        return self.rule.key is not None and self.rule.key.legacy is None and self.assign == "uuid5"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole import, ready to be judged."""

    tables: Mapping[str, TablePlan]
    order: tuple[Node, ...]
    """Each after what it is made from."""
    fill: FillPlan
    """In which order tables are written, and which columns are written as NULL and updated at the end: the
    `second_pass`, which `loading.second_pass` does."""
    policy: Policy = field(default_factory=Policy)

    def by_target(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The sections that fill each table, by its schema and name. Several may fill one."""
        sections: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, table in self.tables.items():
            target = (table.target.schema, table.target.name)
            sections[target] = (*sections.get(target, ()), name)
        return sections


def make_plan(mapping: TransferMapping, targets: Mapping[str, TargetTable]) -> Plan:
    """The plan for this mapping into these tables.

    Raises `MappingDoesNotFitError` with all problems, and `CycleError` for tables that cannot be filled.
    """
    problems: list[MappingProblem] = []
    tables = {}
    for name, rule in mapping.tables.items():
        if name in targets:
            tables[name] = _table(mapping, name, rule, targets[name], problems)
        else:
            problems.append(MappingProblem(f"table.{name}", f"there is no table {rule.into or name}"))
    if not problems:
        problems.extend(_keyless(tables))
    if problems:
        raise MappingDoesNotFitError(tuple(problems))
    written = {name: table.columns for name, table in tables.items()}
    # One COPY may refer to itself; where rows go in by several statements, it may not.
    pieces = [
        name
        for name, table in tables.items()
        if mapping.policy.mode == "batched" or table.target.row_security
    ]
    fill = fill_plan({name: table.target for name, table in tables.items()}, written, pieces)
    return Plan(tables, _order(tables), fill, mapping.policy)


def _table(
    mapping: TransferMapping,
    name: str,
    rule: TableRule,
    target: TargetTable,
    problems: list[MappingProblem],
) -> TablePlan:
    source = source_of(mapping, rule)
    timezone = mapping.sources[source].timezone if source in mapping.sources else None
    made = bound_columns(name, rule, target, timezone, problems)
    columns = {column: plan for column, plan in made.items() if not plan.target.generated}
    verified = {column: plan for column, plan in made.items() if plan.target.generated}
    single = target.primary_key[0] if len(target.primary_key) == 1 else None
    key = rule.key.to if rule.key else single
    key = key if key in columns else None
    if rule.match and key is None:
        text = "'match' needs a single mapped key column, to use the stored row's"
        problems.append(MappingProblem(f"table.{name}.match", text))
    for column in rule.sum:
        if column in columns and columns[column].target.type.name not in _SUMMED:
            text = f"{columns[column].target.type.sql} is not added up"
            problems.append(MappingProblem(f"table.{name}.sum", text))
    return TablePlan(name, rule, source, target, columns, key, verified)


def _references(rule: ColumnRule) -> Iterator[tuple[str, str | None]]:
    """The tables a rule looks into, and which column of them; None is the key."""
    if rule.parent is not None:
        yield rule.parent, rule.column
    for other in (rule.ref, *(rule.refs or {}).values(), *(rule.inside or {}).values()):
        if other is not None:
            yield other, None
    for column, source in (rule.by or {}).items():
        if rule.ref is not None:
            yield rule.ref, column
        if isinstance(source, ParentColumn):
            yield source.parent, source.column


def _keyless(tables: Mapping[str, TablePlan]) -> Iterator[MappingProblem]:
    for name, table in tables.items():
        for column, plan in table.made.items():
            for wanted, named in _references(plan.rule):
                if named is None and tables[wanted].key is None:
                    text = f"table {wanted} has no single mapped key column to refer to; give it a 'key'"
                    yield MappingProblem(f"table.{name}.columns.{column}", text)


def _order(tables: Mapping[str, TablePlan]) -> tuple[Node, ...]:
    graph: TopologicalSorter[Node] = TopologicalSorter()
    for name, table in tables.items():
        for column, plan in table.made.items():
            node = (name, column)
            graph.add(node)
            if column == table.key and (table.made_from_distinct or table.by_identity):
                graph.add(node, *((name, other) for other in (*table.rule.distinct, *table.rule.match)))
            for other, named in _references(plan.rule):
                graph.add(node, (other, named or str(tables[other].key)))
    try:
        return tuple(graph.static_order())
    except CycleError as error:
        circle = " -> ".join(f"{table}.{column}" for table, column in error.args[1])
        problem = MappingProblem("table", f"columns are made from each other in a circle: {circle}")
        raise MappingDoesNotFitError((problem,)) from None
