"""Work done ahead: an iterator runs in a thread of its own while its items are used.

The thread never touches a connection. What it raises is raised to the user of the items.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")

_WAITING: Final = 2
"""So many items may wait; more would only fill memory."""
_TURN: Final = 0.0001
"""Seconds after which the thread lets the user of its items have a turn."""
_USUAL: Final = 0.005
"""The turn that the interpreter gives by itself."""
_LOOKS: Final = 0.2
"""Seconds after which a thread that waits looks whether anybody still wants its items."""


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class _End:
    pass


@contextmanager
def read_ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """`items`, made ahead. When the block ends, the thread has ended."""
    ahead = _Ahead(items)
    # The interpreter lets a busy thread run on for this long while another waits, after each statement anew.
    # A process that has chosen a turn of its own, for a screen that has to answer, keeps it.
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN if usual == _USUAL else usual)
    ahead.thread.start()
    try:
        yield ahead.items()
    finally:
        ahead.stop.set()
        ahead.thread.join()
        sys.setswitchinterval(usual)


class _Ahead(Generic[Item]):
    def __init__(self, items: Iterator[Item]) -> None:
        self._source = items
        self._made: queue.Queue[Item | _Failed | _End] = queue.Queue(_WAITING)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._make, name="neonkit import, reading", daemon=True)

    def items(self) -> Iterator[Item]:
        while True:
            item = self._made.get()
            if isinstance(item, _End):
                return
            if isinstance(item, _Failed):
                raise item.error
            yield item

    def _make(self) -> None:
        try:
            for item in self._source:
                if not self._put(item):
                    return
            self._put(_End())
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that uses the items
            self._put(_Failed(error))

    def _put(self, item: Item | _Failed | _End) -> bool:
        while not self.stop.is_set():
            try:
                self._made.put(item, timeout=_LOOKS)
            except queue.Full:
                continue
            return True
        return False
