"""Events as JSON lines on standard error, for a program that follows long work: `--events`.

Each line is one object: `v`, the version of this form; `run`, the same for all lines of one command; `seq`,
counting from 1 without a gap; `time`, UTC; `event`, its name; and the fields of the event, as `neonkit spec`
describes them. A failure is the event `Failed` with the error object; the last line is `Ended`.
"""

from __future__ import annotations

import dataclasses
import secrets
import time
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from toolkit.cli.output import write_quietly
from toolkit.errors import NeonkitError
from toolkit.events import Event

VERSION: Final = 1
"""Raised when a key changes its meaning or goes away."""


class EventStream:
    """Writes the lines of one command."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._run = secrets.token_hex(6)
        self._count = 0
        self._begun = time.monotonic()

    def hear(self, event: Event) -> None:
        """Write one event."""
        fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
        self._line(type(event).__name__, fields)

    def failed(self, error: NeonkitError) -> None:
        """Write what the command ends with."""
        from toolkit.reports import error_object

        self._line("Failed", {"error": error_object(error)})

    def ended(self, code: int) -> None:
        """Write the last line."""
        self._line("Ended", {"exit_code": code, "seconds": round(time.monotonic() - self._begun, 3)})

    def _line(self, name: str, fields: dict[str, Any]) -> None:
        from toolkit.reports import as_json_line

        self._count += 1
        now = datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        head = {"v": VERSION, "run": self._run, "seq": self._count, "time": now, "event": name}
        write_quietly(self._stream, as_json_line({**head, **fields}) + "\n")
