"""Events as JSON lines: the one form that the command line streams and the terminal UI writes to a file.

Each line is one object: `v`, the version of this form; `run`, the same for all lines of one run; `seq`,
counting from 1 without a gap; `time`, UTC; `event`, its name; and the fields of the event, as `neonkit spec`
describes them. A failure is the event `Failed` with the error object; the last line is `Ended`.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from toolkit.errors import NeonkitError
from toolkit.events import Event

VERSION: Final = 1
"""Raised when a key changes its meaning or goes away."""


class EventLines:
    """Hands the lines of one run to `write`, each with its end."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._run = secrets.token_hex(6)
        self._count = 0

    def hear(self, event: Event, at: datetime | None = None) -> None:
        """Write one event, heard `at` this time or now."""
        fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
        self._line(type(event).__name__, fields, at)

    def failed(self, error: NeonkitError, at: datetime | None = None) -> None:
        """Write what the run ends with."""
        from toolkit.reports import error_object

        self._line("Failed", {"error": error_object(error)}, at)

    def ended(self, code: int, seconds: float, at: datetime | None = None) -> None:
        """Write the last line."""
        self._line("Ended", {"exit_code": code, "seconds": round(seconds, 3)}, at)

    def _line(self, name: str, fields: dict[str, Any], at: datetime | None) -> None:
        from toolkit.reports import as_json_line

        self._count += 1
        moment = (at or datetime.now(tz=UTC)).astimezone(UTC)
        time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        head = {"v": VERSION, "run": self._run, "seq": self._count, "time": time, "event": name}
        self._write(as_json_line({**head, **fields}) + "\n")
