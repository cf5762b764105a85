"""Shown when the database cannot be reached at the start: which host, why, and what can be done."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from toolkit.tui.facts.connection import Failure

Answer = Literal["retry", "connect", "server", "look"]


class UnreachableScreen(ModalScreen[Answer]):
    """Offers to try again, another connection, the embedded server, or to look around without a database."""

    HELP = "The database did not answer. Revision files can be read without it; everything else needs one."
    AUTO_FOCUS = "#retry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "answer('retry')", "try again", id="unreachable.retry"),
        Binding("c", "answer('connect')", "another connection", id="unreachable.connect"),
        Binding("s", "answer('server')", "start the embedded server", id="unreachable.server"),
        Binding("escape", "answer('look')", "look around", id="unreachable.look"),
        Binding("q", "app.leave", "quit", id="unreachable.quit"),
    ]

    def __init__(self, why: Failure, *, opened: bool) -> None:
        super().__init__()
        self._why = why
        self._opened = opened
        """The project could be opened: other connections and its server can be offered."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="modal wide"):
            yield Static(Text("NOT CONNECTED", style="bold"))
            yield Static(Text(self._why.text), classes="words")
            with Horizontal(classes="buttons"):
                yield Button("Retry (r)", id="retry")
                if self._opened:
                    yield Button("Connections (c)", id="connect")
                    yield Button("Start server (s)", id="server")
                yield Button("Look (esc)", id="look")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a project there is nothing else to connect to."""
        return action != "answer" or self._opened or parameters[0] in ("retry", "look")

    def action_answer(self, answer: Answer) -> None:
        """Answer by key."""
        self.dismiss(answer)

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """Answer by button."""
        answers: dict[str | None, Answer] = {"connect": "connect", "server": "server", "look": "look"}
        self.dismiss(answers.get(event.button.id, "retry"))
