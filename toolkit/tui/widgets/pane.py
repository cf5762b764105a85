"""A titled box around content: the unit of every screen."""

from __future__ import annotations

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static


class Pane(VerticalScroll):
    """A scrolling box with a title in its border."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.border_title = Text(title)


class TextPane(Pane):
    """A pane of plain text. Markup in the text is shown, never obeyed. Columns are not wrapped."""

    def __init__(self, title: str, *, id: str, columns: bool = False) -> None:  # noqa: A002 - as above
        super().__init__(title, id=id)
        self.set_class(columns, "columns")
        self._content = Static()

    def on_mount(self) -> None:
        self.mount(self._content)

    def tell(self, text: Text | str) -> None:
        """Replace the text."""
        self._content.update(Text(text) if isinstance(text, str) else text)
