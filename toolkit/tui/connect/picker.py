"""Which database: the connections to pick from, each with where it leads and where its secret is kept."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Choice, Failure
from toolkit.tui.keys import motions
from toolkit.tui.widgets.banner import WORDS
from toolkit.tui.widgets.option_list import OptionList

HEADINGS = {"started": "as started", "profile": "profile", "server": "embedded server"}


class PickerScreen(ModalScreen[Choice | None]):
    """Gives the connection to open, or None."""

    HELP = (
        "Enter opens the connection under the cursor and closes the one that is open. No secret is shown; "
        "what is shown is the place it comes from."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,c", "cancel", "stay here", id="connect.cancel"),
        *motions.MOTIONS,
    ]

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current
        self._choices: tuple[Choice, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="picker", classes="modal wide") as box:
            box.border_title = "Connections"
            box.border_subtitle = "enter open  esc stay"
            yield OptionList(id="connections")
            yield Static(Text("reading the settings ..."), id="connect-line")

    def tell(self, choices: tuple[Choice, ...] | Failure) -> None:
        """Show what can be picked."""
        line = self.query_one("#connect-line", Static)
        if isinstance(choices, Failure):
            line.update(Text(choices.text))
            return
        self._choices = choices
        listing = self.query_one("#connections", OptionList)
        listing.clear_options()
        listing.add_options([Option(choice_text(each, each.name == self._current)) for each in choices])
        here = next((number for number, each in enumerate(choices) if each.name == self._current), 0)
        listing.highlighted = here
        listing.focus()
        line.update(Text("* is open now" if any(each.name == self._current for each in choices) else ""))

    def action_move(self, motion: motions.Motion) -> None:
        """Move in the list."""
        motions.move(self.query_one("#connections"), motion)

    def action_cancel(self) -> None:
        """Stay with the connection that is open."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def picked(self, event: OptionList.OptionSelected) -> None:
        """Open it, unless it cannot be used; then say why."""
        choice = self._choices[event.option_index]
        if choice.problem is not None:
            self.query_one("#connect-line", Static).update(Text(f"FAIL {choice.problem}"))
        else:
            self.dismiss(choice)


def choice_text(choice: Choice, current: bool) -> Text:
    """What a connection is; below it where it leads and what it comes from, or why it cannot be used."""
    text = Text(f"{'*' if current else ' '} {printable(choice.name)}", style="bold", overflow="fold")
    if choice.problem is not None:
        text.append(f"  {HEADINGS[choice.kind]}\n    FAIL {printable(choice.problem)}", style="not bold")
        return text
    word = WORDS[choice.environment] if choice.environment else "?"
    text.append(f"  {word}  {'READ-ONLY' if choice.read_only else 'writes on'}  ", style="not bold")
    text.append(HEADINGS[choice.kind], style="not bold")
    where = f"db={choice.database}  {choice.host}" + (f"  role={choice.role}" if choice.role else "")
    used = f"last used {choice.last_used}" if choice.last_used else "never used"
    text.append(f"\n    {printable(where)}", style="not bold")
    text.append(f"\n    from {printable(choice.source)}  {used}", style="not bold")
    return text
