"""Jobs: core functions in worker threads, at most one that writes, each with a token that stops it.

A job talks to the UI only by messages; nothing in the thread touches a widget.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual.app import App
from textual.message import Message

from toolkit.cancel import CancelToken
from toolkit.errors import NeonkitError
from toolkit.events import Emit, Event
from toolkit.tui.errors import CrashedError

Work = Callable[[Emit, CancelToken], Any]


class JobHeard(Message):
    """A running job emitted an event."""

    def __init__(self, job: Job, event: Event) -> None:
        super().__init__()
        self.job = job
        self.event = event


class JobEnded(Message):
    """A job ended: with a result, or with an error."""

    def __init__(self, job: Job, result: Any, error: NeonkitError | None) -> None:
        super().__init__()
        self.job = job
        self.result = result
        self.error = error


@dataclass(eq=False)
class Job:
    """One piece of work that the user started."""

    title: str
    twin: str
    """The command line that does the same."""
    work: Work
    on_result: Callable[[Any], object]
    token: CancelToken = field(default_factory=CancelToken)
    started: float = field(default_factory=time.monotonic)

    def run(self, post: Callable[[Message], Any]) -> None:
        """Do the work, posting events and the end. Runs in a worker thread."""
        try:
            result = self.work(lambda event: void(post(JobHeard(self, event))), self.token)
        except NeonkitError as error:
            post(JobEnded(self, None, error))
        except Exception as error:  # noqa: BLE001 - a thread must end in a message, or the UI waits for ever
            post(JobEnded(self, None, crash(error)))
        else:
            post(JobEnded(self, result, None))


def post(app: App[Any], message: Message) -> None:
    """Hand a message to the loop from a thread; dropped when the loop has ended meanwhile."""
    if app.is_running:
        with suppress(RuntimeError):
            app.post_message(message)


def crash(error: BaseException) -> CrashedError:
    """The error to show for an exception nobody expected: its kind and place, never its text or locals.

    Messages of drivers and parsers can quote connection strings; a class name and a line cannot.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    return CrashedError(kind=type(error).__name__, place=place)


def void(value: object) -> None:
    """Drop a value where a callback must return nothing."""
    del value
