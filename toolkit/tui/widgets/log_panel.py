"""The log over the lower third: what happened in this sitting, following the newest line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from toolkit.reports.table import printable

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class LogPanel(VerticalScroll):
    """The lines of the board's history."""

    HELP = (
        "What happened since the start, each line with its time. `e` writes all events of the latest job to "
        "a file, in the same form as `--events` of the command line."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "write", "write events", id="log.write", tooltip="write the events to a file"),
        Binding("escape", "close", "close", id="log.close"),
    ]

    def __init__(self) -> None:
        super().__init__(id="log-panel")
        self.border_title = "Log"
        self.border_subtitle = "e write events  esc close"
        self._lines = Static()

    def compose(self) -> ComposeResult:
        yield self._lines

    def tell(self, lines: Sequence[str]) -> None:
        """Show the lines; follows the end unless somebody scrolled up."""
        follows = self.scroll_offset.y >= self.max_scroll_y - 1
        self._lines.update(Text("\n".join(map(printable, lines)) or "nothing has happened yet"))
        if follows:
            self.scroll_end(animate=False)

    def action_write(self) -> None:
        """Write the events of the latest job."""
        cast("Cockpit", self.app).write_events()

    def action_close(self) -> None:
        """Take the panel away."""
        self.remove()
