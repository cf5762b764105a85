"""Rules that only the server can compare by: unique indexes over expressions or with a predicate, exclusion
constraints. It evaluates its own expressions over the rows as they would be stored.

Where a rule needs a column that the server fills, nothing can be said here, and writing the row will tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import psycopg2

from toolkit.transfer.judge.ask import arrays, cast_rows, has_texts, quoted_name
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import shown_key
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.mapping.model import Conflict
from toolkit.transfer.target.table import ServerRule
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.unfit import UnfitError

_PAIRS: Final = 5_000
"""Up to this many rows are compared each with each, which exclusion constraints need."""


class ServerRules:
    """Questions to the server about the clashes of rows under its own rules."""

    def __init__(self, wire: Wire, plan: Plan, book: Book) -> None:
        self._wire = wire
        self._plan = plan
        self._book = book

    def judge_input(self, table: TablePlan, rows: Sequence[Row]) -> None:
        """Reject all rows that clash with another one of `rows`."""
        for rule in table.target.server_rules:
            names = _needed(table, rule)
            asked = [row for row in rows if has_texts(row, names)]
            if not names or len(asked) < 2 or (not rule.unique and len(asked) > _PAIRS):
                continue
            keys = f"SELECT q._n, {_elements(rule)} FROM ({cast_rows(table, names)}) AS q{_where(rule)}"  # noqa: S608 - the server's own text
            sql = _groups(rule, keys) if rule.unique else _pairs(rule, keys)
            for number, other in self._ask(sql, arrays(asked, names)):
                place = str(asked[other - 1].place)
                self._reject(table, asked[number - 1], rule, names, f"the row at {place}", place)

    def judge_stored(self, table: TablePlan, conflict: Conflict) -> None:
        """Reject rows that clash with a stored one, other than the very row they update."""
        if table.target.row_security:
            return
        for rule in table.target.server_rules:
            names = _needed(table, rule)
            rows = [
                row
                for row in self._book.rows[table.name]
                if not (row.merged or row.skipped) and has_texts(row, names)
            ]
            if not names or not rows:
                continue
            primary = table.target.primary_key
            listed = ", ".join(f"t.{quoted_name(name)}::text" for name in primary)
            keys = f"SELECT q._n, {_elements(rule)} FROM ({cast_rows(table, names)}) AS q{_where(rule)}"  # noqa: S608 - the server's own text
            target = table.target.sql.replace("%", "%%")
            theirs = (
                f"SELECT ARRAY[{listed}]::text[] AS key, {_elements(rule)} FROM {target} AS t{_where(rule)}"  # noqa: S608 - the server's own text
            )
            sql = f"SELECT s._n, t.key FROM ({keys}) AS s JOIN ({theirs}) AS t ON {_match(rule, 's', 't')}"  # noqa: S608 - the server's own text
            updated = self._updated(table, conflict)
            for number, key in self._ask(sql, arrays(rows, names)):
                if tuple(key) not in updated:
                    masked = any(name in table.columns and table.columns[name].masked for name in primary)
                    which = f"{', '.join(primary)} = {'***' if masked else ', '.join(map(str, key))}"
                    stored = f"{table.target.label} {which}" if primary else table.target.label
                    self._reject(table, rows[number - 1], rule, names, f"the stored row {which}", stored)

    def _updated(self, table: TablePlan, conflict: Conflict) -> set[tuple[str, ...]]:
        if conflict not in ("update-changed", "replace"):
            return set()
        return {
            tuple(str(row.cells.get(name)) for name in table.target.primary_key)
            for row in self._book.rows[table.name]
            if row.exists and not row.rejected
        }

    def _ask(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._wire.savepoint():
                return self._wire.rows(sql, parameters)
        except psycopg2.Error:
            return []  # it needs a column that the server fills, or raises by itself: writing will tell

    def _reject(
        self, table: TablePlan, row: Row, rule: ServerRule, names: tuple[str, ...], other: str, clash: str
    ) -> None:
        compared = ", ".join(rule.elements) + (f" where {rule.predicate}" if rule.predicate else "")
        code = "excluded" if not rule.unique else "duplicate" if other.startswith("the row") else "exists"
        column = next((name for name in rule.columns if name in table.columns), names[0])
        self._book.reject(
            row,
            UnfitError(code, f"by {rule.name} ({compared}) it clashes with {other}", "Mend one of the two."),
            column=column,
            value=shown_key(table, row, names),
            constraint=rule.name,
            clashes_with=clash,
        )


def _needed(table: TablePlan, rule: ServerRule) -> tuple[str, ...]:
    """The mapped columns that the rule names, as far as its text tells."""
    text = " ".join((*rule.elements, rule.predicate or ""))
    words = set(re.findall(r'"(?:[^"]|"")+"|\w+', text))
    return tuple(
        name for name in table.columns if name in words or '"' + name.replace('"', '""') + '"' in words
    )


def _elements(rule: ServerRule) -> str:
    return ", ".join(
        f"({element.replace('%', '%%')}) AS k{place}" for place, element in enumerate(rule.elements)
    )


def _where(rule: ServerRule) -> str:
    return f" WHERE {rule.predicate.replace('%', '%%')}" if rule.predicate else ""


def _match(rule: ServerRule, one: str, other: str) -> str:
    """When two rows clash."""
    if rule.unique and not rule.nulls_distinct:
        return " AND ".join(
            f"{one}.k{place} IS NOT DISTINCT FROM {other}.k{place}" for place in range(len(rule.elements))
        )
    return " AND ".join(
        f"{one}.k{place} {operator.replace('%', '%%')} {other}.k{place}"
        for place, operator in enumerate(rule.operators)
    )


def _groups(rule: ServerRule, keys: str) -> str:
    parts = ", ".join(f"k{place}" for place in range(len(rule.elements)))
    present = " AND ".join(f"k{place} IS NOT NULL" for place in range(len(rule.elements)))
    where = f" WHERE {present}" if rule.nulls_distinct else ""
    return (
        "SELECT g._n, CASE WHEN g._n = g.first THEN g.last ELSE g.first END FROM ("  # noqa: S608 - names of ours
        f"SELECT _n, min(_n) OVER w AS first, max(_n) OVER w AS last FROM ({keys}) AS k{where} "
        f"WINDOW w AS (PARTITION BY {parts})) AS g WHERE g.first <> g.last"
    )


def _pairs(rule: ServerRule, keys: str) -> str:
    return (
        f"WITH k AS MATERIALIZED ({keys}) SELECT a._n, min(b._n) FROM k AS a JOIN k AS b "  # noqa: S608 - names of ours
        f"ON a._n <> b._n AND {_match(rule, 'a', 'b')} GROUP BY a._n"
    )
