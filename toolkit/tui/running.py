"""Jobs from the question before them to their end: one at a time, heard, stopped safely, told.

Before a job stands the ladder of friction; what a job says is kept with its times, so that the run can be
written as the event stream that the command line would have given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from toolkit.errors import ExitCode, UnreachableError
from toolkit.events import Blocked, Progress, StepStarted, Waiting
from toolkit.tui.after import heard_without_a_screen
from toolkit.tui.copying import written
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.jobs import Job, JobEnded, JobHeard, post, void
from toolkit.tui.reading import failure
from toolkit.tui.screens.modals.confirm import ConfirmScreen, Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.job_line import event_text

if TYPE_CHECKING:
    from textual.message import Message

    from toolkit.errors import NeonkitError
    from toolkit.tui.app import Cockpit

NOT_CONNECTED = "not connected: r tries again, c opens another connection"


class Running:
    """The job that runs, and how the one before ended."""

    def __init__(self, cockpit: Cockpit) -> None:
        self._cockpit = cockpit
        self._then: Callable[[], object] | None = None
        self._ended: NeonkitError | None = None
        self._thread: Thread | None = None
        self.job: Job | None = None
        self.title = ""
        """What the job is called that runs, or ran last."""
        self.detached: Job | None = None
        """The job that goes on when the screen is gone."""
        self.last: JobEnded | None = None
        """How the latest job ended, as its thread said."""

    def finish(self, seconds: float) -> bool:
        """Wait until the job's thread has ended, after the screen is gone; False if it has not by then."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def detach(self) -> None:
        """Let the job go on without the screen: from now on it speaks to the terminal."""
        self.detached = self.job

    def _post(self, message: Message) -> None:
        """What the job's thread says, to whoever hears it."""
        if isinstance(message, JobEnded):
            self.last = message
        if self.detached is not None:
            heard_without_a_screen(message)
        else:
            post(self._cockpit, message)

    # Before

    def refusal(self) -> tuple[str, str] | None:
        """Why no job can be started now, and the state of that; None if one can."""
        self._cockpit.arming.check()
        if self._cockpit.board.lost is not None:
            return "the connection is lost: wait, or r tries again", "fail"
        if not self._cockpit.connected:
            return NOT_CONNECTED, "fail"
        if self.job is not None:
            return f"{self.job.title} is running; ctrl+c stops it", "wait"
        return None

    def ask(self, question: Question, then: Callable[[], object]) -> None:
        """Ask before a write, if anything can be written now; `then` is called for a yes."""
        reason = self.refusal()
        identity = self._cockpit.board.identity
        if reason is not None:
            self._cockpit.tell(reason[0], state=reason[1])
        elif not isinstance(identity, Identity):
            self._cockpit.tell(NOT_CONNECTED, state="fail")
        elif identity.read_only:
            self._cockpit.tell("this session is READ-ONLY; w arms writes", state="fail")
        else:
            self.put(question, then)

    def put(self, question: Question, then: Callable[[], object]) -> None:
        """Put the question with everything that has to be typed."""
        identity, backend = self._cockpit.board.identity, self._cockpit.link.backend
        if backend is None or not isinstance(identity, Identity):
            return
        target = f"{identity.environment.upper()}  {identity.database} on {identity.host} as {identity.role}"
        names = backend.opened.to_type(
            identity.database, reversible=question.reversible, losses=question.losses, busy=question.busy
        )
        extra = () if question.to_type is None or question.to_type in names else (question.to_type,)
        screen = ConfirmScreen(question, target, (*names, *extra))
        self._cockpit.push_screen(screen, lambda yes: void(then()) if yes else None)

    # During

    def begin(self, job: Job) -> None:
        """Start the job in a thread."""
        self.job, self._then, self._ended = job, None, None
        self.title, self.last = job.title, None
        self._cockpit.board.begin(job)
        self._cockpit.tell("started", state="run")
        self._cockpit.pulse()
        self._thread = Thread(target=job.run, args=(self._post,), daemon=True)
        self._thread.start()

    def stop(self, why: str, then: Callable[[], object] | None = None) -> None:
        """Ask the job to stop where that is safe; `then` is called when it has ended."""
        if self.job is not None:
            self._then = then
            self.job.token.cancel(why)
            self._cockpit.redraw()

    def hear(self, message: JobHeard) -> None:
        """The job said something: it is kept, told in the job line, and drawn by the mode that is shown."""
        event, board = message.event, self._cockpit.board
        repeated = isinstance(event, Waiting | Blocked) and board.state == "wait"
        if not isinstance(event, Progress | StepStarted) and not repeated:
            board.note(event_text(event))
        board.hear(event)
        if isinstance(event, Progress) and board.state == "run":
            # There may be hundreds in a second, and the pulse draws the line twice in one.
            board.line = event_text(event)
            return
        waits = isinstance(event, Waiting | Blocked)
        self._cockpit.tell(event_text(event), state="wait" if waits else "run")
        for screen in self._cockpit.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.hear_job(message.job, event)

    # After

    def ended(self, message: JobEnded) -> None:
        """The job ended; the next may start."""
        self.job, self._ended = None, message.error
        if message.error is None:
            self._cockpit.tell(f"{message.job.title} done", state="ok")
            message.job.on_result(message.result)
        else:
            self._failed(message, failure(message.error))
        then, self._then = self._then, None
        if then is not None:
            then()

    def _failed(self, message: JobEnded, shown: Failure) -> None:
        self._cockpit.board.note(shown.text)
        self._cockpit.tell(f"{message.job.title}: {shown.sentence}", state="fail")
        message.job.on_result(shown)
        if isinstance(message.error, UnreachableError) and isinstance(self._cockpit.board.identity, Identity):
            self._cockpit.link.lose(shown)
        else:
            self._cockpit.read_facts()

    def write_events(self) -> None:
        """Write what the latest job said as the lines that `--events` of the command line writes."""
        job, board = self._cockpit.board.latest, self._cockpit.board
        if job is None:
            self._cockpit.tell("no job has run yet: there are no events to write", state="idle")
            return
        from toolkit.reports.event_lines import EventLines

        lines: list[str] = []
        stream = EventLines(lines.append)
        times = [datetime.fromtimestamp(at, tz=UTC) for at in board.heard_at]
        for event, at in zip(board.heard, times, strict=True):
            stream.hear(event, at)
        last = times[-1] if times else datetime.now(tz=UTC)
        if self.job is None:
            if self._ended is not None:
                stream.failed(self._ended, last)
            code = ExitCode.DONE if self._ended is None else type(self._ended).exit_code
            began = times[0] if times else last
            stream.ended(code, (last - began).total_seconds(), last)
        name = f"events-{last.astimezone():%Y%m%d-%H%M%S}.jsonl"
        said = written(self._cockpit.project_dir, name, "".join(lines), f"{len(lines)} events of {job.title}")
        self._cockpit.tell(said, state=board.state)
