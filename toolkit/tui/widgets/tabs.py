"""Line 2: the modes and their keys; the current one is bracketed, so that it shows without colour."""

from __future__ import annotations

from rich.text import Text
from textual.events import Click
from textual.widgets import Static

MODES: tuple[tuple[str, str], ...] = (
    ("overview", "Overview"),
    ("schema", "Schema"),
    ("migrations", "Migrations"),
    ("import", "Import"),
    ("isolation", "Isolation"),
    ("activity", "Activity"),
)
WHOLE = 1 + sum(len(f"{number} {title}") + 3 for number, (_, title) in enumerate(MODES))
"""Columns in which all names are whole."""


class ModeTabs(Static):
    """The row of modes. A click on a name goes there."""

    def __init__(self, current: str) -> None:
        super().__init__()
        self.current = current

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Write the names as long as the width allows."""
        narrow = self.app.size.width < WHOLE
        self.update(Text(" ".join(self._label(number, narrow) for number in range(len(MODES))), no_wrap=True))

    def _label(self, number: int, narrow: bool) -> str:
        name, title = MODES[number]
        text = f"{number + 1} {title}"
        if name == self.current:
            return f"[{text}]"
        return f" {number + 1} {title[:6] if narrow else title} "

    async def on_click(self, event: Click) -> None:
        """Find the name under the pointer."""
        narrow, edge = self.app.size.width < WHOLE, 0
        for number, (name, _) in enumerate(MODES):
            edge += len(self._label(number, narrow)) + 1
            if event.x < edge:
                self.app.switch_mode(name)
                return
