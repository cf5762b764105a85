"""Text tables: aligned columns, no boxes, the same on a terminal and in a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> str:
    """Rows under headings, two spaces apart; the columns named in `right` are set to the right.

    Control characters are shown escaped, so that no value can move the cursor or colour the terminal.
    """
    texts = [[printable(_text(cell)) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(headings, *texts, strict=True)]
    lines = [
        "  ".join(
            _aligned(cell, size, heading in right)
            for cell, size, heading in zip(row, widths, headings, strict=True)
        ).rstrip()
        for row in [list(headings), *texts]
    ]
    return "\n".join(lines)


def printable(text: str) -> str:
    """`text` with control characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def width(text: str) -> int:
    """Columns of a terminal that `text` takes: wide characters two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _aligned(text: str, size: int, right: bool) -> str:
    padding = " " * (size - width(text))
    return padding + text if right else text + padding


def _text(cell: object) -> str:
    return "-" if cell is None else str(cell)
