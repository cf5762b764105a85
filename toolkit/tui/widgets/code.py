"""A pane of code in colours, or of any text. Markup in it is shown, never obeyed; long lines are wrapped."""

from __future__ import annotations

from rich.text import Text
from textual.content import Content
from textual.widgets import Static

from toolkit.reports.table import printable
from toolkit.tui.widgets.pane import Pane


class CodePane(Pane):
    """A titled box around highlighted text; it goes back to its top when other text comes."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(title, id=id)
        self._static = Static()
        self._shown = Content()

    def on_mount(self) -> None:
        self.mount(self._static)
        self._static.update(self._shown)

    def tell(self, title: str, content: Content) -> None:
        """Show other text under another title."""
        self.border_title = Text(printable(title))
        if content.plain != self._shown.plain:
            self._shown = content
            self._static.update(content)
            self.scroll_home(animate=False)
