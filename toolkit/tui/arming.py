"""Writes on a database that opens read-only: armed for a while by hand, disarmed by themselves.

The end is kept twice: a timer, which also runs when nobody touches the UI, and the clock, which is asked
before each write, because a timer stands still while the machine sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.timer import Timer

from toolkit.tui.facts.connection import Identity
from toolkit.tui.screens.modals.confirm import Question

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

SPAN = timedelta(minutes=15)
ASKED_AGAIN = 5.0
"""Seconds until a disarming that waits for a job is tried again."""


def now() -> datetime:
    """The time of day, with its zone."""
    return datetime.now().astimezone()


class Arming:
    """Whether writes are armed, and until when."""

    def __init__(
        self, cockpit: Cockpit, *, span: timedelta = SPAN, clock: Callable[[], datetime] = now
    ) -> None:
        self._cockpit = cockpit
        self._span = span
        self._clock = clock
        self._until: datetime | None = None
        self._timer: Timer | None = None

    def toggle(self) -> None:
        """Arm writes after asking, or disarm them."""
        identity = self._cockpit.board.identity
        if self._until is not None:
            self.disarm()
        elif not isinstance(identity, Identity) or self._cockpit.board.lost is not None:
            self._cockpit.tell("not connected: r tries again", state="fail")
        elif identity.read_only:
            words = f"writes until {self._clock() + self._span:%H:%M}, each of which still asks"
            facts = (("will allow", words), ("then", "read-only again, by itself; w disarms earlier"))
            question = Question("Arm writes", facts, reversible=False, verb="Arm", to_type=identity.database)
            self._cockpit.running.put(question, self._arm)
        else:
            self._cockpit.tell("writes are on: this database does not open read-only", state="idle")

    def _arm(self) -> None:
        backend = self._cockpit.link.backend
        if backend is None:
            return
        backend.opened.arm()
        self._until = self._clock() + self._span
        self._cockpit.board.armed_until = f"{self._until:%H:%M}"
        self._timer = self._cockpit.set_timer(self._span.total_seconds(), self.disarm)
        self._cockpit.board.note(f"writes armed until {self._until:%H:%M}")
        self._cockpit.action_refresh()

    def check(self) -> None:
        """Disarm if the time is over: asked before every write."""
        if self._until is not None and self._clock() >= self._until:
            self.disarm()

    def disarm(self) -> None:
        """Sessions are read-only again. A job that runs is not cut: writes stay on until it has ended."""
        if self._until is None:
            return
        self.forget()
        if self._cockpit.job is not None:
            self._until = self._clock()
            self._timer = self._cockpit.set_timer(ASKED_AGAIN, self.disarm)
            self._cockpit.tell("writes are disarmed when this job has ended", state="wait")
            return
        if self._cockpit.link.backend is not None:
            self._cockpit.link.backend.opened.disarm()
        self._cockpit.board.armed_until = None
        if isinstance(identity := self._cockpit.board.identity, Identity):
            self._cockpit.board.identity = replace(identity, read_only=True)
        self._cockpit.board.note("writes disarmed: read-only again")
        self._cockpit.action_refresh()

    def forget(self) -> None:
        """Another database is opened, or this is disarmed: nothing is armed any more."""
        if self._timer is not None:
            self._timer.stop()
        self._timer, self._until = None, None
