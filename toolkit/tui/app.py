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
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.timer import Timer

from toolkit.cancel import CancelToken
from toolkit.errors import NeonkitError
from toolkit.events import Emit, Notice, RevisionFinished, StepFinished
from toolkit.tui import lifecycle
from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.jobs import Job, JobEnded, JobHeard, crash
from toolkit.tui.screens.activity.screen import ActivityScreen
from toolkit.tui.screens.importing.screen import ImportScreen
from toolkit.tui.screens.isolation.screen import IsolationScreen
from toolkit.tui.screens.migrations.screen import MigrationsScreen
from toolkit.tui.screens.modals.confirm import ConfirmScreen, Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.screens.overview.screen import OverviewScreen
from toolkit.tui.screens.schema.screen import SchemaScreen
from toolkit.tui.widgets.job_line import event_text

if TYPE_CHECKING:
    from toolkit.tui.backend import Backend
    from toolkit.workspace import Workspace

T = TypeVar("T")
Work = Callable[["Backend", Emit, CancelToken], Any]

ARMED_MINUTES = 15
STYLES = Path(__file__).with_name("styles")
STYLED = ("frame", "modals", "overview", "schema", "migrations", "importing", "isolation", "activity")


class Cockpit(App[int]):
    """The terminal UI. Its return code is the exit code of the process."""

    TITLE = "neonkit"
    CSS_PATH: ClassVar[list[str | PurePath]] = [STYLES / f"{name}.tcss" for name in STYLED]
    MODES: ClassVar[dict[str, Any]] = {
        "overview": OverviewScreen,
        "schema": SchemaScreen,
        "migrations": MigrationsScreen,
        "import": ImportScreen,
        "isolation": IsolationScreen,
        "activity": ActivityScreen,
    }
    DEFAULT_MODE = "overview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "switch_mode('overview')", "overview", show=False, id="mode.overview"),
        Binding("2", "switch_mode('schema')", "schema", show=False, id="mode.schema"),
        Binding("3", "switch_mode('migrations')", "migrations", show=False, id="mode.migrations"),
        Binding("4", "switch_mode('import')", "import", show=False, id="mode.import"),
        Binding("5", "switch_mode('isolation')", "isolation", show=False, id="mode.isolation"),
        Binding("6", "switch_mode('activity')", "activity", show=False, id="mode.activity"),
        Binding("w", "arm", "arm writes", id="app.arm", show=False),
        Binding("r", "refresh", "refresh", id="app.refresh"),
        Binding("y", "copy_twin", "copy", id="app.copy"),
        Binding("question_mark", "show_help_panel", "help", id="app.help", key_display="?"),
        Binding("q", "leave", "quit", id="app.quit"),
        Binding("ctrl+c", "stop", "stop", id="app.stop", priority=True, show=False),
    ]

    def __init__(self, open_workspace: Callable[[], Workspace]) -> None:
        super().__init__()
        self._open_workspace = open_workspace
        self._backend: Backend | None = None
        self._stops = 0
        self.board = Board()
        self.job: Job | None = None
        self._disarming: Timer
        self._last_key = time.monotonic()

    @property
    def connected(self) -> bool:
        """Whether a project is open; its database may still not answer."""
        return self._backend is not None

    @property
    def idle_seconds(self) -> float:
        """How long nobody has pressed a key."""
        return time.monotonic() - self._last_key

    async def on_event(self, event: events.Event) -> None:
        """Every key passes here, also those that a binding takes."""
        if isinstance(event, events.Key):
            self._last_key = time.monotonic()
        await super().on_event(event)

    # Start and end

    def on_mount(self) -> None:
        if os.environ.get("NO_COLOR"):
            self.theme = "ansi-dark"
        lifecycle.end_on_signals(self)
        self.call_after_refresh(self._read, self._open, self._opened)

    def _open(self) -> Backend:
        from toolkit.tui.backend import Backend

        return Backend(self._open_workspace())

    def _opened(self, backend: Backend | Failure) -> None:
        if isinstance(backend, Failure):
            self.put("identity", backend)
            self.tell(backend.sentence, state="fail")
            return
        self._backend = backend
        self.action_refresh()

    def _fatal_error(self) -> None:
        """Textual prints a traceback with locals here; locals may hold secrets, so a sentence it is."""
        lifecycle.panic(self, self._exception)

    # Facts

    def action_refresh(self) -> None:
        """Read everything again."""
        if self._backend is None:
            self._read(self._open, self._opened)
            return
        self.tell("reading", state="run")
        self.fetch(lambda backend: backend.opened.identity(), self._identified)
        self.read_facts()

    def read_facts(self) -> None:
        """Let every mode read what it shows, without touching the job line."""
        for mode in self.MODES.values():
            mode.read_facts(self)

    def _identified(self, facts: Identity | Failure) -> None:
        self.put("identity", facts)
        if isinstance(facts, Failure):
            self.tell(facts.text.replace("\n", "  "), state="fail")
        else:
            self.board.note(f"connected to {facts.database} on {facts.host} as {facts.role}")
            self.tell(f"connected in {facts.milliseconds:.0f} ms", state="ok")

    def put(self, name: str, facts: object) -> None:
        """Write a fact on the board, and draw."""
        setattr(self.board, name, facts)
        self.redraw()

    def fetch(self, read: Callable[[Backend], T], done: Callable[[T | Failure], object]) -> None:
        """Run `read` on the backend in a thread, then `done` in the loop with the value or the failure.

        Does nothing before a project is open.
        """
        if (backend := self._backend) is not None:
            self._read(lambda: read(backend), done)

    def fetch_fact(self, name: str, read: Callable[[Backend], object]) -> None:
        """Run `read` on the backend in a thread, and put what comes of it on the board."""
        self.fetch(read, lambda facts: self.put(name, facts))

    def _read(self, read: Callable[[], T], done: Callable[[T | Failure], object]) -> None:
        def work() -> None:
            facts: T | Failure
            try:
                facts = read()
            except NeonkitError as error:
                facts = failure(error)
            except Exception as error:  # noqa: BLE001 - a fact that cannot be read must still end in a sentence
                facts = failure(crash(error))
            if self.is_running:
                self.call_from_thread(done, facts)

        self.run_worker(work, thread=True, exit_on_error=False, group="facts")

    # Jobs

    def ask(self, question: Question, then: Callable[[], None]) -> None:
        """Ask on the ladder of friction, then do it."""
        identity, backend = self.board.identity, self._backend
        if backend is None or not isinstance(identity, Identity):
            self.tell("not connected: r tries again", state="fail")
        elif identity.read_only:
            self.tell("this session is READ-ONLY; w arms writes", state="fail")
        elif self.job is not None:
            self.tell(f"{self.job.title} is running; ctrl+c stops it", state="wait")
        else:
            target = f"{identity.database} on {identity.host} as {identity.role}"
            typed = backend.opened.must_type_name(reversible=question.reversible)
            wanted = question.to_type or (identity.database if typed else None)
            self.push_screen(ConfirmScreen(question, target, wanted), lambda yes: then() if yes else None)

    def action_arm(self) -> None:
        """Arm writes for a while, or disarm them."""
        identity = self.board.identity
        if self.board.armed_until is not None:
            self.disarm()
        elif isinstance(identity, Identity) and identity.read_only:
            facts = (("will allow", f"writes for {ARMED_MINUTES} minutes; each still asks"),)
            question = Question("Arm writes", facts, reversible=False, verb="Arm", to_type=identity.database)
            target = f"{identity.database} on {identity.host} as {identity.role}"
            self.push_screen(ConfirmScreen(question, target, identity.database), self._arm)
        else:
            self.tell("writes are on", state="idle")

    def _arm(self, yes: bool | None) -> None:
        if yes and self._backend is not None:
            self._backend.opened.arm()
            ends = datetime.now().astimezone() + timedelta(minutes=ARMED_MINUTES)
            self.board.armed_until = ends.strftime("%H:%M")
            self._disarming = self.set_timer(ARMED_MINUTES * 60, self.disarm)
            self.action_refresh()

    def disarm(self) -> None:
        """Sessions are read-only again; a job that runs is not cut."""
        if self._backend is not None and self.board.armed_until is not None:
            if self.job is not None:
                self._disarming = self.set_timer(30, self.disarm)
                return
            self._disarming.stop()
            self._backend.opened.disarm()
            self.board.armed_until = None
            self.action_refresh()

    def start(self, title: str, twin: str, work: Work, done: Callable[[Any], object]) -> bool:
        """Run `work` on the backend in a thread: `work(backend, emit, token)`; then `done` with its result.

        One job at a time: while another runs nothing is started, the job line says so, and this gives False.
        """
        if (backend := self._backend) is None:
            self.tell("not connected: r tries again", state="fail")
            return False
        if self.job is not None:
            self.tell(f"{self.job.title} is running; ctrl+c stops it", state="wait")
            return False
        self.job = job = Job(title, twin, lambda emit, token: work(backend, emit, token), done)
        self._stops = 0
        self.board.begin(job)
        self.tell(f"RUN {job.title}", state="run")
        self.run_worker(lambda: job.run(self.post_message), thread=True, exit_on_error=False, group="job")
        return True

    @on(JobHeard)
    def hear(self, message: JobHeard) -> None:
        """A running job said something."""
        event = message.event
        self.board.hear(event)
        if isinstance(event, StepFinished | RevisionFinished | Notice):
            self.board.note(event_text(event))
            self.redraw()
        for screen in self.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.hear_job(message.job, event)

    @on(JobEnded)
    def ended(self, message: JobEnded) -> None:
        """A job ended; the next may start."""
        self.job = None
        if message.error is not None:
            shown = failure(message.error)
            self.board.note(shown.text)
            self.tell(f"FAIL {message.job.title}: {shown.sentence}", state="fail")
            message.job.on_result(shown)
            self.read_facts()
            return
        self.tell(f"ok {message.job.title} done", state="ok")
        message.job.on_result(message.result)

    def changed(self, result: str | Failure) -> None:
        """What a job that changed the database ends with: a sentence, and the facts are read again."""
        if isinstance(result, str):
            self.board.note(result)
            self.tell(f"ok {result}", state="ok")
            self.read_facts()

    # Leaving

    def action_stop(self) -> None:
        """Ctrl+C: stop the job safely; without a job say how to leave; twice: leave."""
        self._stops += 1
        if self.job is not None and self._stops == 1:
            self.job.token.cancel("ctrl-c")
            self.tell(f"stopping {self.job.title} safely; ctrl+c again leaves at once", state="wait")
        elif self._stops >= 2:
            self.exit(return_code=130)
        else:
            self.tell("q leaves; ctrl+c again leaves too", state=self.board.state)

    def action_leave(self) -> None:
        """Leave, unless a job runs: that is stopped first."""
        if self.job is not None:
            self.tell(f"{self.job.title} is running: ctrl+c stops it safely, then q leaves", state="wait")
            return
        if self._backend is not None:
            self._backend.opened.close()
        self.exit(return_code=0)

    def action_copy_twin(self) -> None:
        """Copy the command line that does what this screen shows."""
        screen = self.screen
        if isinstance(screen, ModeScreen):
            self.copy_to_clipboard(screen.twin)
            self.tell(f"copied: {screen.twin}", state=self.board.state)

    # Drawing

    def go_to(self, mode: str, key: str = "") -> None:
        """Show a mode and, in it, the object named `key`."""
        self.switch_mode(mode)
        if key:
            self.call_after_refresh(self._select, mode, key)

    def _select(self, mode: str, key: str) -> None:
        if isinstance(self.screen, ModeScreen) and self.screen.mode == mode:
            self.screen.select(key)

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
            self.tell(reason or f"{name.replace('_', ' ')} is not possible here", state=self.board.state)
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


def failure(error: NeonkitError) -> Failure:
    """An error as the screens show it."""
    return Failure(type(error).code, error.sentence, error.hint)
