"""The open project and the way to its database: opened, lost, found again, changed for another one.

While the connection is lost nothing that was read is thrown away: what asks meanwhile waits, and is read when
the database answers again. Reconnecting backs off, and rests while nobody presses a key: an idle screen must
not keep a compute awake.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from toolkit.tui import lifecycle
from toolkit.tui.facts.connection import Failure, Identity, Lost
from toolkit.tui.modes import screen_classes
from toolkit.tui.reading import Read, ReadEnded, Reading

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit
    from toolkit.tui.backend import Backend
    from toolkit.tui.screens.mode import ModeScreen
    from toolkit.workspace import Workspace

OpenWorkspace = Callable[[], "Workspace"]

BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each try; the last one again and again."""
RESTS_AFTER = 60.0
"""Seconds without a key after which reconnecting rests."""
HELD = 200
"""How many reads wait for the connection; older ones are given up."""


class Link:
    """One opened workspace at a time. `backend` is None until it is open."""

    def __init__(self, cockpit: Cockpit, open_workspace: OpenWorkspace) -> None:
        self._cockpit = cockpit
        self._open_workspace = open_workspace
        self._reading = Reading(cockpit)
        self._held: list[tuple[Backend, Read]] = []
        self._timer: Timer | None = None
        self._host = "the database"
        self.backend: Backend | None = None
        self.back_off: tuple[float, ...] = BACK_OFF

    # Opening

    def open(self) -> None:
        """Open the workspace in a thread, then connect."""
        wanted = self._open_workspace
        self._reading.begin(
            Read(lambda: _backend(wanted), partial(self._opened, wanted), "opening the project")
        )

    def _opened(self, wanted: OpenWorkspace, opened: tuple[Backend, str] | Failure) -> None:
        if wanted is not self._open_workspace:
            return
        if isinstance(opened, Failure):
            lifecycle.collect_garbage()
            self._cockpit.put("identity", opened)
            self._cockpit.not_connected(opened)
            return
        self.backend, self._host = opened
        self._cockpit.tell("reading", state="run")
        self.identify()
        self._reading.begin(Read(screen_classes, self._loaded, "loading the screens"))

    def _loaded(self, screens: tuple[type[ModeScreen], ...] | Failure) -> None:
        lifecycle.collect_garbage()
        if isinstance(screens, Failure):
            self._cockpit.not_connected(screens)
        else:
            self._cockpit.read_facts()

    def switch(self, open_workspace: OpenWorkspace) -> None:
        """Let go of the database that is open, and open another one."""
        self.close()
        self._open_workspace = open_workspace
        self._cockpit.board.forget()
        self.open()

    def close(self) -> None:
        """Let go of all connections and of whatever waits for one."""
        self._stop_timer()
        self._held.clear()
        if self.backend is not None:
            self.backend.opened.close()
            self.backend = None

    # Reading

    def identify(self) -> None:
        """Ask the database who we are there."""
        self.fetch(lambda backend: backend.opened.identity(), self._identified, f"connecting to {self._host}")

    def _identified(self, facts: Identity | Failure) -> None:
        self._cockpit.put("identity", facts)
        if isinstance(facts, Failure):
            self._cockpit.not_connected(facts)
        else:
            self._cockpit.connected_to(facts)

    def fetch(
        self, read: Callable[[Backend], Any], done: Callable[[Any], object], what: str, newest: str = ""
    ) -> None:
        """Read from the open project; while its connection is lost, as soon as it is back."""
        if (backend := self.backend) is None:
            return
        wanted = Read(lambda: read(backend), done, what, newest)
        if self._cockpit.board.lost is not None:
            self._hold(backend, wanted)
        else:
            self._begin(backend, wanted)

    def local(self, read: Callable[[Backend], Any], done: Callable[[Any], object]) -> None:
        """Read what needs no database: also while the connection is lost."""
        if (backend := self.backend) is not None:
            self._reading.begin(Read(lambda: read(backend), done, "reading the settings"))

    def _begin(self, backend: Backend, wanted: Read) -> None:
        self._reading.begin(replace(wanted, done=partial(self._arrived, backend, wanted)))

    def ended(self, message: ReadEnded) -> None:
        """A read has ended: whoever wanted it gets it, unless a newer one is wanted by now."""
        if self._reading.ended(message):
            message.what.done(message.value)

    def _arrived(self, backend: Backend, wanted: Read, value: Any) -> None:
        if backend is not self.backend:
            return  # another database is open by now
        known = isinstance(self._cockpit.board.identity, Identity)
        if isinstance(value, Failure) and value.unreachable and known:
            self._hold(backend, wanted)
            self.lose(value)
        else:
            wanted.done(value)

    def _hold(self, backend: Backend, wanted: Read) -> None:
        self._held = [each for each in self._held if not wanted.newest or each[1].newest != wanted.newest]
        self._held.append((backend, wanted))
        del self._held[:-HELD]

    # Lost and found

    def lose(self, why: Failure) -> None:
        """The database does not answer any more: say so, and try again and again."""
        if self._cockpit.board.lost is None:
            self._cockpit.board.lost = Lost(why.sentence, time.monotonic())
            self._cockpit.board.note(why.text)
            self._wait()

    def retry(self) -> None:
        """Try to reconnect now."""
        lost, backend = self._cockpit.board.lost, self.backend
        if lost is None or backend is None:
            return
        self._stop_timer()
        self._cockpit.board.lost = replace(lost, tries=lost.tries + 1, next_try=None, paused=False)
        self._cockpit.redraw()
        self._reading.begin(
            Read(
                backend.opened.identity, partial(self._tried, backend), "reconnecting", newest="reconnecting"
            )
        )

    def key_pressed(self) -> None:
        """Somebody is there again."""
        lost = self._cockpit.board.lost
        if lost is not None and lost.paused:
            self.retry()

    def _tried(self, backend: Backend, facts: Identity | Failure) -> None:
        lost = self._cockpit.board.lost
        if lost is None or backend is not self.backend:
            return
        if isinstance(facts, Failure):
            self._cockpit.board.lost = replace(lost, sentence=facts.sentence)
            self._wait()
            return
        self._cockpit.board.lost = None
        held, self._held = self._held, []
        for owner, wanted in held:
            if owner is backend:
                self._begin(backend, wanted)
        self._cockpit.found_again(facts, lost)

    def not_lost(self) -> None:
        """Give reconnecting up: something else is opened instead."""
        self._stop_timer()
        self._cockpit.board.lost = None

    def _wait(self) -> None:
        lost = self._cockpit.board.lost
        if lost is None:
            return
        if self._cockpit.idle_seconds >= RESTS_AFTER:
            self._cockpit.board.lost = replace(lost, next_try=None, paused=True)
        else:
            delay = self.back_off[min(lost.tries, len(self.back_off) - 1)]
            self._cockpit.board.lost = replace(lost, next_try=time.monotonic() + delay)
            self._timer = self._cockpit.set_timer(delay, self.retry)
        self._cockpit.redraw()
        self._cockpit.pulse()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


def _backend(open_workspace: OpenWorkspace) -> tuple[Backend, str]:
    """Imports the core: called in a thread, after the first paint."""
    import toolkit.database.database  # noqa: F401 - before the imports of the screens compete with it
    from toolkit.tui.backend import Backend

    backend = Backend(open_workspace())
    return backend, backend.opened.host
