"""Which rows are asked for next: pages, order, filters, the way along a foreign key. Pure."""

from __future__ import annotations

from dataclasses import replace

from toolkit.tui.facts.rows import Condition, Reference, RowsAsked, RowsPage
from toolkit.tui.screens.schema.rows_text import MANY, condition


def behind(asked: RowsAsked, cursor: str) -> RowsAsked:
    """The page that begins behind a cursor."""
    return replace(asked, behind=(*asked.behind, cursor))


def before(asked: RowsAsked) -> RowsAsked:
    """The page before."""
    return replace(asked, behind=asked.behind[:-1])


def sorted_by(page: RowsPage, column: int) -> RowsAsked:
    """By a column: first ascending, then descending, then by the key again."""
    name = page.columns[column].name
    turns = {name: f"-{name}", f"-{name}": None}
    return replace(page.asked, sort=turns.get(page.asked.sort or "", name), behind=())


def warning(page: RowsPage, wanted: RowsAsked) -> str | None:
    """Why an order may take long; None if it does not: an index gives it, or there are few rows."""
    if wanted.sort is None:
        return None
    name = wanted.sort.removeprefix("-")
    column = next((one for one in page.columns if one.name == name), None)
    if column is None or column.indexed:
        return None
    if page.estimate is not None and page.estimate < MANY:
        return None
    rows = "all rows" if page.estimate is None else f"~{page.estimate:,} rows"
    return f"no index is in the order of {name}: sorting {rows} may take long"


def proposed(page: RowsPage, row: int, column: int) -> str:
    """The filter that is proposed: the value under the cursor."""
    name = page.columns[column].name
    if not page.rows:
        return f"{name}="
    if (row, column) in page.cut:
        return f"{name}="
    return Condition(name, page.rows[row][column]).words


def filtered(page: RowsPage, text: str, column: int) -> RowsAsked | str:
    """The rows that a typed filter keeps, beside those of other columns; or what is wrong with it."""
    if not text.strip():
        return replace(page.asked, where=(), behind=())
    names = [one.name for one in page.columns]
    found = condition(text, names, names[column])
    if isinstance(found, str):
        return found
    others = tuple(one for one in page.asked.where if one.column != found.column)
    return replace(page.asked, where=(*others, found), behind=())


def followed(page: RowsPage, row: int, column: int) -> RowsAsked | str:
    """The row that a foreign key leads to, or why there is none."""
    one = page.columns[column]
    if not one.references:
        keys = [other.name for other in page.columns if other.references]
        where = f"; there is one on {', '.join(keys)}" if keys else ""
        return f"no foreign key is on {one.name}{where}"
    return _along(page, row, one.references[0])


def referring(page: RowsPage, row: int, number: int) -> RowsAsked | str:
    """The rows that refer to one of these by a foreign key of `page.referrers`, or why none can."""
    return _along(page, row, page.referrers[number])


def _along(page: RowsPage, row: int, reference: Reference) -> RowsAsked | str:
    places = {other.name: number for number, other in enumerate(page.columns)}
    missing = [name for name in reference.columns if name not in places]
    if missing:
        return f"this role may not read {', '.join(missing)}"
    values = [page.rows[row][places[name]] for name in reference.columns]
    if any((row, places[name]) in page.cut for name in reference.columns):
        return f"{', '.join(reference.columns)} is too long to follow"
    if None in values:
        empty = reference.columns[values.index(None)]
        return f"{empty} is NULL here: it leads nowhere"
    pairs = zip(reference.target_columns, values, strict=True)
    return RowsAsked(reference.target, tuple(Condition(*pair) for pair in pairs))
