"""Compare the rows of a table with each other: rows that are one, and keys that stand twice.

Rows that agree in every column are one row. Of others with one primary key the table's `duplicates` says what
becomes; in any other unique key rows that clash are all rejected. All keys are looked at before any row is
rejected, and only among rows that fit by themselves, so that the order of rows and of keys decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal, localcontext
from typing import Final

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import Key, key_of, shown_key, unique_key
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Cell, Row
from toolkit.transfer.sources.record import Number
from toolkit.transfer.target.table import UniqueRule
from toolkit.transfer.values.unfit import UnfitError

_EXACT: Final = 150_000
"""More digits than any `numeric` has."""
Groups = list[tuple[UniqueRule, list[Row]]]


def merge_distinct(table: TablePlan, book: Book) -> None:
    """Make one row of those that agree in the `distinct` columns; reject all where they differ elsewhere."""
    groups: dict[Key, list[Row]] = {}
    for row in book.rows[table.name]:
        key = key_of(table, row, table.rule.distinct) if not row.rejected else None
        if key is not None:
            groups.setdefault(key, []).append(row)
    for rows in groups.values():
        different = _different(table, rows)
        if len(different) == 1:
            _merge(rows[1:])
            continue
        for row in rows:
            other = next(one for one in different if not _same(table, one, row))
            name = next(name for name in table.columns if row.cells.get(name) != other.cells.get(name))
            reason = f"it agrees in {', '.join(table.rule.distinct)} with {other.place} but not in {name}"
            error = UnfitError("distinct_conflict", reason, "Mend one of them, or leave the column out.")
            book.reject(row, error, column=name, clashes_with=str(other.place))


def judge_duplicates(plan: Plan, book: Book) -> None:
    """Merge rows that are the same, and settle or reject those that share a key and are not."""
    for sections in plan.by_target().values():
        uniques = plan.tables[sections[0]].target.uniques
        mapped = [
            unique
            for unique in uniques
            if all(column in plan.tables[name].columns for name in sections for column in unique.columns)
        ]
        for unique in mapped:
            for rows in _groups(plan, sections, book, unique):
                _merge_same(plan, rows)
        keys = [unique for unique in mapped if unique.primary]
        for unique in keys:
            for rows in _groups(plan, sections, book, unique):
                _settle(plan, rows, book)
        clashes: Groups = [
            (unique, rows) for unique in mapped for rows in _groups(plan, sections, book, unique)
        ]
        for unique, rows in clashes:
            for row in rows:
                _reject(plan.tables[row.table], row, rows, unique, book)


def _groups(plan: Plan, sections: Sequence[str], book: Book, unique: UniqueRule) -> Iterable[list[Row]]:
    """The rows that share a key under this rule, in the order of the source."""
    groups: dict[Key, list[Row]] = {}
    for name in sections:
        table = plan.tables[name]
        for row in book.rows[name]:
            key = unique_key(table, row, unique) if row.live else None
            if key is not None:
                groups.setdefault(key, []).append(row)
    return [rows for rows in groups.values() if len(rows) > 1]


def _merge_same(plan: Plan, rows: Sequence[Row]) -> None:
    """Keep the first of rows that agree in every column. Rows of different sections are never one."""
    kept: dict[tuple[object, ...], Row] = {}
    for row in rows:
        content = (row.table, *(row.cells.get(name) for name in plan.tables[row.table].columns))
        if kept.setdefault(content, row) is not row:
            row.merged = True


def _settle(plan: Plan, rows: list[Row], book: Book) -> None:
    """Keep one row of those with one primary key, where the mapping says which."""
    table = plan.tables[rows[0].table]
    if any(row.table != table.name for row in rows):
        return
    if table.rule.duplicates == "first":
        _merge(rows[1:])
    elif table.rule.duplicates == "last":
        _merge(rows[:-1])
    elif table.rule.duplicates == "sum":
        others = [name for name in table.columns if name not in table.rule.sum]
        if all(row.cells.get(name) == rows[0].cells.get(name) for row in rows for name in others):
            try:
                totals = {name: _total(table, rows, name) for name in table.rule.sum}
            except UnfitError as error:
                for row in rows:
                    book.reject(row, error, column=table.rule.sum[0])
                return
            rows[0].cells |= totals
            for name, total in totals.items():
                book.alterations.note(rows[0], name, ['duplicates = "sum"'], None, total)
            _merge(rows[1:])


def _total(table: TablePlan, rows: Sequence[Row], name: str) -> Cell:
    """The sum of a column, exactly. Raises `UnfitError` when the column cannot hold it."""
    cells = [cell for row in rows if isinstance(cell := row.cells.get(name), str)]
    with localcontext(Context(prec=_EXACT)):
        total = str(sum(map(Decimal, cells), Decimal(0)))
    return table.columns[name].coerce(Number(total)) if cells else None


def _different(table: TablePlan, rows: Sequence[Row]) -> list[Row]:
    """One row of each content, two at most."""
    other = next((row for row in rows if not _same(table, row, rows[0])), None)
    return [rows[0]] if other is None else [rows[0], other]


def _same(table: TablePlan, one: Row, other: Row) -> bool:
    return all(one.cells.get(name) == other.cells.get(name) for name in table.columns)


def _merge(rows: Iterable[Row]) -> None:
    for row in rows:
        row.merged = True


def _reject(table: TablePlan, row: Row, rows: Sequence[Row], unique: UniqueRule, book: Book) -> None:
    other = next(one for one in rows if one is not row)
    names = ", ".join(unique.columns)
    differing = [name for name in table.columns if row.cells.get(name) != other.cells.get(name)]
    reason = f"the same {names} stands at {other.place}"
    if unique.primary and differing and other.table == row.table:
        reason += f", with another {', '.join(differing[:3])}"
    hint = 'Keep one of them, or set duplicates = "first", "last" or "sum".'
    book.reject(
        row,
        UnfitError("duplicate", reason, hint if unique.primary else "Keep one of them."),
        column=unique.columns[0],
        value=shown_key(table, row, unique.columns),
        constraint=unique.name,
        clashes_with=str(other.place),
    )
