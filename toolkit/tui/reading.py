"""Reads of the core in worker threads. What comes of them arrives in the loop, as a value or a `Failure`.

A read that takes longer than a second is on the board meanwhile, so that the job line can name it. Nobody who
leaves waits for the threads: a server that does not answer keeps no process alive.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from toolkit.errors import NeonkitError, UnreachableError
from toolkit.tui.facts.connection import Failure
from toolkit.tui.jobs import crash, post

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

Done = Callable[[Any], object]
AT_ONCE = 6
"""How many reads run at the same time: as many as a pool has connections."""


@dataclass(frozen=True, slots=True)
class Read:
    """One thing to read: how, for whom, and in words what it is."""

    read: Callable[[], Any]
    done: Done
    what: str
    newest: str = ""
    """Reads with the same name: only the newest matters, and at most one runs."""


class ReadEnded(Message):
    """A thread has read it, or cannot."""

    def __init__(self, number: int, what: Read, value: Any) -> None:
        super().__init__()
        self.number = number
        self.what = what
        self.value = value


class Reading:
    """The reads that are under way."""

    def __init__(self, cockpit: Cockpit) -> None:
        self._cockpit = cockpit
        self._numbers = itertools.count(1)
        self._next: dict[str, Read | None] = {}
        """For each name of newest-only reads that has one under way: the one to start after it."""
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def begin(self, what: Read) -> None:
        """Read it in a thread of its own."""
        if what.newest:
            if what.newest in self._next:
                self._next[what.newest] = what
                return
            self._next[what.newest] = None
        number = next(self._numbers)
        self._cockpit.board.reads[number] = (what.what, time.monotonic())
        self._cockpit.pulse()
        threading.Thread(target=self._work, args=(number, what), daemon=True).start()

    def ended(self, message: ReadEnded) -> bool:
        """Take one off the board; False if a newer one of the same name stands in its place."""
        self._cockpit.board.reads.pop(message.number, None)
        newer = self._next.pop(message.what.newest, None) if message.what.newest else None
        if newer is not None:
            self.begin(newer)
        return newer is None

    def _work(self, number: int, what: Read) -> None:
        value: Any
        try:
            with self._free:
                value = what.read()
        except NeonkitError as error:
            value = failure(error)
        except Exception as error:  # noqa: BLE001 - a fact that cannot be read must still end in a sentence
            value = failure(crash(error))
        post(self._cockpit, ReadEnded(number, what, value))


def failure(error: NeonkitError) -> Failure:
    """An error as the screens show it."""
    unreachable = isinstance(error, UnreachableError) and type(error).code < "E220"
    return Failure(type(error).code, error.sentence, error.hint, unreachable)
