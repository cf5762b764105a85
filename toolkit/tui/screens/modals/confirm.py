"""The one modal that asks before something is written.

Focus starts on Cancel; enter never confirms a name that does not match; the text to type is never a default.
"""

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
class Question:
    """What is asked: the action, the facts that matter, and whether it can be undone."""

    title: str
    facts: tuple[tuple[str, str], ...]
    reversible: bool
    verb: str
    to_type: str | None = None
    """A name that must be typed, beyond what the environment asks for."""


class ConfirmScreen(ModalScreen[bool]):
    """Asks for `y`, or for a name to be typed where the ladder of friction wants one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="confirm.cancel"),
        Binding("y", "yes", "yes", id="confirm.yes"),
    ]

    def __init__(self, question: Question, target: str, type_to_confirm: str | None) -> None:
        super().__init__()
        self._question = question
        self._target = target
        self._wanted = type_to_confirm

    def compose(self) -> ComposeResult:
        with Vertical(id="confirm"):
            yield Static(Text(self._question.title, style="bold"), id="confirm-title")
            yield Static(Text(self._text()), id="confirm-facts")
            if self._wanted is not None:
                yield Input(id="confirm-name")
            with Horizontal(id="confirm-buttons"):
                yield Button("Cancel (esc)", id="cancel")
                yield Button(
                    self._yes_label(), id="yes", variant="warning", disabled=self._wanted is not None
                )

    def on_mount(self) -> None:
        self.query_one("#cancel", Button).focus()
        if self._wanted is not None:
            self.query_one("#confirm-name", Input).focus()

    def _yes_label(self) -> str:
        return self._question.verb if self._wanted is not None else f"{self._question.verb} (y)"

    def _text(self) -> str:
        facts = (("on", self._target), *self._question.facts)
        width = max(len(name) for name, _ in facts)
        lines = [f"{name:<{width}}  {value}" for name, value in facts]
        if self._wanted is not None:
            lines += ["", f"To go on, type: {self._wanted}"]
        return "\n".join(lines)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def action_yes(self) -> None:
        """Confirm, where a key is enough."""
        if self._wanted is None:
            self.dismiss(True)

    @on(Input.Changed, "#confirm-name")
    def match(self, event: Input.Changed) -> None:
        """Allow the action only while the name matches exactly."""
        self.query_one("#yes", Button).disabled = event.value != self._wanted

    @on(Input.Submitted, "#confirm-name")
    def submitted(self, event: Input.Submitted) -> None:
        """Enter in the field confirms a name that matches, and nothing else."""
        if event.value == self._wanted:
            self.dismiss(True)

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """The two buttons."""
        self.dismiss(event.button.id == "yes")
