"""Stop signals: the first asks the work to stop safely, the second ends the process at once.

A Python signal handler runs only between byte codes, and a statement that runs inside the driver is none.
So the signal's number comes through a wake-up pipe to a thread, and the thread sets the token; what the
core registered with the token then cancels the statement from a second connection.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from toolkit.cancel import CancelToken
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from types import FrameType

    from toolkit.cli.diagnostics import Diagnostics

ENDINGS = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


def token_for_signals(diagnostics: Diagnostics) -> CancelToken:
    """A token that SIGINT and SIGTERM set from now on. Handlers go in only in the main thread."""
    token = CancelToken()
    if threading.current_thread() is not threading.main_thread():
        return token
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in ENDINGS:
        signal.signal(number, _left_to_the_thread)
    threading.Thread(
        target=_watch, args=(reader, token, diagnostics), name="neonkit-signals", daemon=True
    ).start()
    return token


@contextmanager
def default_handlers() -> Iterator[None]:
    """While a question waits for its answer, Ctrl+C ends the process: nothing runs that could be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pipe = signal.set_wakeup_fd(-1)
    before = {number: signal.getsignal(number) for number in ENDINGS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(pipe)


def _left_to_the_thread(number: int, frame: FrameType | None) -> None:
    """A handler must be there for the wake-up pipe to be written to; the work is the thread's."""
    del number, frame


def _watch(reader: int, token: CancelToken, diagnostics: Diagnostics) -> None:
    while received := os.read(reader, 1):
        number = signal.Signals(received[0])
        if number not in ENDINGS:
            continue
        if token.cancelled:
            diagnostics.line("stopped at once; the server rolls back what was not committed")
            sys.stdout.flush()
            os._exit(ENDINGS[number])
        diagnostics.line("stopping safely; press Ctrl+C again to stop at once")
        terminated = number == signal.SIGTERM
        reason = "the system asked the process to end" if terminated else "Ctrl+C was pressed"
        token.cancel(reason, terminated=terminated)
