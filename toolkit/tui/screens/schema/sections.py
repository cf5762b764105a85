"""Sections as text that fits a width: wide cells go on below, and nothing is cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rich.text import Text

from toolkit.reports.table import printable, width
from toolkit.tui.facts.schema import SchemaSection

_NARROWEST: Final = 10
"""Columns that a cell keeps; where even that does not fit, a row is written below its headings."""


def sections_text(sections: Sequence[SchemaSection], columns: int, remark: str | None = None) -> Text:
    """Sections one below the other, each with its title, none wider than `columns`."""
    whole = Text()
    for section in sections:
        if section.title:
            whole.append(f"{section.title}\n", style="bold")
        whole.append_text(section_text(section, columns))
        whole.append("\n")
    if remark:
        whole.append("\n".join(pieces(printable(remark), columns)), style="dim")
    whole.rstrip()
    return whole


def section_text(section: SchemaSection, columns: int) -> Text:
    """One section without its title. Columns that are empty in every row are left out."""
    kept = [place for place in range(len(section.headings)) if any(row[place] for row in section.rows)]
    headings = [section.headings[place] for place in kept]
    rows = [
        [[printable(line) for line in row[place].splitlines()] or [""] for place in kept]
        for row in section.rows
    ]
    widths = [
        max(width(heading), *(width(line) for row in rows for line in row[place]))
        for place, heading in enumerate(headings)
    ]
    least = [
        max(width(heading), *(width(word) for row in rows for line in row[place] for word in line.split(" ")))
        for place, heading in enumerate(headings)
    ]
    fitted = _fitted(widths, least, columns)
    if fitted is None:
        return _stacked(headings, rows, columns)
    right = [heading in section.right for heading in headings]
    text = Text()
    if any(headings):
        text.append(_line(headings, fitted, right) + "\n", style="dim")
    for row in rows:
        cells = [
            [piece for line in cell for piece in pieces(line, room)]
            for cell, room in zip(row, fitted, strict=True)
        ]
        for parts in zip_longest(*cells, fillvalue=""):
            text.append(_line(parts, fitted, right) + "\n")
    return text


def pieces(line: str, room: int) -> list[str]:
    """A line in pieces of at most `room` columns, cut between words where that is possible."""
    found: list[str] = []
    while width(line) > room:
        taken, fits = 0, 0
        for letter in line:
            taken += width(letter)
            if taken > room:
                break
            fits += 1
        space = line.rfind(" ", 1, fits + 1)
        end = space if space > 0 else max(fits, 1)
        found.append(line[:end].rstrip())
        line = line[end:].lstrip(" ")
    found.append(line)
    return found


def _fitted(widths: Sequence[int], least: Sequence[int], columns: int) -> list[int] | None:
    """The widths, the widest made smaller until all fit; None if that would break words.

    A word that is longer than a third of the room is broken all the same.
    """
    room = columns - 2 * (len(widths) - 1)
    floor = [min(one, columns // 3) for one in least]
    for most in range(max(widths, default=0), _NARROWEST - 1, -1):
        found = [max(min(one, most), below) for one, below in zip(widths, floor, strict=True)]
        if sum(found) <= room:
            return found
    return list(widths) if sum(widths) <= room else None


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        " " * (room - width(cell)) + cell if to_right else cell + " " * (room - width(cell))
        for cell, room, to_right in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _stacked(headings: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], columns: int) -> Text:
    """Rows one below the other, each value beside its heading."""
    edge = max(map(width, headings), default=0) + 2
    text = Text()
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            if cell == [""]:
                continue
            lines = [piece for line in cell for piece in pieces(line, max(columns - edge, _NARROWEST))]
            for number, line in enumerate(lines):
                label = heading if number == 0 else ""
                text.append(label + " " * (edge - width(label)), style="dim")
                text.append(f"{line}\n")
        text.append("\n")
    return text
