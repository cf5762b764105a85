"""The frame of the UI's life: when garbage is looked for, signals, crashes; the terminal is restored."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import TYPE_CHECKING

from rich.text import Text

from toolkit.tui.jobs import crash

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


def collect_garbage() -> None:
    """Let the garbage collector begin, but not in what was imported until now.

    That lives to the end, and searching it halts the screen for some 50 ms each time.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def end_on_signals(app: Cockpit) -> None:
    """Let SIGTERM and SIGHUP stop the job and leave with 128 + the signal's number.

    Python's default would kill the process with the alternate screen still on.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        try:
            loop.add_signal_handler(number, _end, app, number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # not the main thread, or a platform without it


def _end(app: Cockpit, number: signal.Signals) -> None:
    if app.job is not None:
        app.job.token.cancel(f"the system sent {number.name}", terminated=True)
    app.exit(return_code=128 + number)


def panic(app: Cockpit, error: Exception | None) -> None:
    """Leave after an error nobody handled: a sentence and a place, without values."""
    shown = crash(error) if error is not None else None
    text = (
        "neonkit tui stopped unexpectedly."
        if shown is None
        else f"error[{shown.code}]: {shown.sentence}\nhint: {shown.hint}"
    )
    app.panic(Text(text))
