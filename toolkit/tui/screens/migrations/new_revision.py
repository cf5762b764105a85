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
from textual.widgets import Button, Input, Static


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    message: str
    autogenerate: bool


class NewRevisionScreen(ModalScreen[Wanted | None]):
    """A message, and a button for an empty one or for one that is made from the models."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", id="new_revision.cancel")]

    def __init__(self, title: str, *, compares: bool) -> None:
        super().__init__()
        self._title = title
        self._compares = compares

    def compose(self) -> ComposeResult:
        with Vertical(id="new-revision", classes="modal"):
            yield Static(Text(self._title, style="bold"))
            yield Static(Text("What does it do? The words become its file's name."), classes="words")
            yield Input(id="new-message", placeholder="add due date to tasks")
            with Horizontal(classes="buttons"):
                yield Button("Cancel (esc)", id="cancel")
                if self._compares:
                    yield Button("From the models", id="compare")
                yield Button("Empty (enter)" if self._compares else "Write (enter)", id="write")

    def on_mount(self) -> None:
        self.query_one("#new-message", Input).focus()

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    @on(Input.Submitted, "#new-message")
    def submitted(self) -> None:
        """Enter in the field."""
        self._write(autogenerate=False)

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """The buttons."""
        if event.button.id == "cancel":
            self.dismiss(None)
        else:
            self._write(autogenerate=event.button.id == "compare")

    def _write(self, *, autogenerate: bool) -> None:
        field = self.query_one("#new-message", Input)
        if field.value.strip():
            self.dismiss(Wanted(field.value.strip(), autogenerate))
        else:
            field.focus()
