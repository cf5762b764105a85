"""Progress: a listener of events that writes lines to standard error.

On a terminal, figures and waits share one live line that the next line replaces; in a pipe they are plain
lines, at most one an interval. Nothing is said by colour alone, and nothing by a moving sign.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable

from toolkit import events
from toolkit.cli.diagnostics import Diagnostics
from toolkit.reports.table import printable

INTERVALS = {"live": 0.1, "lines": 2.0}
"""Seconds between two tellings of the same step's figures."""


class ProgressLines:
    """Hears events and tells them. Called from one thread at a time."""

    def __init__(self, diagnostics: Diagnostics, clock: Callable[[], float] = time.monotonic) -> None:
        self._diagnostics = diagnostics
        self._clock = clock
        self._live = diagnostics.stream.isatty() and os.environ.get("TERM") != "dumb" and not diagnostics.json
        self._interval = INTERVALS["live" if self._live else "lines"]
        self._told: dict[str, float] = {}
        self._standing = False

    def hear(self, event: events.Event) -> None:
        """Tell `event`."""
        match event:
            case events.Notice(level, sentence):
                self.end()
                self._diagnostics.notice(level, sentence)
            case events.Progress():
                # In a pipe a step that is done at once needs no figures.
                self._passing(event.step, figures(event), at_once=self._live)
            case events.Waiting():
                self._passing(event.cause, sentence_of(event), at_once=True)
            case events.StatementFinished() if not self._diagnostics.verbose:
                pass
            case _:
                self.end()
                self._diagnostics.line(sentence_of(event))

    def end(self) -> None:
        """Take the live line away, so that what comes next stands alone."""
        if self._standing:
            self._diagnostics.raw("\r\x1b[2K")
            self._standing = False

    def _passing(self, about: str, text: str, *, at_once: bool) -> None:
        """Tell something that the next telling replaces; the first time at once or after an interval."""
        now = self._clock()
        if now - self._told.setdefault(about, now - self._interval * at_once) < self._interval:
            return
        self._told[about] = now
        if not self._live:
            self._diagnostics.line(text)
            return
        width = shutil.get_terminal_size().columns - 1
        self._diagnostics.raw(f"\r\x1b[2K{text[:width]}")
        self._standing = True


def figures(event: events.Progress) -> str:
    """How far a step is; 100 % only when it is all done, and no percentage while the total is unknown."""
    pace = "" if event.rate is None else f", {event.rate:.0f} {event.unit}/s"
    pace += "" if not event.left else f", {event.left:.0f} s left"
    if event.total is None:
        return f"   {event.step}: {event.done} {event.unit}, total unknown{pace}"
    share = 100 if event.total == 0 else 100 * event.done // event.total
    return f"   {event.step}: {event.done} of {event.total} {event.unit} ({min(share, 100)} %){pace}"


def sentence_of(event: events.Event) -> str:
    """One line for one event, with control characters made visible."""
    return printable(_sentence(event))


def _sentence(event: events.Event) -> str:
    match event:
        case events.StepStarted(step, detail):
            return f"-> {step}{_detail(detail)}"
        case events.StepFinished(step, outcome, detail, seconds):
            word = {"done": "ok", "unchanged": "ok", "failed": "FAIL"}[outcome]
            unchanged = ", unchanged" if outcome == "unchanged" else ""
            return f"{word} {step}{_detail(detail)}{unchanged}{_took(seconds)}"
        case events.Waiting(cause, seconds, attempt):
            return f"WAIT {cause}, {seconds:.1f} s, try {attempt}"
        case events.Blocked(statement, seconds, blockers):
            named = "; ".join(map(blocker_text, blockers)) or "a session that is gone already"
            return f"WAIT for {named}, {seconds:.1f} s: {statement}"
        case events.RevisionStarted(revision, direction, message):
            return f"-> {direction} {revision}{_detail(message)}"
        case events.RevisionFinished(revision, direction, seconds):
            return f"ok {direction} {revision}{_took(seconds)}"
        case events.StatementFinished(_, sql, seconds, rows):
            counted = "" if rows is None or rows < 0 else f", {rows} rows"
            return f"   {' '.join(sql.split())}{counted}{_took(seconds)}"
        case events.Progress():
            return figures(event)
        case events.Notice(level, sentence):
            return f"{level}: {sentence}"


def blocker_text(blocker: events.Blocker) -> str:
    """Who blocks: process id, user, age of the transaction, and what it said last."""
    age = "?" if blocker.seconds is None else f"{blocker.seconds:.0f} s"
    state = f", {blocker.state}" if blocker.state else ""
    said = f": {blocker.statement}" if blocker.statement else ""
    return f"pid {blocker.pid} ({blocker.role or '?'}, transaction {age}{state}{said})"


def _detail(text: str) -> str:
    return f": {text}" if text else ""


def _took(seconds: float) -> str:
    return f" ({seconds:.2f} s)" if seconds >= 0.005 else ""
