"""Change rows that are in the table already, and find those that need no change.

An equal row is not touched: no trigger fires and no new version of it is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import psycopg2

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.loading.readback import keyed, read_back
from toolkit.transfer.loading.refusal import reject_refused, reject_row, require_about_rows
from toolkit.transfer.mapping.model import Conflict
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.values.unfit import UnfitError

_PAGE: Final = 2_000
_DEFAULTS: Final = """
SELECT a.attname, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attgenerated = '' AND a.attidentity = ''
"""


def mark_unchanged(
    wire: Wire, plan: Plan, conflicts: Mapping[str, Conflict], rows: Mapping[str, Sequence[Row]]
) -> None:
    """Find those of the rows that are in their table already and equal what would be written."""
    for name, members in rows.items():
        table = plan.tables[name]
        if conflicts[name] not in ("update-changed", "replace") or not keyed(table):
            continue
        there = [row for row in members if row.exists and row.live]
        if not there:
            continue
        defaults = _defaults(wire, table) if conflicts[name] == "replace" else {}
        for left_out, group in _by_filled(table, there).items():
            differs = _strays_from_default(table, defaults, left_out)
            differing = set(read_back(wire, table, group, differs).differing)
            for row in group:
                row.unchanged = row not in differing


def update_rows(
    wire: Wire,
    table: TablePlan,
    rows: Sequence[Row],
    book: Book,
    told: Callable[[int], None],
    *,
    replace: bool,
) -> int:
    """Change the stored rows to what these say; returns how many were. Refused rows are rejected in the book.

    With `replace`, columns that these leave out go back to their defaults. Raises the driver's errors for
    what is about no row.
    """
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(name for name in table.columns if not isinstance(row.cells[name], Fill))].append(row)
    defaults = tuple(_defaults(wire, table)) if replace else ()
    done = 0
    for known, members in groups.items():
        sql = _statement(table, known, defaults)
        for start in range(0, len(members), _PAGE):
            told(done)
            page = members[start : start + _PAGE]
            done += 0 if sql is None else _page(wire, table, known, page, book, sql)
    return done


def _page(
    wire: Wire, table: TablePlan, known: tuple[str, ...], page: Sequence[Row], book: Book, sql: str
) -> int:
    try:
        with wire.savepoint():
            touched = _run(wire, sql, known, page)
    except psycopg2.Error as error:
        require_about_rows(error)
        if not reject_refused(error, table, page, book):
            _one_by_one(wire, table, known, page, book, sql, error)
        return 0
    for row in page:
        if row not in touched:
            _untouched(table, row, book)
    return len(touched)


def _run(wire: Wire, sql: str, known: tuple[str, ...], page: Sequence[Row]) -> set[Row]:
    arrays = [[row.cells[name] for row in page] for name in known]
    return {page[number - 1] for (number,) in wire.rows(sql, arrays)}


def _one_by_one(
    wire: Wire,
    table: TablePlan,
    known: tuple[str, ...],
    page: Sequence[Row],
    book: Book,
    sql: str,
    refusal: psycopg2.Error,
) -> None:
    for row in page:
        try:
            with wire.savepoint():
                _run(wire, sql, known, [row])
        except psycopg2.Error as error:
            require_about_rows(error)
            reject_row(error, table, row, None, book)
    if not any(row.rejected for row in page):
        raise refusal


def _untouched(table: TablePlan, row: Row, book: Book) -> None:
    if table.target.row_security:
        reason = "a policy of the table keeps this role from changing the stored row"
        book.reject(row, UnfitError("not_allowed", reason), sqlstate="42501")
    else:
        reason = "a trigger or rule of the table kept the stored row from being changed, without an error"
        book.reject(row, UnfitError("swallowed", reason))


def _statement(table: TablePlan, known: Sequence[str], defaults: Sequence[str]) -> str | None:
    """The UPDATE for rows that say these columns; None if they say nothing beside the key."""
    key = table.target.primary_key
    names = {name: f"v{number}" for number, name in enumerate(known)}
    values = {name: f"s.{names[name]}::{table.columns[name].target.type.sql}" for name in known}
    changes = [f"{_quoted(name)} = {value}" for name, value in values.items() if name not in key]
    changes += [f"{_quoted(name)} = DEFAULT" for name in defaults if name not in values and name not in key]
    if not changes:
        return None
    arrays = ", ".join("%s::text[]" for _ in known)
    match = " AND ".join(f"t.{_quoted(name)} = {values[name]}" for name in key)
    return (
        f"UPDATE {table.target.sql.replace('%', '%%')} AS t SET {', '.join(changes)} "  # noqa: S608 - names are quoted, values bound
        f"FROM unnest({arrays}) WITH ORDINALITY AS s({', '.join(names.values())}, n) "
        f"WHERE {match} RETURNING s.n"
    )


def _defaults(wire: Wire, table: TablePlan) -> dict[str, str | None]:
    """The default of each column that one may set, as the server writes it."""
    found = wire.rows(_DEFAULTS, [table.target.sql])
    return {name: expression for name, expression in found}  # noqa: C416 - rows are of any width


def _by_filled(table: TablePlan, rows: Sequence[Row]) -> dict[tuple[str, ...], list[Row]]:
    """The rows by the mapped columns that they leave to the server."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(name for name in table.columns if isinstance(row.cells[name], Fill))].append(row)
    return groups


def _strays_from_default(
    table: TablePlan, defaults: Mapping[str, str | None], left_out: Sequence[str]
) -> str:
    """Whether a column that is not mapped, or left out, holds something else than its default.

    Defaults that call a function, such as now(), are another value each time and say nothing.
    """
    conditions = [
        f"t.{_quoted(name)} IS DISTINCT FROM {(expression or 'NULL').replace('%', '%%')}"
        for name, expression in defaults.items()
        if (name not in table.columns or name in left_out) and "(" not in (expression or "")
    ]
    return f"({' OR '.join(conditions)})" if conditions else "false"


def _quoted(name: str) -> str:
    return quote_identifier(name).replace("%", "%%")
