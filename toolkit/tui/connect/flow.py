"""Going to another database: the picker, the embedded server, and what is offered when nothing answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from toolkit.tui.connect.picker import PickerScreen
from toolkit.tui.connect.unreachable import UnreachableScreen
from toolkit.tui.facts.connection import STARTED, Choice, Failure

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit
    from toolkit.workspace import Workspace


class Connecting:
    """Which connection is open, by the name the picker gives it."""

    def __init__(self, cockpit: Cockpit, open_workspace: Callable[[], Workspace]) -> None:
        self._cockpit = cockpit
        self._open_workspace = open_workspace
        self._started: Workspace | None = None
        self.current = STARTED

    # Picking

    def pick(self) -> None:
        """Let a connection be picked; refused while a job runs, which has the present one."""
        cockpit = self._cockpit
        if cockpit.job is not None:
            cockpit.tell(f"{cockpit.job.title} is running on this connection; ctrl+c stops it", state="wait")
        elif not cockpit.connected:
            cockpit.tell("the project is not open yet; r tries again", state="fail")
        else:
            picker = PickerScreen(self.current)
            cockpit.push_screen(picker, self._picked)
            used = dict(cockpit.remembered.used)
            cockpit.link.local(
                lambda backend: backend.connections.choices(self._first(), used), partial(self._list, picker)
            )

    def _first(self) -> Workspace:
        """The workspace as the program was started, whatever is open now."""
        if self._started is None:
            self._started = self._open_workspace()
        return self._started

    def _list(self, picker: PickerScreen, choices: tuple[Choice, ...] | Failure) -> None:
        if picker.is_current:
            picker.tell(choices)

    def _picked(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if choice.kind == "server":
            self.start_server(choice.name)
        else:
            self._switch(choice.name, self._workspace_of(choice))

    def _workspace_of(self, choice: Choice) -> Callable[[], Workspace]:
        if choice.kind == "profile":
            return lambda: self._first().on_profile(choice.name)
        return self._open_workspace

    def _switch(self, name: str, open_workspace: Callable[[], Workspace]) -> None:
        self.current = name
        self._cockpit.arming.forget()
        self._cockpit.board.note(f"opening {name}")
        self._cockpit.tell(f"opening {name}", state="run")
        self._cockpit.link.switch(open_workspace)

    # The embedded server

    def start_server(self, name: str) -> None:
        """Start the project's embedded server, then open it."""
        self._cockpit.link.not_lost()
        self._cockpit.start(
            "start server",
            "neonkit server start",
            lambda backend, emit, token: backend.connections.start_server(emit, token),
            partial(self._server_started, name),
        )

    def _server_started(self, name: str, result: str | Failure) -> None:
        if not isinstance(result, Failure):
            self._cockpit.board.note(result)
            self._switch(name, lambda: self._first().on_embedded_server())

    # Answered, or not

    def answered(self) -> None:
        """The connection that is open has answered: that is remembered."""
        when = datetime.now().astimezone()
        self._cockpit.remembered.used[self.current] = f"{when:%Y-%m-%d %H:%M}"
        self._cockpit.remembered.keep()

    def offer(self, why: Failure) -> None:
        """Nothing answers: offer what can be done."""
        if not isinstance(self._cockpit.screen, UnreachableScreen):
            opened = self._cockpit.connected
            self._cockpit.push_screen(UnreachableScreen(why, opened=opened), self._offered)

    def _offered(self, answer: str | None) -> None:
        if answer == "retry":
            self._cockpit.action_refresh()
        elif answer == "connect":
            self.pick()
        elif answer == "server":
            self.start_server(STARTED if self.current == STARTED else self.current)
