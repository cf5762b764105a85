"""Which threads belong to a run of a user's `env.py`.

Standing in for process-wide things (standard output, drivers' `connect`, engines' events) must touch only the
code that the run executes: the thread that runs `env.py` and the threads that this thread starts. The other
threads of the process, a terminal UI's for instance, go on undisturbed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from weakref import WeakSet

from toolkit.migrate.replacing import replaced


class Insiders:
    """The threads of one run. `here()` tells whether the caller is one of them."""

    def __init__(self) -> None:
        self._threads: WeakSet[threading.Thread] = WeakSet()
        self._outside = threading.local()

    def here(self) -> bool:
        """Whether the running thread belongs to the run and is not in an `outside` block."""
        return threading.current_thread() in self._threads and not getattr(self._outside, "depth", 0)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make the running thread an insider, and every thread that an insider starts."""
        threads, original = self._threads, threading.Thread.start
        current = threading.current_thread()

        def start(thread: threading.Thread, *args: Any, **kwargs: Any) -> None:
            if threading.current_thread() in threads:
                threads.add(thread)
            original(thread, *args, **kwargs)

        threads.add(current)
        try:
            with replaced(threading.Thread, "start", start):
                yield
        finally:
            threads.discard(current)

    def outside(self) -> AbstractContextManager[None]:
        """Let our own code, called from inside, act as if it came from outside."""
        return _Outside(self._outside)


class _Outside:
    """Entered at every event of a run, hence not made by `contextmanager`."""

    __slots__ = ("_local",)

    def __init__(self, local: threading.local) -> None:
        self._local = local

    def __enter__(self) -> None:
        self._local.depth = getattr(self._local, "depth", 0) + 1

    def __exit__(self, *raised: object) -> None:
        self._local.depth -= 1
