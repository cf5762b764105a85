"""The run view: steps with their states, the wait and who is in the way, what can be done, the log.

Drawn from what the board heard of the job, a few times a second while it runs and not at all afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer

from toolkit.events import Blocked, Event, RevisionStarted, Waiting
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.runs import Queue, RunPlan
from toolkit.tui.jobs import Job
from toolkit.tui.screens.migrations.folding import Ended, RunView, fold
from toolkit.tui.screens.migrations.repairing import repair
from toolkit.tui.screens.migrations.run_panes import (
    HEAD,
    doing_text,
    log_text,
    steps_text,
    wait_text,
    wait_title,
)
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane

TICK = 0.25
"""Seconds between two drawings while the run lasts."""
SAMPLED = 1.0
"""Seconds between two samples of who waits, while the run waits for a lock and is looked at."""
IDLE_SECONDS = 60.0
STOPPED = "E8"
"""How the codes of the errors begin that say that somebody asked to stop."""
STOP = "cancel the statement that runs; its transaction is rolled back"
KILL = "end the session that the run waits for; its number is typed"
NOW = "end the pause between two tries of a run that gave way"
APPLY = "run exactly the plan that is shown; in a run that ended early, take it up again"
REPAIR = "look for what interrupted runs left behind, and mend it"
TELLING = (Blocked, Waiting, RevisionStarted)


class RunScreen(ModeScreen):
    """One run, on top of the revisions."""

    mode: ClassVar[str] = "migrations"
    HELP = (
        "A run of revisions. It gives way to locks by itself: a statement waits two seconds at most, backs "
        "off and tries again. x stops it safely in every phase, and the last sentence says what is true of "
        "the database then."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "stop_run", "stop safely", id="migrations.stop", tooltip=STOP),
        Binding("K", "terminate", "terminate", id="migrations.terminate", key_display="K", tooltip=KILL),
        Binding("i", "inspect", "inspect", id="migrations.inspect", tooltip="the blocker in Activity"),
        Binding("t", "try_now", "try now", id="migrations.try_now", tooltip=NOW),
        Binding("a", "again", "again", id="migrations.apply", tooltip=APPLY),
        Binding("R", "repair", "repair", id="migrations.repair", key_display="R", tooltip=REPAIR),
        Binding("escape", "back", "back", id="migrations.back", tooltip="to the revisions"),
    ]

    def __init__(self, plan: RunPlan, again: Callable[[], None]) -> None:
        super().__init__()
        self._plan = plan
        self._again = again
        self._ended: Ended | None = None
        self._events: list[Event] = []
        self._heard_at: list[float] = []
        self._started = time.time()
        self._over: float | None = None
        self._view = fold(plan, ())
        self._drawn_at = 0.0
        self._logged = -1
        self._drawn_keys: bool | None = None
        self._followed: int | None = None
        self._queue: Queue | None = None
        self._sampled_at = 0.0
        self._timer: Timer | None = None

    @property
    def twin(self) -> str:
        """The command line of the run."""
        return self._plan.twin

    def panes(self) -> ComposeResult:
        with Horizontal(id="run-top"):
            yield TextPane("Run", id="run-steps")
            yield TextPane("Now", id="run-now")
        yield TextPane("What can I do", id="run-keys")
        yield TextPane("Log", id="run-log")

    def on_mount(self) -> None:
        # Another job replaces the board's list; this run keeps its own.
        self._events, self._heard_at = self.cockpit.board.heard, self.cockpit.board.heard_at
        self.query_one("#run-steps", TextPane).focus()
        if self._ended is None:
            self._timer = self.set_interval(TICK, self._tick)
        super().on_mount()

    def ended(self, result: str | Failure) -> None:
        """The job's end. The facts are read again after a failure, too: part of it may be done."""
        if isinstance(result, Failure):
            stopped = result.code.startswith(STOPPED)
            begun = any(isinstance(event, RevisionStarted) for event in self._events)
            state = "" if begun else "\nNo revision had begun."
            sentence = f"[{result.code}] {result.sentence}{state}"
            self._ended = Ended(False, sentence, result.hint or "", stopped)
        else:
            self._ended = Ended(True, result)
        self._over = time.time()
        if self._timer is not None:
            self._timer.stop()
        if self.is_mounted:
            self._draw()
        self.cockpit.changed(result)

    def show(self) -> None:
        """Draw, unless that was done a moment ago: a quick run says more than anybody could read."""
        if self._ended is not None or time.time() - self._drawn_at >= TICK:
            self._draw()

    def _draw(self) -> None:
        now = self._over or time.time()
        self._drawn_at = time.time()
        before, self._view = self._view, fold(self._plan, self._events, self._heard_at, self._ended)
        view = self._view
        started = time.strftime("%H:%M:%S", time.localtime(self._started))
        pid = None if self._queue is None else self._queue.our_pid
        steps = self.query_one("#run-steps", TextPane)
        steps.border_title = Text(f"Run  {self._plan.title}")
        steps.tell(steps_text(view, self._plan, now - self._started, started, pid))
        self._follow(steps, view)
        pane = self.query_one("#run-now", TextPane)
        pane.border_title = Text(wait_title(view, self._plan))
        pane.tell(wait_text(view, self._queue if view.blocked else None, now))
        self.set_class(view.blocked is not None or view.waiting is not None, "-waiting")
        self._draw_log()
        shown = (before.blockers, before.waiting, before.ended)
        if (view.blockers, view.waiting, view.ended) != shown or self._drawn_keys is None:
            self._draw_keys(view)

    def _draw_keys(self, view: RunView) -> None:
        self._drawn_keys = view.ended is not None
        self.set_class(view.ended is not None, "-ended")
        keys = self.query_one("#run-keys", TextPane)
        keys.border_title = Text("What follows" if view.ended else "What can I do")
        keys.tell(doing_text(view, self._plan))
        self.refresh_bindings()

    def _follow(self, steps: TextPane, view: RunView) -> None:
        """Keep the step that runs in sight, once for each step: whoever scrolls away is left there."""
        if view.current is not None and view.current != self._followed:
            self._followed = view.current
            above = HEAD + bool(self._plan.restore_point) + view.current - steps.size.height // 2
            steps.call_after_refresh(steps.scroll_to, y=max(0, above), animate=False)

    def _draw_log(self) -> None:
        if len(self._events) == self._logged:
            return
        self._logged = len(self._events)
        log = self.query_one("#run-log", TextPane)
        log.border_title = Text(f"Log  {len(self._events)} events")
        following = log.scroll_y >= log.max_scroll_y - 1
        log.tell(log_text(self._events[-500:], self._heard_at[-500:]))
        if following:
            log.scroll_end(animate=False)

    def hear_job(self, job: Job, event: Event) -> None:
        super().hear_job(job, event)
        if isinstance(event, TELLING) and self.is_mounted:
            self._draw()
            self._sample()

    def _tick(self) -> None:
        if self.is_current:
            self._draw()
            self._sample()

    def _sample(self) -> None:
        """Who waits for whom, while the run waits and somebody looks."""
        blocked = self._view.blocked
        idle = self.cockpit.idle_seconds >= IDLE_SECONDS or time.time() - self._sampled_at < SAMPLED
        if blocked is None or idle or not self.is_current:
            return
        self._sampled_at = time.time()
        pids = tuple(one.pid for one in blocked.blockers)
        self.cockpit.fetch(
            lambda backend: backend.migrations.queue(pids),
            self._sampled,
            what="looking who waits",
            newest="queue",
        )

    def _sampled(self, queue: Queue | Failure) -> None:
        if isinstance(queue, Queue) and self._ended is None and self.is_mounted:
            self._queue = queue
            self._draw()

    # Keys

    def why_not(self, action: str) -> str | None:
        """What can be done depends on whether it runs, and on who blocks."""
        if action == "stop_run" and self._ended is not None:
            return "the run has ended"
        if action == "terminate" and self._blocker() is None:
            return "nobody blocks the run now"
        if action == "try_now" and self._view.waiting is None:
            return "the run has ended" if self._ended else "the run does not pause between two tries now"
        if action == "repair" and self._ended is None:
            return "the run is not over; x stops it safely"
        if action == "again" and (self._ended is None or self._ended.well):
            return "the run is not over" if self._ended is None else "the run ended well"
        return None

    def _blocker(self) -> int | None:
        return self._view.blockers[0].pid if self._view.blockers else None

    def action_stop_run(self) -> None:
        """Cancel what runs; its transaction is rolled back."""
        self.cockpit.running.stop("x was pressed")

    def action_terminate(self) -> None:
        """Ask for the blocker's process id, then end its session."""
        if (pid := self._blocker()) is None:
            return
        facts = (
            ("will end", f"session {pid}, which the run waits for"),
            ("will lose", "its open transaction, which is rolled back"),
        )
        title = "Terminate the blocker"
        question = Question(title, facts, reversible=False, verb="Terminate", to_type=str(pid))
        self.cockpit.running.put(question, lambda: self._terminate(pid))

    def _terminate(self, pid: int) -> None:
        self.cockpit.fetch(
            lambda backend: backend.activity.end_session(pid, terminate=True),
            lambda told: self.cockpit.tell(told if isinstance(told, str) else told.sentence, state="wait"),
            what=f"ending session {pid}",
        )

    def action_try_now(self) -> None:
        """Wait no longer for the next try."""
        self.cockpit.fetch(
            lambda backend: backend.migrations.try_again(), self._tried, what="asking for another try"
        )

    def _tried(self, woken: bool | Failure) -> None:
        if woken is False and self._ended is None:
            self.cockpit.tell("the run does not pause between two tries now", state=self.cockpit.board.state)

    def action_inspect(self) -> None:
        """Go to Activity, to the blocker if there is one."""
        self.cockpit.go_to("activity", str(self._blocker() or ""))

    def action_again(self) -> None:
        """Back to the revisions, and ask to take the run up again."""
        self.go_back()
        self.app.call_after_refresh(self._again)

    def action_repair(self) -> None:
        """Look for what the run left behind."""
        repair(self.cockpit)

    def action_back(self) -> None:
        """To the revisions; the run goes on."""
        self.go_back()

    def select(self, key: str) -> None:
        """Go to a revision: that is on the screen below."""
        self.go_back()
        self.cockpit.go_to(self.mode, key)
