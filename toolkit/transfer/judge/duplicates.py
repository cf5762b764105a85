"""Compare the rows of a table with each other: rows that are one, and keys that stand twice."""

from __future__ import annotations

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import Key, key_of, shown_key, unique_key
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.target.table import UniqueRule
from toolkit.transfer.values.unfit import UnfitError


def merge_distinct(table: TablePlan, book: Book) -> None:
    """Make one row of the rows that agree in the `distinct` columns; reject those that differ elsewhere."""
    first: dict[Key, Row] = {}
    for row in book.rows[table.name]:
        key = key_of(table, row, table.rule.distinct) if not row.rejected else None
        if key is None:
            continue
        other = first.setdefault(key, row)
        if other is row:
            continue
        differing = [name for name in table.columns if row.cells.get(name) != other.cells.get(name)]
        if differing:
            reason = (
                f"it agrees in {', '.join(table.rule.distinct)} with {other.place} but not in {differing[0]}"
            )
            book.reject(row, UnfitError("distinct_conflict", reason), column=differing[0])
        else:
            row.merged = True


def reject_duplicates(plan: Plan, book: Book) -> None:
    """Reject rows whose key stood in the input before, or merge them where the mapping says so."""
    for sections in plan.by_target().values():
        for unique in plan.tables[sections[0]].target.uniques:
            first: dict[Key, Row] = {}
            for name in sections:
                if all(column in plan.tables[name].columns for column in unique.columns):
                    _compare(plan.tables[name], unique, first, book)


def _compare(table: TablePlan, unique: UniqueRule, first: dict[Key, Row], book: Book) -> None:
    for row in book.rows[table.name]:
        key = unique_key(table, row, unique) if row.live else None
        if key is None:
            continue
        other = first.setdefault(key, row)
        if other is not row and unique.primary and table.rule.duplicates == "first":
            row.merged = True
        elif other is not row:
            reason = f"the same {', '.join(unique.columns)} stands at {other.place}"
            hint = "Keep one of them." if not unique.primary else 'Keep one, or set duplicates = "first".'
            book.reject(
                row,
                UnfitError("duplicate", reason, hint),
                column=unique.columns[0],
                value=shown_key(table, row, unique.columns),
                constraint=unique.name,
            )
