"""The plan of an import: for each table and column how its cells are made, and in which order.

Columns, not rows, are the unit of order: a self reference or two tables that refer to each other are no
circle, because a column is made from keys, and keys are made from the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from toolkit.transfer.errors import MappingDoesNotFitError, MappingProblem
from toolkit.transfer.judge.bind import ColumnPlan, bound_columns
from toolkit.transfer.mapping.check import source_of
from toolkit.transfer.mapping.model import ColumnRule, ParentColumn, TableRule, TransferMapping
from toolkit.transfer.target.table import TargetTable

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
    key: str | None
    """The column by which other rows refer to rows of this table."""

    @property
    def made_from_distinct(self) -> bool:
        """Whether the key has no legacy key but is made from the `distinct` columns."""
        return self.rule.key is not None and self.rule.key.legacy is None


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole import, ready to be judged."""

    tables: Mapping[str, TablePlan]
    order: tuple[Node, ...]
    """Each after what it is made from."""

    def by_target(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The sections that fill each table, by its schema and name. Several may fill one."""
        sections: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, table in self.tables.items():
            target = (table.target.schema, table.target.name)
            sections[target] = (*sections.get(target, ()), name)
        return sections


def make_plan(mapping: TransferMapping, targets: Mapping[str, TargetTable]) -> Plan:
    """The plan for this mapping into these tables. Raises `MappingDoesNotFitError` with all problems."""
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
    return Plan(tables, _order(tables))


def _table(
    mapping: TransferMapping,
    name: str,
    rule: TableRule,
    target: TargetTable,
    problems: list[MappingProblem],
) -> TablePlan:
    source = source_of(mapping, rule)
    timezone = mapping.sources[source].timezone if source in mapping.sources else None
    columns = bound_columns(name, rule, target, timezone, problems)
    single = target.primary_key[0] if len(target.primary_key) == 1 else None
    key = rule.key.to if rule.key else single
    return TablePlan(name, rule, source, target, columns, key if key in columns else None)


def _references(rule: ColumnRule) -> Iterator[tuple[str, str | None]]:
    """The tables a rule looks into, and which column of them; None is the key."""
    if rule.parent is not None:
        yield rule.parent, rule.column
    if rule.ref is not None:
        yield rule.ref, None
        for column, source in (rule.by or {}).items():
            yield rule.ref, column
            if isinstance(source, ParentColumn):
                yield source.parent, source.column


def _keyless(tables: Mapping[str, TablePlan]) -> Iterator[MappingProblem]:
    for name, table in tables.items():
        for column, plan in table.columns.items():
            for wanted, named in _references(plan.rule):
                if named is None and tables[wanted].key is None:
                    text = f"table {wanted} has no single mapped key column to refer to"
                    yield MappingProblem(f"table.{name}.columns.{column}", text)


def _order(tables: Mapping[str, TablePlan]) -> tuple[Node, ...]:
    graph: TopologicalSorter[Node] = TopologicalSorter()
    for name, table in tables.items():
        for column, plan in table.columns.items():
            node = (name, column)
            graph.add(node)
            if table.made_from_distinct and column == table.key:
                graph.add(node, *((name, distinct) for distinct in table.rule.distinct))
            # A legacy key becomes a key by its rule alone; only rows that are looked up must be made before.
            if plan.rule.parent is not None or plan.rule.by is not None:
                for other, named in _references(plan.rule):
                    graph.add(node, (other, named or str(tables[other].key)))
    try:
        return tuple(graph.static_order())
    except CycleError as error:
        circle = " -> ".join(f"{table}.{column}" for table, column in error.args[1])
        problem = MappingProblem("table", f"columns are made from each other in a circle: {circle}")
        raise MappingDoesNotFitError((problem,)) from None
