"""Progress: a listener of events that writes lines to standard error."""

from __future__ import annotations

import time

from toolkit import events
from toolkit.cli.diagnostics import Diagnostics

INTERVAL = 1.0
"""Seconds between two lines about the same step's progress."""


class ProgressLines:
    """Hears events and tells them, one line each; a step's figures at most once an interval."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._told = 0.0

    def hear(self, event: events.Event) -> None:
        """Tell `event`."""
        match event:
            case events.Notice(level, sentence):
                self._diagnostics.notice(level, sentence)
            case events.Progress() as progress:
                self._figures(progress)
            case _:
                line = _line(event)
                if line:
                    self._diagnostics.line(line)

    def end(self) -> None:
        """Leave the terminal clean for what comes next."""

    def _figures(self, progress: events.Progress) -> None:
        now = time.monotonic()
        if now - self._told < INTERVAL:
            return
        self._told = now
        of = f" of {progress.total}" if progress.total is not None else ""
        self._diagnostics.line(f"  {progress.step}: {progress.done}{of} {progress.unit}")


def _line(event: events.Event) -> str:
    match event:
        case events.StepStarted(step, detail):
            return f"-> {step}" + (f": {detail}" if detail else "")
        case events.StepFinished(step, outcome, detail, seconds):
            word = {"done": "ok", "unchanged": "unchanged", "failed": "FAIL"}[outcome]
            return f"{word}  {step}" + (f": {detail}" if detail else "") + f" ({seconds:.2f} s)"
        case events.Waiting(cause, seconds, attempt):
            return f"WAIT  {cause} ({seconds:.1f} s, try {attempt})"
        case events.RevisionStarted(revision, direction, message):
            return f"-> {direction} {revision}: {message}"
        case events.RevisionFinished(revision, direction, seconds):
            return f"ok  {direction} {revision} ({seconds:.2f} s)"
        case _:
            return ""
