"""A line of what needs somebody as text: its sign, its words, and the keys that lead there. Pure."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual.content import Content

from toolkit.reports.table import printable, width
from toolkit.tui.screens.overview.concerns import Concern
from toolkit.tui.widgets.labelled import wrapped

_STYLES: Final = {
    "E": "bold $text-error",
    "W": "bold $text-warning",
    "i": "bold",
    "?": "bold",
    "ok": "$text-success",
}
_EDGE: Final = 3


def line_text(concern: Concern, columns: int) -> Content:
    """The whole of it, wrapped behind its sign; the keys stand at the right of the first line."""
    keys = f"[{concern.keys}]"
    room = max(columns - _EDGE - width(keys) - 2, 10)
    first, *rest = (piece.plain for piece in wrapped(Text(printable(concern.text)), room))
    gap = " " * (columns - _EDGE - width(first) - width(keys))
    below = "".join(f"\n{' ' * _EDGE}{piece}" for piece in rest)
    sign = (f"{concern.weight:<{_EDGE}}", _STYLES[concern.weight])
    return Content.assemble(sign, f"{first}{gap}", (keys, "dim"), below)
