"""The last line but one: what runs or is waited for now, how far it is, or what the last job did."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Identity, Lost
from toolkit.tui.widgets.words import size

if TYPE_CHECKING:
    from toolkit.tui.board import Board
    from toolkit.tui.jobs import Job

NAMED_AFTER = 1.0
"""Seconds after which a wait names its cause."""
WORDS = {"run": "RUN", "wait": "WAIT", "ok": "ok", "fail": "FAIL"}
"""The word of each state but `idle`: none is told by its colour alone."""


class JobLine(Static):
    """One line of plain words."""

    def tell(self, text: str, *, state: str = "idle") -> None:
        """Show a line. `state` is `idle` or one of `WORDS`; its word stands first."""
        self.set_classes(f"job-{state}")
        line = f" {worded(printable(text), state)}"
        self.update(Text(line, no_wrap=True, overflow="ellipsis"))


def line_now(board: Board, job: Job | None, now: float) -> tuple[str, str]:
    """The line and its state at `now` of the monotonic clock: the most pressing of all that goes on."""
    if board.lost is not None:
        return lost_text(board.lost, now), "wait"
    if job is not None:
        stopping = "stopping safely, ctrl+c again leaves at once  " if job.token.cancelled else ""
        state = "wait" if stopping or board.state == "wait" else "run"
        return f"{job.title}  {now - job.started:.0f} s  {stopping}{board.line}", state
    slow = [(since, what) for what, since in board.reads.values() if now - since >= NAMED_AFTER]
    if slow:
        since, what = min(slow)
        host = f" from {board.identity.host}" if isinstance(board.identity, Identity) else ""
        return f"{what}{host}  {now - since:.0f} s", "wait"
    return board.line, board.state


def lost_text(lost: Lost, now: float) -> str:
    """The state of reconnecting, in one line."""
    tries = f"{lost.tries} {'try' if lost.tries == 1 else 'tries'}, {now - lost.since:.0f} s"
    if lost.paused:
        return f"connection lost, nobody here: a key tries again  ({tries})"
    if lost.next_try is None:
        return f"connection lost, trying to reconnect  ({tries})"
    return (
        f"connection lost, next try in {max(0.0, lost.next_try - now):.0f} s  ({tries})  r now  c elsewhere"
    )


def worded(text: str, state: str) -> str:
    """The text behind the word of its state."""
    word = WORDS.get(state, "")
    return text if not word or text.split(" ", 1)[0] == word else f"{word} {text}"


def event_text(event: Event) -> str:
    """An event in one line of words."""
    match event:
        case StepStarted():
            return f"{event.step} {event.detail}".strip()
        case StepFinished():
            seconds = f"  {event.seconds:.2f} s" if event.seconds else ""
            return f"{event.step}: {event.outcome} {event.detail}".strip() + seconds
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
    """A bar and figures, the rate and what is left of the time, as far as they are known.

    Says so when the total is not known, and shows 100 % only at the end.
    """
    rate = [f"{_figure(round(event.rate), event.unit)}/s"] if event.rate else []
    if not event.total:
        return "  ".join([f"{_figure(event.done, event.unit)}, total unknown", *rate])
    share = min(event.done / event.total, 1.0)
    percent = 100 if event.done >= event.total else min(int(share * 100), 99)
    bar = "#" * int(share * 16)
    rest = [f"{event.left:.0f} s left"] if event.left and event.done < event.total else []
    done = f"{event.done:,}" if event.unit != "bytes" else size(event.done)
    told = f"[{bar:<16}] {percent} %  {done} of {_figure(event.total, event.unit)}"
    return "  ".join([told, *rate, *rest])


def _figure(number: int, unit: str) -> str:
    """So many of a unit; bytes as people read them."""
    return size(number) if unit == "bytes" else f"{number:,} {unit}"


def first_line(sql: str) -> str:
    """The first line of a statement that is not blank."""
    return next((line.strip() for line in sql.splitlines() if line.strip()), "")[:80]
