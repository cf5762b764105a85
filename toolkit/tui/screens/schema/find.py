"""The line in which a name is typed: the list follows each letter, up and down move in it meanwhile."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FindLine(Input):
    """Some letters of a name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "down", id="find.down", show=False),
        Binding("up", "step(-1)", "up", id="find.up", show=False),
        Binding("escape", "give_up", "all again", id="find.clear"),
    ]

    class Stepped(Message):
        """The cursor of the list is to move."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class GivenUp(Message):
        """Everything is to be shown again."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(placeholder="letters of a name", id=id, compact=True)

    def action_step(self, by: int) -> None:
        """Move in the list."""
        self.post_message(self.Stepped(by))

    def action_give_up(self) -> None:
        """Show everything again."""
        self.post_message(self.GivenUp())
