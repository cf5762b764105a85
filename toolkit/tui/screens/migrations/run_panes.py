"""What the run view says: steps, the wait and who is in the way, what can be done, the log. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rich.text import Text

from toolkit.events import Blocker, Event
from toolkit.reports.table import printable
from toolkit.tui.facts.runs import Queue, RunPlan
from toolkit.tui.screens.migrations.folding import RunView, StepView
from toolkit.tui.widgets.job_line import event_text, progress_text

STYLES = {
    "ok": "green",
    "RUN": "bold",
    "WAIT": "bold yellow",
    "FAIL": "bold red",
    "STOP": "bold yellow",
    "undone": "yellow",
}
BAR = 16
HEAD = 4
"""Lines above the first step."""


def clock(seconds: float) -> str:
    """`00:01:31`."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}"


def steps_text(view: RunView, plan: RunPlan, elapsed: float, started: str, our_pid: int | None) -> Text:
    """The steps with their states, and how far the run is."""
    lines = [
        Text(f"started  {started}   elapsed {clock(elapsed)}"),
        Text(bar_text(view)),
        Text(f"plan     {plan.plan or 'none'}" + ("" if our_pid is None else f"   our pid {our_pid}")),
    ]
    if plan.restore_point:
        lines.append(Text(printable(f"restore  {plan.restore_point}")))
    steps = [_step(number, one, view) for number, one in enumerate(view.steps, 1)]
    return Text("\n").join([*lines, Text(""), *steps])


def bar_text(view: RunView) -> str:
    """The bar, which never goes back and is full only at the good end."""
    if view.percent is None:
        return "how far  unknown: nobody knows the total"
    filled = "#" * (BAR * view.percent // 100)
    return f"[{filled:<{BAR}}] {view.percent} %  {min(view.done, view.total or 0)} of {view.total}"


def _step(number: int, one: StepView, view: RunView) -> Text:
    took = "" if one.seconds is None else f"{one.seconds:.2f} s "
    again = f"try {view.tries} " if view.tries > 1 and number - 1 == view.current else ""
    text = Text(f"{one.state:<6}", style=STYLES.get(one.state, ""))
    return text.append(
        printable(f"{number:>2} {one.step.short} {again}{took}{one.step.label}"), style="not bold"
    )


def age(seconds: float | None) -> str:
    """How old something is: `0.4 s`, `07:12`, `26:07:12`; unknown is `?`."""
    if seconds is None:
        return "?"
    if seconds < 60:
        return f"{max(seconds, 0.0):.1f} s"
    return clock(seconds).removeprefix("00:")


def wait_title(view: RunView, plan: RunPlan) -> str:
    """What the pane about the present is called."""
    if view.ended is not None:
        return (
            "The end: done" if view.ended.well else f"The end: {'stopped' if view.ended.stopped else 'FAIL'}"
        )
    at = "" if view.current is None else f"step {view.current + 1} of {len(view.steps)}  "
    if view.blocked is not None:
        return f"{at}WAITING FOR A LOCK"
    return f"{at}WAITING" if view.waiting is not None else f"{at}RUNNING {plan.title}"


def wait_text(view: RunView, queue: Queue | None, now: float) -> Text:
    """What the run does at the moment, or who it waits for; after the end, the sentence of the state."""
    if view.ended is not None:
        return Text(view.ended.sentence)
    if view.blocked is not None:
        return Text("\n").join(_blocked(view, queue, now))
    if view.waiting is not None:
        left = (
            "" if view.since is None else f" {max(0.0, view.since + view.waiting.seconds - now):.1f} s left;"
        )
        return Text(
            f"{view.waiting.cause}\n\nbacking off so that the queue drains:{left} then try "
            f"{view.waiting.attempt + 1}"
        )
    if view.progress is not None:
        return Text(f"{view.doing}\n\n{view.progress.step}\n{progress_text(view.progress)}")
    return Text(view.doing or "connecting, taking the migration lock, proving")


def _blocked(view: RunView, queue: Queue | None, now: float) -> Iterator[Text]:
    assert view.blocked is not None
    waited = view.blocked.seconds + (0.0 if view.since is None else max(0.0, now - view.since))
    count = len(view.blocked.blockers)
    who = "1 session" if count == 1 else f"{count} sessions"
    behind = "" if queue is None else f", {queue.behind} queue behind us"
    yield Text(f"WAIT {waited:.1f} s: blocked by {who}{behind}", style="bold yellow")
    for one in view.blocked.blockers:
        yield from _blocker(one, now - (view.since or now))
    yield Text(printable(f"our statement: {view.blocked.statement}"))
    if queue is not None and queue.tree:
        yield Text("")
        yield from (Text(printable(line), no_wrap=True, overflow="ellipsis") for line in queue.tree)


def _blocker(one: Blocker, later: float) -> Iterator[Text]:
    old = None if one.seconds is None else one.seconds + max(0.0, later)
    words = [
        f"pid {one.pid}",
        one.role or "role hidden",
        f"'{one.application}'" if one.application else "no application name",
        one.state or "state hidden",
        f"transaction {age(old)} old",
    ]
    yield Text(printable("  ".join(words)), style="bold")
    yield Text(printable(f"  last statement: {one.statement or 'hidden or none'}"))


def doing_text(view: RunView, plan: RunPlan) -> Text:
    """What can be done now; after the end, what follows."""
    if view.ended is None:
        pid = str(view.blockers[0].pid) if view.blockers else ""
        kill = f"terminate pid {pid} (its number is typed)" if pid else "terminate: off, nobody blocks"
        look = f"inspect pid {pid} in Activity" if pid else "who does what, in Activity"
        now = "t  try again now, without the rest of the pause\n" if view.waiting is not None else ""
        return Text(
            "wait: the run gives way to locks, backs off and tries again by itself\n"
            f"{now}x  stop safely: the statement is cancelled, its transaction rolled back\n"
            f"K  {kill}\ni  {look}"
        )
    if view.ended.well:
        return Text("esc  back to the revisions\nJ  the journal has this run\ny  copy its command line")
    hint = f"{view.ended.hint}\n" if view.ended.hint else ""
    again = plan.again or "take it up again"
    hint += f"to go back to: restore point {plan.restore_point}\n" if plan.restore_point else ""
    return Text(f"{hint}a  {again}\nR  look for what it left behind, and mend it (neonkit repair)\nesc  back")


def log_text(events: Sequence[Event], heard_at: Sequence[float]) -> Text:
    """Everything that was heard, with the clock."""
    lines = []
    for number, event in enumerate(events):
        at = time.strftime("%H:%M:%S", time.localtime(heard_at[number])) if number < len(heard_at) else ""
        lines.append(printable(f"{at}  {event_text(event)}"))
    return Text("\n".join(lines) or "nothing was said yet")
