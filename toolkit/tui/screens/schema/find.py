"""Lines to type in: a name, which the list follows by each letter, and a filter of rows."""

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
        Binding("enter", "submit", "go into the list", id="find.take", key_display="enter"),
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


class FilterLine(Input):
    """Which rows are wanted: `column=value`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "filter", id="filter.take", key_display="enter"),
        Binding("escape", "give_up", "as it was", id="filter.leave"),
    ]

    class GivenUp(Message):
        """The rows are to stay as they are."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(placeholder="column=value, column is null; empty: no filter", id=id, compact=True)

    def action_give_up(self) -> None:
        """Leave the rows as they are."""
        self.post_message(self.GivenUp())
