"""The one modal that asks before something is written.

The focus starts on Cancel; a letter that is typed there goes to the field of the name. Enter never confirms a
name that does not match; the text to type is never a default, and is compared to the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from toolkit.reports.table import printable


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the action, the facts that matter, and what the ladder of friction needs to know."""

    title: str
    facts: tuple[tuple[str, str], ...]
    reversible: bool
    verb: str
    to_type: str | None = None
    """A name that must be typed, beyond what the environment asks for."""
    losses: tuple[str, ...] = ()
    """What would be lost: each name has to be typed."""
    loss_lines: tuple[str, ...] = ()
    """What would be lost, with how much of it: shown apart from the rest, and above it."""
    busy: bool = False
    """It locks a table that is in use."""


ROOMY = 30
"""Lines of a screen from which a field may have a border."""


class EscapeButton(Button):
    """Pressed by escape or the pointer: enter, which is for a name that matches, does nothing on it."""

    def action_press(self) -> None:
        """Do nothing."""


class ConfirmScreen(ModalScreen[bool]):
    """Asks for `y`, or for names to be typed where the ladder of friction wants them."""

    HELP = (
        "A question before something is written. Nothing has happened yet, and escape leaves everything as "
        "it is. How much has to be typed depends on the environment and on what could be lost."
    )
    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="confirm.cancel"),
        Binding("y", "yes", "yes", id="confirm.yes"),
    ]

    def __init__(self, question: Question, target: str, to_type: tuple[str, ...]) -> None:
        super().__init__()
        self._question = question
        self._target = target
        self._wanted = to_type

    def compose(self) -> ComposeResult:
        # What is lost and what is to be typed have to fit together.
        short = self.app.size.height < ROOMY
        dense = short or len(self._wanted) > 1
        with VerticalScroll(id="confirm", can_focus=False, classes="-dense" if short else None):
            yield Static(Text(self._question.title, style="bold"), id="confirm-title")
            if self._question.loss_lines:
                lost = [printable(f"LOSES  {line}") for line in self._question.loss_lines]
                yield Static(Text("\n".join(lost), style="bold red"), id="confirm-losses")
            yield Static(facts_text(self._question, self._target), id="confirm-facts")
            for number, name in enumerate(self._wanted):
                yield Static(Text(f"To go on, type: {printable(name)}"))
                yield Input(
                    id=f"confirm-name-{number}", classes="confirm-name", select_on_focus=False, compact=dense
                )
            with Horizontal(id="confirm-buttons"):
                yield (EscapeButton if self._wanted else Button)("Cancel (esc)", id="cancel")
                label = self._question.verb if self._wanted else f"{self._question.verb} (y)"
                yield Button(Text(label), id="yes", variant="warning", disabled=bool(self._wanted))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A name to type is not answered by a key: `y` may be its first letter."""
        del parameters
        return not (action == "yes" and self._wanted)

    def on_key(self, event: events.Key) -> None:
        """A letter typed on a button is the first of a name; one typed in a field stays there.

        The button that was asked about a letter may have lost the focus to the field by now.
        """
        if event.is_printable and event.character and self._wanted:
            event.stop()
            self._type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted on a button is pasted into the first name that is wanted."""
        if isinstance(self.focused, Button) and self._wanted:
            event.stop()
            self._type(event.text.splitlines()[0] if event.text else "")

    def _type(self, text: str) -> None:
        fields = list(self.query(Input))
        field = next(
            (each for each, name in zip(fields, self._wanted, strict=True) if each.value != name), None
        )
        if field is not None:
            self.set_focus(field)  # now, not later: the next letter is on its way
            field.insert_text_at_cursor(text)

    @property
    def _matches(self) -> bool:
        return [field.value for field in self.query(Input)] == list(self._wanted)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def action_yes(self) -> None:
        """Confirm, where a key is enough."""
        self.dismiss(True)

    @on(Input.Changed, ".confirm-name")
    def match(self) -> None:
        """Allow the action only while all names match exactly."""
        self.query_one("#yes", Button).disabled = not self._matches

    @on(Input.Submitted, ".confirm-name")
    def submitted(self, event: Input.Submitted) -> None:
        """Enter in a field confirms names that match, and nothing else; a matching one leads to the next."""
        if self._matches:
            self.dismiss(True)
        elif event.value in self._wanted:
            self._type("")

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """The two buttons."""
        self.dismiss(event.button.id == "yes" and (self._matches or not self._wanted))


def facts_text(question: Question, target: str) -> Text:
    """What is asked, as aligned words; markup in names is shown."""
    facts = (("on", target), *question.facts)
    if question.losses:
        facts = (*facts, ("will lose", ", ".join(question.losses)))
    width = max(len(name) for name, _ in facts)
    indent = "\n" + " " * (width + 2)
    lines = [
        f"{name:<{width}}  " + indent.join(printable(line) for line in value.splitlines() or [""])
        for name, value in facts
    ]
    return Text("\n".join(lines))
