"""The cockpit: modes under one banner, facts from worker threads, one job at a time.

The app keeps the board and starts work; screens draw the board. Nothing here imports the core's heavy parts:
`backend` is imported by the first worker, after the first paint.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, on
from textual.actions import ActionParseResult
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.filter import LineFilter, NoColor
from textual.timer import Timer

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.tui import arming, copying, lifecycle
from toolkit.tui.board import Board
from toolkit.tui.connect.flow import Connecting
from toolkit.tui.connect.link import Link
from toolkit.tui.facts.connection import Failure, Identity, Lost
from toolkit.tui.jobs import Job, JobEnded, JobHeard
from toolkit.tui.keys import everywhere
from toolkit.tui.modes import factories, screen_classes
from toolkit.tui.palette.providers import ActionProvider, ObjectProvider
from toolkit.tui.reading import ReadEnded
from toolkit.tui.remembered import Remembered
from toolkit.tui.running import NOT_CONNECTED, Running
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.modals.help import HelpScreen, help_of
from toolkit.tui.screens.modals.leave import LeaveScreen
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.stylesheet import LastingStylesheet
from toolkit.tui.themes import BANNERS, ONE_COLOUR, THEMES, without_colour

if TYPE_CHECKING:
    from toolkit.tui.backend import Backend
    from toolkit.workspace import Workspace

T = TypeVar("T")
Work = Callable[["Backend", Emit, CancelToken], Any]

STYLES = Path(__file__).with_name("styles")
STYLED = ("frame", "modals", "overview", "schema", "migrations", "importing", "isolation", "activity")
PULSE = 0.5
"""Seconds between two drawings of the job line while something is waited for."""


class Cockpit(App[int]):
    """The terminal UI. Its return code is the exit code of the process."""

    TITLE = "neonkit"
    CSS_PATH: ClassVar[list[str | PurePath]] = [STYLES / f"{name}.tcss" for name in STYLED]
    COMMANDS: ClassVar[set[Any]] = {ActionProvider, ObjectProvider}
    MODES: ClassVar[dict[str, Any]] = factories()
    DEFAULT_MODE = "overview"
    BINDINGS: ClassVar[list[BindingType]] = everywhere.BINDINGS

    def __init__(
        self,
        open_workspace: Callable[[], Workspace],
        *,
        remembered: Remembered | None = None,
        keymap: Mapping[str, str] | None = None,
        project_dir: Path | None = None,
        armed_for: timedelta = arming.SPAN,
        clock: Callable[[], datetime] = arming.now,
    ) -> None:
        self._plain = without_colour(os.environ)
        super().__init__(ansi_color=True if self._plain else None)
        self.stylesheet = LastingStylesheet(variables=self.get_css_variables())
        self.board = Board()
        self.remembered = remembered or Remembered()
        self._begins_in = self.remembered.mode
        self.project_dir = project_dir
        self.link = Link(self, open_workspace)
        self.connecting = Connecting(self, open_workspace)
        self.arming = arming.Arming(self, span=armed_for, clock=clock)
        self.running = Running(self)
        self._stops = 0
        self._pulse: Timer
        self._last_key = time.monotonic()
        for theme, _ in THEMES.values():
            self.register_theme(theme)
        self.theme = self._first_theme()
        self.set_keymap(keymap or {})

    @property
    def job(self) -> Job | None:
        """The job that runs now."""
        return self.running.job

    @property
    def connected(self) -> bool:
        """Whether a project is open; its database may still not answer."""
        return self.link.backend is not None

    @property
    def idle_seconds(self) -> float:
        """How long nobody has pressed a key."""
        return time.monotonic() - self._last_key

    async def on_event(self, event: events.Event) -> None:
        """Every key passes here, also those that a binding takes."""
        if isinstance(event, events.Key):
            self._last_key = time.monotonic()
            self.link.key_pressed()
        await super().on_event(event)

    # Start

    def on_mount(self) -> None:
        lifecycle.end_on_signals(self)
        self._pulse = self.set_interval(PULSE, self._beat, pause=True)
        if self._begins_in in self.MODES and self._begins_in != self.DEFAULT_MODE:
            self.switch_mode(self._begins_in)
        self.call_after_refresh(self.link.open)

    def _first_theme(self) -> str:
        if self._plain:
            return ONE_COLOUR
        return self.remembered.theme if self.remembered.theme in THEMES else next(iter(THEMES))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(BANNERS)

    def get_line_filters(self) -> list[LineFilter]:
        filters = list(super().get_line_filters())
        return [*filters, NoColor()] if self.theme == ONE_COLOUR else filters

    def _fatal_error(self) -> None:
        """Textual prints a traceback with locals here; locals may hold secrets, so a sentence it is."""
        lifecycle.panic(self, self._exception)

    # Facts

    def action_refresh(self) -> None:
        """Read everything again."""
        if self.board.lost is not None:
            self.link.retry()
        elif not self.connected:
            self.link.open()
        else:
            self.tell("reading", state="run")
            self.link.identify()
            self.read_facts()

    def read_facts(self) -> None:
        """Let every mode read what it shows, without touching the job line."""
        for mode in screen_classes():
            mode.read_facts(self)

    def connected_to(self, facts: Identity) -> None:
        """The database has answered."""
        self.connecting.answered()
        self.board.note(f"connected to {facts.database} on {facts.host} as {facts.role}")
        for notice in facts.notices:
            self.board.note(notice)
        self.tell("  ".join((f"connected in {facts.milliseconds:.0f} ms", *facts.notices)), state="ok")

    def not_connected(self, why: Failure) -> None:
        """The database did not answer at all."""
        self.board.note(why.text)
        self.tell(f"{why.sentence}  r again  c connections", state="fail")
        self.connecting.offer(why)

    def found_again(self, facts: Identity, lost: Lost) -> None:
        """The connection that was lost is back."""
        seconds = time.monotonic() - lost.since
        self.board.identity = facts
        self.board.note(f"connected again after {seconds:.0f} s")
        self.tell(f"connected again after {seconds:.0f} s; nothing was lost on this screen", state="ok")
        self.read_facts()

    def put(self, name: str, facts: object) -> None:
        """Write a fact on the board, and draw."""
        setattr(self.board, name, facts)
        self.redraw()

    def fetch(
        self,
        read: Callable[[Backend], T],
        done: Callable[[T | Failure], object],
        *,
        what: str = "reading",
        newest: str = "",
    ) -> None:
        """Run `read` on the backend in a thread, then `done` in the loop with the value or the failure.

        Does nothing before a project is open. While the connection is lost, it waits for it. `what` names it
        in the job line when it takes long. With a name in `newest`, at most one read of that name runs and
        only the newest is done: for what follows a cursor.
        """
        self.link.fetch(read, done, what, newest)

    def fetch_fact(self, name: str, read: Callable[[Backend], object]) -> None:
        """Run `read` on the backend in a thread, and put what comes of it on the board."""
        self.fetch(read, lambda facts: self.put(name, facts), what=f"reading {name}", newest=f"fact {name}")

    @on(ReadEnded)
    def read_ended(self, message: ReadEnded) -> None:
        """A thread has read something."""
        self.link.ended(message)

    # Jobs

    def ask(self, question: Question, then: Callable[[], object]) -> None:
        """Ask on the ladder of friction, then do it; refuses with a sentence what cannot be done now."""
        self.running.ask(question, then)

    def start(self, title: str, twin: str, work: Work, done: Callable[[Any], object]) -> bool:
        """Run `work` on the backend in a thread: `work(backend, emit, token)`; then `done` with its result.

        One job at a time: while another runs nothing is started, the job line says so, and this gives False.
        """
        backend = self.link.backend
        if (reason := self.running.refusal()) is not None or backend is None:
            line, state = reason or (NOT_CONNECTED, "fail")
            self.tell(line, state=state)
            return False
        self._stops = 0
        self.running.begin(Job(title, twin, lambda emit, token: work(backend, emit, token), done))
        return True

    @on(JobHeard)
    def hear(self, message: JobHeard) -> None:
        """A running job said something."""
        self.running.hear(message)

    @on(JobEnded)
    def ended(self, message: JobEnded) -> None:
        """A job ended; the next may start."""
        self.running.ended(message)

    def changed(self, result: str | Failure) -> None:
        """What a job that changed the database ends with: a sentence, and the facts are read again."""
        if isinstance(result, str):
            self.board.note(result)
            self.tell(result, state="ok")
            self.read_facts()

    def write_events(self) -> None:
        """Write the events of the latest job to a file."""
        self.running.write_events()

    def action_arm(self) -> None:
        """Arm writes for a while, or disarm them."""
        self.arming.toggle()

    def action_connect(self) -> None:
        """Pick another connection."""
        self.connecting.pick()

    # Leaving

    def action_stop(self) -> None:
        """Ctrl+C: stop the job safely; without a job say how to leave; twice: leave."""
        self._stops += 1
        if self.job is not None and self._stops == 1:
            self.running.stop("ctrl-c")
        elif self._stops >= 2:
            self.exit(return_code=130)
        else:
            self.tell("q leaves; ctrl+c again leaves too", state=self.board.state)

    def action_leave(self) -> None:
        """Leave; while a job runs, ask what becomes of it."""
        if self.job is None:
            self.link.close()
            self.exit(return_code=0)
        else:
            self.push_screen(LeaveScreen(self.job.title), self._leave_or_stay)

    async def action_quit(self) -> None:
        """Textual's own key for leaving asks, too."""
        self.action_leave()

    def _leave_or_stay(self, answer: str | None) -> None:
        if answer not in ("stop", "detach"):
            return
        if self.job is None:
            self.action_leave()
        elif answer == "detach":
            self.running.detach()
            self.exit(return_code=0)
        else:
            self.running.stop("asked to leave", then=self.action_leave)

    # Drawing, and going places

    def action_copy_twin(self) -> None:
        """Copy the command line that does what this screen shows."""
        if isinstance(self.screen, ModeScreen):
            self.copy(self.screen.twin)

    def copy(self, text: str, what: str = "") -> None:
        """Copy a text, and say where it went. `what` names it; else its first line does."""
        self.tell(copying.copy(self, text, what or text.partition("\n")[0][:200]), state=self.board.state)

    def action_theme(self, name: str) -> None:
        """Take a theme, and remember it for this project."""
        self.theme = self.remembered.theme = name
        self.remembered.keep()
        self.tell(f"theme {name}: {THEMES[name][1]}", state="idle")

    def remember_mode(self, mode: str) -> None:
        """A mode is shown: the next sitting begins there."""
        if self.remembered.mode != mode:
            self.remembered.mode = mode
            self.remembered.keep()

    def action_help(self) -> None:
        """The keys of the focused pane, of the screen, and those that work everywhere."""
        self.push_screen(HelpScreen(help_of(self.screen)))

    def go_to(self, mode: str, key: str = "") -> None:
        """Show a mode and, in it, the object named `key`."""
        self.switch_mode(mode)
        if key:
            self.call_after_refresh(self._select, mode, key)

    def _select(self, mode: str, key: str) -> None:
        if isinstance(self.screen, ModeScreen) and self.screen.mode == mode:
            self.screen.select(key)

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top, but never the last: a key may come twice before it is gone."""
        return super().pop_screen() if len(self.screen_stack) > 1 else AwaitComplete()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; one that is greyed tells why, and no key behind it is tried."""
        target, name, parameters = self._parse_action(action, default_namespace or self, namespaces)
        if target.check_action(name, parameters) is None:
            reason = getattr(target, "why_not", lambda _: None)(name)
            # Not `ok`, which the job before may have left: nothing was done.
            state = self.board.state if self.job is not None else "idle"
            self.tell(reason or f"{name.replace('_', ' ')} is not possible here", state=state)
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def tell(self, line: str, *, state: str) -> None:
        """Write the job line."""
        self.board.line, self.board.state = line, state
        self.redraw()

    def redraw(self) -> None:
        """Draw the board on the mode that is shown."""
        for screen in self.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.refresh_all()

    def pulse(self) -> None:
        """Something is waited for: draw the job line until it is over."""
        self._pulse.resume()

    def _beat(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.draw_line()
        lost = self.board.lost is not None and not self.board.lost.paused
        if self.job is None and not self.board.reads and not lost:
            self._pulse.pause()
