"""After the screen is gone: what becomes of a job that still runs, told in plain lines on standard error.

Nobody who leaves is left in doubt: a job is waited for, goes on by itself because that was asked for, or is
left behind with a warning that says what holds then.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from toolkit.errors import ExitCode
from toolkit.events import Progress
from toolkit.reports.table import printable
from toolkit.tui.jobs import Job, JobHeard
from toolkit.tui.reading import failure
from toolkit.tui.widgets.job_line import event_text

if TYPE_CHECKING:
    from types import FrameType

    from textual.message import Message

    from toolkit.tui.running import Running

AT_ONCE, SAFELY = 1.0, 60.0
"""Seconds that a job which was told to stop has after the screen is gone."""
HEARD_EVERY = 0.2
"""Seconds after which signals are looked for while a job goes on."""


def see_out(running: Running, code: int) -> int:
    """Wait for the job as the way of leaving wants it; the exit code of the process.

    Whoever insisted (130) waits for nothing; a signal lets the job end where that is safe; a job that was
    detached goes on to its end, and its exit code is the process's.
    """
    job = running.detached
    if job is not None:
        with _signals_stop(job):
            return _go_on(running, job)
    title = running.title
    try:
        ended = running.finish(AT_ONCE)
        if not ended and code != ExitCode.INTERRUPTED:
            _say(f"{title} is stopped where that is safe, within {SAFELY:.0f} s; ctrl+c leaves at once")
            ended = running.finish(SAFELY)
    except KeyboardInterrupt:
        ended, code = False, int(ExitCode.INTERRUPTED)
    if not ended:
        _say(
            f"warning: left while {title} was still running: it had not stopped yet. What it has not"
            " committed is rolled back by the server, which now loses its connection; `neonkit status` says"
            " where the database stands, `neonkit repair` what is left half done."
        )
    return code


def heard_without_a_screen(message: Message) -> None:
    """A job that goes on alone says something."""
    if isinstance(message, JobHeard) and not isinstance(message.event, Progress):
        _say(event_text(message.event))


def _go_on(running: Running, job: Job) -> int:
    _say(
        f"{job.title} goes on without the screen, as process {os.getpid()}. Closing this terminal does not"
        " stop it; ctrl+c does, where that is safe. `neonkit history --runs` tells of it."
    )
    while not running.finish(HEARD_EVERY):
        pass
    ended = running.last
    error = None if ended is None else ended.error
    if error is None:
        result = None if ended is None else ended.result
        _say(result if isinstance(result, str) else f"{job.title} done")
        return int(ExitCode.DONE)
    shown = failure(error)
    _say(f"error[{shown.code}]: {shown.sentence}" + (f"\nhint: {shown.hint}" if shown.hint else ""))
    return int(error.exit_code)


@contextmanager
def _signals_stop(job: Job) -> Iterator[None]:
    """SIGINT and SIGTERM stop the job safely; SIGHUP, which a closed terminal sends, is not heard."""

    def stop(number: int, _: FrameType | None) -> None:
        job.token.cancel(
            f"the system sent {signal.Signals(number).name}", terminated=number == signal.SIGTERM
        )

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    if hasattr(signal, "SIGHUP"):
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    """A line for whoever still looks; a terminal that is gone is no reason to end."""
    # Not `sys.stderr`: a run that began under the screen gives back what it found there, the screen's own.
    stream = sys.__stderr__
    if stream is not None:
        with suppress(OSError, ValueError):
            stream.write("\n".join(printable(line) for line in text.splitlines()) + "\n")
            stream.flush()
