"""Events as JSON lines on standard error, for a program that follows long work: `--events`.

The form of the lines: `toolkit.reports.event_lines`.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TextIO

from toolkit.cli.output import write_quietly
from toolkit.errors import NeonkitError
from toolkit.events import Event
from toolkit.reports.event_lines import EventLines


class EventStream:
    """Writes the lines of one command."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = EventLines(partial(write_quietly, stream))
        self._begun = time.monotonic()

    def hear(self, event: Event) -> None:
        """Write one event."""
        self._lines.hear(event)

    def failed(self, error: NeonkitError) -> None:
        """Write what the command ends with."""
        self._lines.failed(error)

    def ended(self, code: int) -> None:
        """Write the last line."""
        self._lines.ended(code, time.monotonic() - self._begun)
