"""vim's motions h j k l g G on whatever list, tree, table or text has the focus."""

from __future__ import annotations

from typing import Final, Literal

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Tree

Motion = Literal["down", "up", "left", "right", "first", "last"]

MOTIONS: Final[list[BindingType]] = [
    Binding("j", "move('down')", "down", id="list.down", show=False),
    Binding("k", "move('up')", "up", id="list.up", show=False),
    Binding("h", "move('left')", "left, close", id="list.left", show=False),
    Binding("l", "move('right')", "right, open", id="list.right", show=False),
    Binding("g", "move('first')", "to the first", id="list.first", show=False),
    Binding("G", "move('last')", "to the last", id="list.last", show=False),
]

_ACTIONS: Final[dict[Motion, tuple[str, ...]]] = {
    "down": ("cursor_down", "scroll_down"),
    "up": ("cursor_up", "scroll_up"),
    "left": ("cursor_left", "scroll_left"),
    "right": ("cursor_right", "scroll_right"),
    "first": ("first", "scroll_top", "scroll_home"),
    "last": ("last", "scroll_bottom", "scroll_end"),
}
"""The first of these actions that a widget has does the motion."""


def move(widget: Widget | None, motion: Motion) -> bool:
    """Do the motion on the widget; False if it has none such."""
    if isinstance(widget, Tree) and motion not in ("down", "up"):
        _in_tree(widget, motion)
        return True
    for name in _ACTIONS[motion]:
        action = getattr(widget, f"action_{name}", None)
        if callable(action):
            action()
            return True
    return False


def _in_tree(tree: Tree[object], motion: Motion) -> None:
    node = tree.cursor_node
    if motion in ("first", "last"):
        tree.move_cursor_to_line(0 if motion == "first" else tree.last_line)
    elif node is None:
        return
    elif motion == "right":
        node.expand()
    elif node.allow_expand and node.is_expanded:
        node.collapse()
    else:
        tree.action_cursor_parent()
