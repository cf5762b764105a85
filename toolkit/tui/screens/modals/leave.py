"""Asked before the cockpit is left while a job runs: stay, stop it safely, or let it go on alone."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

Answer = Literal["stay", "stop", "detach"]


class LeaveScreen(ModalScreen[Answer]):
    """Leaving never cuts a job off: it stays, is stopped where that is safe, or goes on alone."""

    HELP = (
        "A job is running. Stay and let it run; stop it where that is safe and leave when it has ended; or "
        "detach: the screen goes, and the job goes on in this terminal as it would from the command line."
    )
    AUTO_FOCUS = "#stay"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer('stay')", "stay", id="leave.stay"),
        Binding("s", "answer('stop')", "stop safely, then leave", id="leave.stop"),
        Binding("d", "answer('detach')", "leave the screen, the job goes on", id="leave.detach"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._job_title = title

    def compose(self) -> ComposeResult:
        with Vertical(classes="modal"):
            yield Static(Text(f"{self._job_title} is running", style="bold"))
            yield Static(
                Text(
                    "Stopping is safe: it ends between two steps, and says what is done.\n\n"
                    "Detached, it goes on without the screen and says here how it ends. Closing the "
                    "terminal does not stop it then; ctrl+c does, safely."
                ),
                classes="words",
            )
            with Horizontal(classes="buttons"):
                yield Button("Stay (esc)", id="stay")
                yield Button("Detach (d)", id="detach")
                yield Button("Stop, then leave (s)", id="stop", variant="warning")

    def action_answer(self, answer: Answer) -> None:
        """Answer by key."""
        self.dismiss(answer)

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """Answer by button."""
        answers: dict[str | None, Answer] = {"stop": "stop", "detach": "detach"}
        self.dismiss(answers.get(event.button.id, "stay"))
