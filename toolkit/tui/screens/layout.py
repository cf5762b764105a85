"""Room for panes: one pane zoomed over its mode, and the width of the first column."""

from __future__ import annotations

from typing import Final

from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget

BEHIND: Final = "-behind-zoom"
"""Class of what a zoomed pane hides."""
NARROWEST, WIDEST, STEP = 15, 75, 5
"""Width of a first column, in per cent."""


def zoom(screen: Screen[None], pane: Widget | None) -> bool:
    """Give the whole body to the pane, or undo that; False if there is nothing to zoom."""
    if unzoom(screen):
        return True
    body = screen.query_one("#body")
    if pane is None or body not in pane.ancestors:
        return False
    shown: Widget = pane
    while shown is not body:
        parent = shown.parent
        if not isinstance(parent, Widget):
            return False
        for sibling in parent.children:
            sibling.set_class(sibling is not shown, BEHIND)
        shown.add_class("-zoomed")
        shown = parent
    return True


def unzoom(screen: Screen[None]) -> bool:
    """Show all panes again; False if none was zoomed."""
    hidden = screen.query(f".{BEHIND}")
    zoomed = screen.query(".-zoomed")
    if not hidden and not zoomed:
        return False
    hidden.remove_class(BEHIND)
    zoomed.remove_class("-zoomed")
    return True


def first_column(screen: Screen[None]) -> Widget | None:
    """The pane on the left of the first row that has several, where a mode has such a row."""
    for row in screen.query(Horizontal):
        shown = [child for child in row.children if child.display]
        if len(shown) > 1:
            return shown[0]
    return None


def widen(screen: Screen[None], by: int) -> int | None:
    """Make the first column wider or narrower; its new width in per cent, None without such a column."""
    column = first_column(screen)
    if column is None or column.parent is None or not isinstance(column.parent, Widget):
        return None
    now = round(100 * column.outer_size.width / max(1, column.parent.size.width))
    return set_width(column, now + by)


def set_width(column: Widget, per_cent: int) -> int:
    """Give the column a width."""
    kept = min(WIDEST, max(NARROWEST, per_cent))
    column.styles.width = f"{kept}%"
    return kept
