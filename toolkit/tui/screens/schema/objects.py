"""The object tree: a list that draws only the lines that are seen, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from toolkit.tui.screens.schema.lines import TreeLine, line_text


class ObjectList(ScrollView, can_focus=True):
    """Lines with a cursor. Says where the cursor is, and what was chosen."""

    HELP = (
        "All objects by schema and kind, tables with their size on disk. The letters in brackets on the "
        "right choose what is shown of the one under the cursor; enter opens the rows of a table."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {"object-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", "down", id="objects.down", show=False),
        Binding("up", "cursor_up", "up", id="objects.up", show=False),
        Binding("pagedown", "page(1)", "page down", id="objects.page_down", show=False),
        Binding("pageup", "page(-1)", "page up", id="objects.page_up", show=False),
        Binding("home", "first", "first", id="objects.first", show=False),
        Binding("end", "last", "last", id="objects.last", show=False),
        Binding("left", "cursor_left", "fold", id="objects.fold", show=False),
        Binding("right", "cursor_right", "unfold", id="objects.unfold", show=False),
        Binding("enter", "choose", "rows", id="schema.open", tooltip="open the rows, or fold a group"),
    ]

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, line: TreeLine) -> None:
            super().__init__()
            self.line = line

    class Chosen(Message):
        """Enter or a second click on a line."""

        def __init__(self, line: TreeLine) -> None:
            super().__init__()
            self.line = line

    class Folded(Message):
        """A group is to be opened or closed."""

        def __init__(self, group: str, *, is_open: bool) -> None:
            super().__init__()
            self.group = group
            self.is_open = is_open

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.lines: Sequence[TreeLine] = ()
        self.cursor = 0
        self._query = ""

    @property
    def line(self) -> TreeLine | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if 0 <= self.cursor < len(self.lines) else None

    def tell(self, lines: Sequence[TreeLine], *, cursor: int = 0, query: str = "") -> None:
        """Show other lines, with the cursor on one of them."""
        self.lines, self._query = lines, query
        self.cursor = max(0, min(cursor, len(lines) - 1))
        self.virtual_size = Size(0, len(lines))
        self._show_cursor()
        self.refresh()

    def move_to(self, number: int) -> None:
        """Put the cursor on a line."""
        number = max(0, min(number, len(self.lines) - 1))
        if number == self.cursor or not self.lines:
            return
        before, self.cursor = self.cursor, number
        for changed in (before, number):
            self.refresh_line(changed)
        self._show_cursor()
        self.post_message(self.Moved(self.lines[number]))

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, x_axis=False)

    def render_line(self, y: int) -> Strip:
        columns = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self.lines):
            return Strip.blank(columns, self.rich_style)
        at_cursor = number == self.cursor
        text = line_text(self.lines[number], columns, cursor=at_cursor, query=self._query)
        base = self.rich_style + (self._cursor_style() if at_cursor else Style.null())
        segments = [
            Segment(part, base + style if style else base, control)
            for part, style, control in text.render(self.app.console)
            if part != "\n"
        ]
        return Strip(segments).adjust_cell_length(columns, base)

    def _cursor_style(self) -> Style:
        style = self.get_component_rich_style("object-list--cursor", partial=True)
        return style if self.has_focus else Style(bold=True)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        number = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= number < len(self.lines):
            if number == self.cursor:
                self.action_choose()
            else:
                self.move_to(number)

    def action_cursor_down(self) -> None:
        """To the next line."""
        self.move_to(self.cursor + 1)

    def action_cursor_up(self) -> None:
        """To the line before."""
        self.move_to(self.cursor - 1)

    def action_page(self, way: int) -> None:
        """By as many lines as are seen."""
        self.move_to(self.cursor + way * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """To the first line."""
        self.move_to(0)

    def action_last(self) -> None:
        """To the last line."""
        self.move_to(len(self.lines) - 1)

    def action_cursor_left(self) -> None:
        """Fold the group, or go to what the line stands in."""
        line = self.line
        if line is None:
            return
        if line.group is not None and line.is_open:
            self.post_message(self.Folded(line.group, is_open=False))
            return
        above = (number for number in range(self.cursor, -1, -1) if self.lines[number].depth < line.depth)
        self.move_to(next(above, self.cursor))

    def action_cursor_right(self) -> None:
        """Unfold the group."""
        line = self.line
        if line is not None and line.group is not None and not line.is_open:
            self.post_message(self.Folded(line.group, is_open=True))

    def action_choose(self) -> None:
        """Choose the line: rows of a relation, the fold of a group."""
        line = self.line
        if line is None:
            return
        if line.group is not None:
            self.post_message(self.Folded(line.group, is_open=not line.is_open))
        else:
            self.post_message(self.Chosen(line))
