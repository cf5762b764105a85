"""Asks what a new revision is called, and whether it is made from the models. Writes nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Static


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    message: str
    autogenerate: bool


class NewRevisionScreen(ModalScreen[Wanted | None]):
    """A message, and a box to tick for a comparison with the models."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", id="new_revision.cancel")]

    def __init__(self, title: str, *, compares: bool) -> None:
        super().__init__()
        self._title = title
        self._compares = compares

    def compose(self) -> ComposeResult:
        with Vertical(id="new-revision"):
            yield Static(Text(self._title, style="bold"))
            yield Static(Text("What does it do? The words become its file's name."))
            yield Input(id="new-message", placeholder="add due date to tasks")
            if self._compares:
                yield Checkbox(
                    "from the models: what they have and the database has not", id="new-autogenerate"
                )
            with Horizontal(id="new-buttons"):
                yield Button("Cancel (esc)", id="cancel")
                yield Button("Write (enter)", id="write", variant="primary")

    def on_mount(self) -> None:
        self.query_one("#new-message", Input).focus()

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    @on(Input.Submitted, "#new-message")
    def submitted(self) -> None:
        """Enter in the field."""
        self._write()

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """The two buttons."""
        if event.button.id == "write":
            self._write()
        else:
            self.dismiss(None)

    def _write(self) -> None:
        message = self.query_one("#new-message", Input).value.strip()
        ticked = bool(self.query(Checkbox)) and self.query_one(Checkbox).value
        if message:
            self.dismiss(Wanted(message, ticked))
