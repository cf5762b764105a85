"""The one statement of a page.

Invariants: names are quoted, values are bound, and nothing else of a request reaches the text; NULL sorts as
the server sorts it by default (last, or first when descending), so that an index can serve the order.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.schema.rows.cursor import Place
from toolkit.schema.rows.request import Step
from toolkit.schema.rows.source import RowColumn, RowSource


class Statement:
    """A page's SQL under construction, with the values it binds by name."""

    def __init__(self, source: RowSource, order: Sequence[Step], *, cell_limit: int | None = None) -> None:
        """Select every readable column, cut to `cell_limit` characters and one, then the place in `order`."""
        self.values: dict[str, str] = {}
        self._conditions: list[str] = []
        self._order = order
        cells = [_cell(column, cell_limit) for column in source.columns]
        cells += [_text(step.column) for step in order]
        self._select = f"select {', '.join(cells)} from {_escaped(str(source.relation))} t"  # noqa: S608

    def where(self, column: RowColumn, value: str | None) -> None:
        """Keep only rows with this value; of a type without equality, those written like it."""
        if value is None:
            self._conditions.append(_is_null(column))
        elif column.comparable:
            self._conditions.append(f"{_name(column)} {column.operators.equal} {self._bound(column, value)}")
        else:
            self._conditions.append(f"{_text(column)} operator(pg_catalog.=) {self._named(value)}::text")

    def behind(self, place: Place) -> None:
        """Keep only rows behind a place: later in the first column, or equal there and later in the next."""
        ways: list[str] = []
        same: list[str] = []
        for step, value in zip(self._order, place, strict=True):
            bound = None if value is None else self._bound(step.column, value)
            if (later := _later(step, bound)) is not None:
                ways.append(" and ".join([*same, later]))
            if not same and bound is not None and step.column.not_null:
                self._conditions.append(_from_here(step, bound))
            same.append(
                _is_null(step.column)
                if bound is None
                else f"{_name(step.column)} {step.column.operators.equal} {bound}"
            )
        self._conditions.append(f"({' or '.join(ways) or 'false'})")

    def text(self, limit: int) -> str:
        """The whole statement, for at most `limit` rows."""
        sql = self._select
        if self._conditions:
            sql += f" where {' and '.join(self._conditions)}"
        if self._order:
            steps = [f"{_name(step.column)}{' desc' if step.descending else ''}" for step in self._order]
            sql += f" order by {', '.join(steps)}"
        return f"{sql} limit {limit:d}"

    def _bound(self, column: RowColumn, value: str) -> str:
        return f"{self._named(value)}::{_escaped(column.plain_type)}"

    def _named(self, value: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"


def _later(step: Step, bound: str | None) -> str | None:
    """What is later than a value in this column; None where nothing is."""
    name, operators = _name(step.column), step.column.operators
    if step.descending:
        return f"{name} {operators.less} {bound}" if bound is not None else f"not {_is_null(step.column)}"
    if bound is None:
        return None
    later = f"{name} {operators.greater} {bound}"
    return later if step.column.not_null else f"({later} or {_is_null(step.column)})"


def _from_here(step: Step, bound: str) -> str:
    """Implied by what is later; said again in the form that an index on the first column can serve."""
    operators = step.column.operators
    operator = operators.less_or_equal if step.descending else operators.greater_or_equal
    return f"{_name(step.column)} {operator} {bound}"


def _is_null(column: RowColumn) -> str:
    # Of a composite value `is null` is also true when every field is null; this is not.
    return f"({_name(column)} is not distinct from null)"


def _cell(column: RowColumn, limit: int | None) -> str:
    return _text(column) if limit is None else f"pg_catalog.left({_text(column)}, {limit + 1:d})"


def _text(column: RowColumn) -> str:
    """The value as the type's own output function writes it; a cast to text may be anybody's function."""
    name = _name(column)
    if column.plain_type == "boolean":
        return f"{name}::text"
    return f"case when not {_is_null(column)} then pg_catalog.concat({name}) end"


def _name(column: RowColumn) -> str:
    return _escaped(column.sql)


def _escaped(sql: str) -> str:
    """Names may hold percent signs, which mean something to the driver."""
    return sql.replace("%", "%%")
