"""A page of rows as CSV."""

from __future__ import annotations

from toolkit.schema.rows.page import RowPage


def as_csv(page: RowPage) -> str:
    """A page under the names of its columns, as COPY writes it: NULL is nothing, an empty text is `""`."""
    rows = [tuple(column.name for column in page.columns), *page.rows]
    # Alone on its line this would end the data for those who read it with COPY.
    quoted = ("", r"\.") if len(page.columns) == 1 else ("",)
    return "".join(f"{','.join(_field(value, quoted) for value in row)}\n" for row in rows)


def _field(value: str | None, quoted: tuple[str, ...]) -> str:
    if value is None:
        return ""
    if value in quoted or any(letter in value for letter in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value
