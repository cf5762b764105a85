"""Sums of chosen columns and totals per owner, as the source gives them and as the table holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from toolkit.secret import MASK
from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.target.wire import Wire

_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """The total of one column over the rows that should be there."""

    column: str
    source: str | None
    """Exact decimal text; None when no row has a value."""
    stored: str | None
    difference: str

    @property
    def differs(self) -> bool:
        """Whether the table holds another total than the source gives."""
        return Decimal(self.difference) != 0


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """The rows of one owner, or of another column's value."""

    value: str | None
    source: int
    """Rows that should be there."""
    stored: int
    """Those of them that are."""
    difference: int
    before: int
    """Rows of the owner in the whole table before the import."""
    after: int
    sums: tuple[ColumnSum, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything of this owner is not as the source says."""
        return self.difference != 0 or any(each.differs for each in self.sums)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the mapping's `reconcile` asks for one table. Groups with differences come first."""

    sums: tuple[ColumnSum, ...] = ()
    group_by: str | None = None
    groups: tuple[GroupTotal, ...] = ()


@dataclass(slots=True)
class _Side:
    """One side of a group."""

    rows: int = 0
    sums: dict[str, Decimal | None] = field(default_factory=dict)

    def add(self, rows: int, sums: Mapping[str, Decimal | None]) -> None:
        self.rows += rows
        for name, value in sums.items():
            if value is not None:
                self.sums[name] = (self.sums.get(name) or Decimal(0)) + value


def counts_by_group(wire: Wire, table: TablePlan) -> dict[str | None, int]:
    """How many rows each owner has in the table; empty where nothing is grouped."""
    group = table.rule.reconcile.group_by
    if group is None:
        return {}
    column = quote_identifier(group)
    return dict(_pairs(wire, f"SELECT {column}::text, count(*) FROM {table.target.sql} GROUP BY 1"))  # noqa: S608 - names are quoted


def figures_of(
    wire: Wire, table: TablePlan, rows: Sequence[Row], before: Mapping[str | None, int]
) -> Figures | None:
    """The figures of a table over the rows that should be there; None if the mapping asks for none."""
    rule = table.rule.reconcile
    if not rule.sums and rule.group_by is None:
        return None
    ours: dict[str | None, _Side] = defaultdict(_Side)
    theirs: dict[str | None, _Side] = defaultdict(_Side)
    wanted = tuple(dict.fromkeys((*rule.sums, *((rule.group_by,) if rule.group_by else ()))))
    for side, value, count, sums in _sides(wire, table, rows, wanted):
        (ours if side == "ours" else theirs)[value].add(count, sums)
    after = counts_by_group(wire, table)
    groups = [
        _group(value, ours[value], theirs[value], before.get(value, 0), after.get(value, 0), rule.sums)
        for value in {**ours, **theirs}
    ]
    groups.sort(key=lambda group: (not group.differs, group.value is None, group.value or ""))
    all_ours, all_theirs = _Side(), _Side()
    for one in ours.values():
        all_ours.add(one.rows, one.sums)
    for one in theirs.values():
        all_theirs.add(one.rows, one.sums)
    sums_of = tuple(_sum(name, all_ours, all_theirs) for name in rule.sums)
    return _masked(table, Figures(sums_of, rule.group_by, tuple(groups) if rule.group_by else ()))


def _masked(table: TablePlan, figures: Figures) -> Figures:
    """The figures without values of masked columns: differences are left, and tell enough."""

    def hidden(sums: Sequence[ColumnSum]) -> tuple[ColumnSum, ...]:
        return tuple(
            replace(each, source=each.source and MASK, stored=each.stored and MASK)
            if table.columns[each.column].masked
            else each
            for each in sums
        )

    owner = figures.group_by is not None and table.columns[figures.group_by].masked
    groups = tuple(
        replace(group, value=group.value and MASK if owner else group.value, sums=hidden(group.sums))
        for group in figures.groups
    )
    return replace(figures, sums=hidden(figures.sums), groups=groups)


def _group(
    value: str | None, ours: _Side, theirs: _Side, before: int, after: int, sums: Sequence[str]
) -> GroupTotal:
    totals = tuple(_sum(name, ours, theirs) for name in sums)
    return GroupTotal(value, ours.rows, theirs.rows, theirs.rows - ours.rows, before, after, totals)


def _sum(name: str, ours: _Side, theirs: _Side) -> ColumnSum:
    source, stored = ours.sums.get(name), theirs.sums.get(name)
    difference = (stored or Decimal(0)) - (source or Decimal(0))
    return ColumnSum(name, _text(source), _text(stored), f"{difference:f}")


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _sides(
    wire: Wire, table: TablePlan, rows: Sequence[Row], wanted: Sequence[str]
) -> Iterator[tuple[str, str | None, int, dict[str, Decimal | None]]]:
    """Counts and sums by group: of the rows as they were sent, and as they stand under their keys."""
    key = table.target.primary_key
    columns = tuple(dict.fromkeys((*key, *wanted)))
    known = [row for row in rows if not any(isinstance(row.cells[name], Fill) for name in columns)]
    sql = _statement(table, columns)
    sums = table.rule.reconcile.sums
    for start in range(0, len(known), _BATCH):
        batch = known[start : start + _BATCH]
        for side, value, count, *totals in wire.rows(sql, [[row.cells[n] for row in batch] for n in columns]):
            yield side, value, count, dict(zip(sums, totals, strict=True))


def _statement(table: TablePlan, columns: Sequence[str]) -> str:
    rule = table.rule.reconcile
    names = {name: f"v{number}" for number, name in enumerate(columns)}
    ours = {name: f"s.{names[name]}::{table.columns[name].target.type.sql}" for name in columns}
    theirs = {name: f"t.{quote_identifier(name)}".replace("%", "%%") for name in columns}
    arrays = ", ".join("%s::text[]" for _ in columns)
    given = f"unnest({arrays}) WITH ORDINALITY AS s({', '.join(names.values())}, n)"
    match = " AND ".join(f"{theirs[name]} = {ours[name]}" for name in table.target.primary_key)

    def side(name: str, cells: Mapping[str, str], there: str) -> str:
        group = f"({cells[rule.group_by]})::text" if rule.group_by else "NULL::text"
        sums = "".join(f", sum(({cells[column]})::numeric) FILTER (WHERE {there})" for column in rule.sums)
        return f"SELECT '{name}', {group}, count(*) FILTER (WHERE {there}){sums} FROM given GROUP BY 2"  # noqa: S608 - names are quoted

    whole = ", ".join([*(f"{ours[n]} AS o{i}" for i, n in enumerate(columns))])
    stored = ", ".join([*(f"{theirs[n]} AS t{i}" for i, n in enumerate(columns))])
    place = {name: number for number, name in enumerate(columns)}
    target = table.target.sql.replace("%", "%%")
    first = {name: f"o{place[name]}" for name in columns}
    second = {name: f"t{place[name]}" for name in columns}
    there = f"t{place[table.target.primary_key[0]]} IS NOT NULL"
    return (
        f"WITH given AS (SELECT {whole}, {stored} FROM {given} LEFT JOIN {target} AS t ON {match}) "  # noqa: S608 - names are quoted, values bound
        f"{side('ours', first, 'true')} UNION ALL {side('theirs', second, there)}"
    )


def _pairs(wire: Wire, sql: str) -> list[tuple[Any, Any]]:
    return [(value, count) for value, count in wire.rows(sql)]
