"""One value, whole."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from toolkit.reports.table import printable
from toolkit.tui.facts.rows import RowsColumn
from toolkit.tui.screens.schema.rows_text import whole_text


class CellScreen(ModalScreen[bool]):
    """Shows a value; gives True if it is to be copied."""

    HELP = "One value as the server writes it; control characters are shown by their codes. y copies it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "close(False)", "back", id="cell.close", key_display="esc"),
        Binding("y", "close(True)", "copy", id="cell.copy"),
        Binding("j", "scroll('down')", "down", id="cell.down", show=False),
        Binding("k", "scroll('up')", "up", id="cell.up", show=False),
    ]

    def __init__(self, column: RowsColumn, value: str | None) -> None:
        super().__init__()
        self._column = column
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical(id="cell") as box:
            said = "NULL" if self._value is None else _length(self._value)
            name, type_ = printable(self._column.name), printable(self._column.type)
            # A plain string would be read as markup, which names can hold.
            box.border_title = Text(f"{name}   {type_}   {said}")
            box.border_subtitle = "esc back   y copy"
            with VerticalScroll(id="cell-view"):
                yield Static(Text(whole_text(self._value, self._column.type)), id="cell-text")

    def on_mount(self) -> None:
        self.query_one("#cell-view").focus()

    def action_close(self, copied: bool) -> None:
        """Back to the rows."""
        self.dismiss(copied)

    def action_scroll(self, way: str) -> None:
        """A line up or down."""
        view = self.query_one("#cell-view", VerticalScroll)
        (view.scroll_down if way == "down" else view.scroll_up)(animate=False)


def _length(value: str) -> str:
    return "1 character" if len(value) == 1 else f"{len(value):,} characters"
