"""A modal that asks for one line, such as the file to write."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class AskTextScreen(ModalScreen[str | None]):
    """Gives the line that was typed, or None; an empty line is none."""

    DEFAULT_CSS = """
    AskTextScreen { align: center middle; }
    AskTextScreen > Vertical {
      width: 76; max-width: 95%; height: auto; border: round $accent; background: $surface; padding: 0 1;
    }
    AskTextScreen Static { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", id="ask.cancel")]

    def __init__(self, title: str, says: str, value: str = "", *, secret: bool = False) -> None:
        super().__init__()
        self._title, self._says, self._value, self._secret = title, says, value, secret

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Text(self._title)
            yield Static(Text(self._says), id="ask-says")
            yield Input(self._value, id="ask-line", password=self._secret, select_on_focus=False)
            yield Static(Text("enter goes on   esc leaves everything as it is", style="dim"))

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def action_cancel(self) -> None:
        """Ask for nothing more."""
        self.dismiss(None)

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Take the line as it stands."""
        self.dismiss(event.value or None)
