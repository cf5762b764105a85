"""The mapping, to be read and edited in place; TOML in colours by Pygments alone."""

from __future__ import annotations

from functools import lru_cache

from rich.text import Text
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea

from toolkit.tui.widgets.coloured import highlighted


class MappingEditor(TextArea):
    """Read only until it is edited; escape ends that and keeps the text."""

    class Ended(Message):
        """Editing ended."""

    HELP = "The mapping: which field becomes which column. f edits it, escape ends that, s saves it."

    def __init__(self) -> None:
        super().__init__(id="mapping", read_only=True, show_line_numbers=False, soft_wrap=False, theme="css")
        self.border_title = "Mapping"
        self._original = ""

    def load(self, text: str, *, original: str) -> None:
        """Show a text; `original` is what it counts as a change against."""
        self._original = original
        if text != self.text:
            self.text = text

    @property
    def edited(self) -> bool:
        """Whether somebody changed the text."""
        return self.text != self._original

    def open(self) -> None:
        """Let it be edited."""
        self.read_only = False
        self.focus()

    def get_line(self, line_index: int) -> Text:
        """A line in colours."""
        return _coloured(self.document.get_line(line_index)).copy()

    async def _on_key(self, event: Key) -> None:
        if event.key == "escape" and not self.read_only:
            event.stop()
            event.prevent_default()
            self.read_only = True
            self.post_message(self.Ended())
            return
        await super()._on_key(event)


@lru_cache(maxsize=4096)
def _coloured(line: str) -> Text:
    coloured = highlighted(line, "toml")
    text = coloured if coloured.plain == line else Text(line)
    if line.lstrip().startswith("# ??"):  # somebody has to decide
        text = Text(line, style="bold yellow")
    text.end, text.no_wrap = "", True
    return text
