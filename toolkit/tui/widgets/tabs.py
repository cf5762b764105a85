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
FIND = ": find "


class ModeTabs(Static):
    """The row of modes. A click on a name goes there, one on the right opens the palette."""

    def __init__(self, current: str) -> None:
        super().__init__()
        self.current = current

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Write the names as long as the width allows."""
        self.update(Text(tabs_text(self.current, self.app.size.width), no_wrap=True))

    async def on_click(self, event: Click) -> None:
        """Find the name under the pointer."""
        width, edge = self.app.size.width, 0
        for label, (name, _) in zip(labels(self.current, width), MODES, strict=True):
            edge += len(label)
            if event.x < edge:
                await self.app.run_action(f"switch_mode('{name}')")
                return
        if event.x >= width - len(FIND):
            self.app.action_command_palette()


def tabs_text(current: str, width: int) -> str:
    """The line: the modes on the left; on the right, where there is room, how to find everything."""
    text = "".join(labels(current, width))
    return text + " " * (width - len(text) - len(FIND)) + FIND if len(text) + len(FIND) <= width else text


def labels(current: str, width: int) -> list[str]:
    """The modes as they are written in a terminal `width` columns wide; names are cut only below 76."""
    spread = "  " if width >= 100 else ""
    cut = None if width >= 76 else 2
    return [
        (f"[{number} {title[:cut]}]" if name == current else f" {number} {title[:cut]} ") + spread
        for number, (name, title) in enumerate(MODES, 1)
    ]
