"""The last line but one: what runs now, how far it is, or what the last job did."""

from __future__ import annotations

import time

from rich.text import Text
from textual.widgets import Static

from toolkit.events import (
    Blocked,
    Event,
    Notice,
    Progress,
    RevisionFinished,
    RevisionStarted,
    StatementFinished,
    StepFinished,
    StepStarted,
    Waiting,
)
from toolkit.tui.jobs import Job


class JobLine(Static):
    """One line of plain words; a state is never told by colour alone."""

    def tell(self, text: str, *, state: str = "idle") -> None:
        """Show a line. `state` is `idle`, `run`, `wait`, `ok` or `fail`."""
        self.set_classes(f"job-{state}")
        self.update(Text(f" {text}", no_wrap=True, overflow="ellipsis"))

    def hear(self, job: Job, event: Event) -> None:
        """Show an event of the running job."""
        seconds = time.monotonic() - job.started
        state = "wait" if isinstance(event, Waiting | Blocked) else "run"
        self.tell(f"{state.upper()} {job.title}  {event_text(event)}  {seconds:.1f} s", state=state)


def event_text(event: Event) -> str:
    """An event in one line of words."""
    match event:
        case StepStarted():
            return f"{event.step} {event.detail}".strip()
        case StepFinished():
            return f"{event.step}: {event.outcome} {event.detail}".strip()
        case Progress():
            return f"{event.step} {progress_text(event)}"
        case Waiting():
            return f"waiting for {event.cause} {event.seconds:.1f} s, attempt {event.attempt}"
        case Blocked():
            named = ", ".join(f"pid {one.pid} ({one.role or '?'})" for one in event.blockers)
            return f"waiting for {named} {event.seconds:.1f} s: {event.statement}"
        case Notice():
            return f"{event.level}: {event.sentence}"
        case RevisionStarted():
            return f"{event.direction} {event.revision}  {event.message}"
        case RevisionFinished():
            return f"{event.direction} {event.revision} done in {event.seconds:.2f} s"
        case StatementFinished():
            return f"{first_line(event.sql)}  {event.seconds:.3f} s"


def progress_text(event: Progress) -> str:
    """A bar and figures; says so when the total is not known, and shows 100 % only at the end."""
    if not event.total:
        return f"{event.done:,} {event.unit}, total unknown"
    share = min(event.done / event.total, 1.0)
    percent = 100 if event.done >= event.total else min(int(share * 100), 99)
    bar = "#" * int(share * 16)
    return f"[{bar:<16}] {percent} %  {event.done:,} of {event.total:,} {event.unit}"


def first_line(sql: str) -> str:
    """The first line of a statement that is not blank."""
    return next((line.strip() for line in sql.splitlines() if line.strip()), "")[:80]
