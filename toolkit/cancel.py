"""Cancelling: a token that doors set and the core checks.

The core asks `raise_if_cancelled` between statements, and registers with `on_cancel` what interrupts the
statement that runs (a cancel request from a second connection). A token is set once and never unset.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from toolkit.errors import ExitCode, StoppedError


@dataclass(eq=False)
class CancelledError(StoppedError):
    """The user or the system asked to stop."""

    code = "E801"

    reason: str

    @property
    def sentence(self) -> str:
        return f"Stopped: {self.reason}."


@dataclass(eq=False)
class TerminatedError(CancelledError):
    """The system asked the process to end."""

    code = "E802"
    exit_code = ExitCode.TERMINATED


class Nudge:
    """A word to whoever waits between two tries: try now. Safe between threads; it ends nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    def now(self) -> bool:
        """Wake who waits; False if nobody does, and then nothing is remembered."""
        with self._lock:
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()
        return bool(callbacks)

    @contextmanager
    def on_nudge(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` if somebody says so while the block runs. It must not raise."""
        with self._lock:
            self._callbacks.append(callback)
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


class CancelToken:
    """One request to stop, shared by the asker and the worker. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._error: CancelledError | None = None
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether anybody asked to stop."""
        return self._error is not None

    def cancel(self, reason: str, *, terminated: bool = False) -> None:
        """Ask to stop, and interrupt what registered itself. Asking twice changes nothing."""
        with self._lock:
            if self._error is not None:
                return
            self._error = TerminatedError(reason) if terminated else CancelledError(reason)
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    def raise_if_cancelled(self) -> None:
        """Raise the `CancelledError` if anybody asked to stop."""
        if self._error is not None:
            raise self._error

    @contextmanager
    def on_cancel(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` if the token is set while the block runs. It must not raise."""
        with self._lock:
            already = self._error is not None
            self._callbacks.append(callback)
        try:
            if already:
                callback()
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)
