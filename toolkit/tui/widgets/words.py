"""Figures and states as words that fit a column."""

from __future__ import annotations

from toolkit.reports.table import width

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def size(size_bytes: int | None) -> str:
    """Bytes as PostgreSQL people read them, to one digit: `9.1 GB`. Unknown is `?`."""
    if size_bytes is None:
        return "?"
    value, unit = float(size_bytes), 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{size_bytes} B" if unit == 0 else f"{value:.1f} {UNITS[unit]}"


def count(rows: int | None) -> str:
    """An estimate of rows; a table that was never analysed has none."""
    return "?" if rows is None or rows < 0 else f"{rows:,}"


def bar(value: int, largest: int, width: int) -> str:
    """A bar of `width` columns for the largest value; anything above zero shows."""
    if value <= 0 or largest <= 0:
        return ""
    return "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * max(1, round(width * value / largest))


def cut(text: str, room: int) -> str:
    """The text, or its beginning with a sign that more of it is there."""
    if width(text) <= room:
        return text
    kept = text
    while kept and width(kept) > room - 1:
        kept = kept[:-1]
    return f"{kept}\N{HORIZONTAL ELLIPSIS}"
