"""What is shown instead of a mode that has no room: one honest line. Jobs go on behind it."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

COLUMNS, ROWS = 80, 20
"""The least size that the modes are drawn for."""


class TooSmall(Static):
    """Covers the mode, so that the focus behind it stays where it is."""

    def __init__(self) -> None:
        super().__init__(id="too-small")

    def tell(self, job_line: str) -> None:
        """Say what is needed, and what goes on."""
        self.update(Text(sentence(self.app.size.width, self.app.size.height, job_line)))


def sentence(columns: int, rows: int, job_line: str) -> str:
    """The line for a terminal of this size."""
    return f"{columns}x{rows} is too small: {COLUMNS}x{ROWS} is needed. {job_line}"
