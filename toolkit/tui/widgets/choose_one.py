"""A modal that asks for one of a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.widgets.option_list import Option

from toolkit.tui.widgets.option_list import OptionList


class ChooseOneScreen(ModalScreen[int | None]):
    """Gives the number of the line that was chosen, from 0, or None."""

    DEFAULT_CSS = """
    ChooseOneScreen { align: center middle; }
    ChooseOneScreen > Vertical {
      width: 76; max-width: 95%; height: auto; max-height: 80%;
      border: round $accent; background: $surface; padding: 0 1;
    }
    ChooseOneScreen OptionList, ChooseOneScreen OptionList:focus {
      height: auto; max-height: 16; border: none; padding: 0; background: $surface;
    }
    ChooseOneScreen Static { width: 100%; height: auto; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="choose.cancel"),
        Binding("j", "step('down')", "down", id="choose.down", show=False),
        Binding("k", "step('up')", "up", id="choose.up", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[Text]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Text(self._title)
            yield OptionList(*(Option(line) for line in self._lines))
            yield Static(Text("enter chooses   esc goes back", style="dim"))

    def on_mount(self) -> None:
        lines = self.query_one(OptionList)
        lines.highlighted = 0
        lines.focus()

    def action_step(self, way: str) -> None:
        """A line up or down."""
        lines = self.query_one(OptionList)
        (lines.action_cursor_down if way == "down" else lines.action_cursor_up)()

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Take the line under the cursor."""
        self.dismiss(event.option_index)
