"""A line of what needs somebody as text: its sign, its words, and the keys that lead there. Pure."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual.content import Content

from toolkit.reports.table import printable, width
from toolkit.tui.screens.overview.concerns import Concern
from toolkit.tui.widgets.labelled import wrapped

_STYLES: Final = {"E": "bold $background on $error", "W": "bold $background on $warning", "?": "bold"}
"""With a ground of its own, so that the sign can be read under the cursor too. What is well is calm text."""
_EDGE: Final = 3


def line_text(concern: Concern, columns: int) -> Content:
    """The whole of it, wrapped behind its sign; the keys stand at the right of the first line."""
    keys = f"[{concern.keys}]"
    room = max(columns - _EDGE - width(keys) - 2, 10)
    first, *rest = (piece.plain for piece in wrapped(Text(printable(concern.text)), room))
    gap = " " * (columns - _EDGE - width(first) - width(keys))
    below = "".join(f"\n{' ' * _EDGE}{piece}" for piece in rest)
    sign = (concern.weight, _STYLES.get(concern.weight, ""))
    behind = " " * (_EDGE - len(concern.weight))
    return Content.assemble(sign, f"{behind}{first}{gap}", (keys, "dim"), below)
