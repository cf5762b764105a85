"""What a project's files print, log and warn, heard instead of shown.

Alembic prints, `env.py` configures logging (and thereby closes every handler of the process and disables its
loggers), revisions print their progress. Results of ours are values and standard output is data, so all of it
is taken in as lines. Invariant: after the block, the process's streams and its logging are what they were.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TextIO

from toolkit.migrate.insiders import Insiders
from toolkit.migrate.replacing import replaced
from toolkit.secret import without_passwords

_UNINTERESTING = (
    DeprecationWarning,
    PendingDeprecationWarning,
    ImportWarning,
    ResourceWarning,
    SyntaxWarning,
)


class Heard:
    """The lines a run printed or warned, in order; `hear` is called with each as it comes."""

    def __init__(self, insiders: Insiders) -> None:
        self.insiders = insiders
        self.lines: list[str] = []
        self.hear: Callable[[str], None] = self.lines.append
        self._rest = ""

    def write(self, text: str) -> None:
        """Take in printed text; a line counts once it is complete."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self.line(line)

    def finish(self) -> None:
        """Take in a last line that did not end."""
        rest, self._rest = self._rest, ""
        self.line(rest)

    def line(self, text: str) -> None:
        """Take in one line, if there is anything in it."""
        text = without_passwords(text.rstrip())
        if text:
            with self.insiders.outside():
                self.hear(text)


class _Tap:
    """A standard stream that insiders speak into a `Heard`, and others into the real one."""

    def __init__(self, real: TextIO, heard: Heard) -> None:
        self._real = real
        self._heard = heard

    def write(self, text: str) -> int:
        if not self._heard.insiders.here():
            return self._real.write(text)
        self._heard.write(text)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@contextmanager
def silenced(heard: Heard) -> Iterator[None]:
    """Take in what insiders print, log and warn while the block runs; restore all of it afterwards."""
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            stack.enter_context(replaced(sys, name, _Tap(getattr(sys, name), heard)))
        for name in ("fileConfig", "dictConfig"):
            stack.enter_context(replaced(logging.config, name, _for_outsiders(name, heard.insiders)))
        stack.enter_context(_logging_restored())
        stack.enter_context(_warnings_heard(heard))
        stack.callback(heard.finish)
        yield


def _for_outsiders(name: str, insiders: Insiders) -> Callable[..., None]:
    original: Callable[..., None] = getattr(logging.config, name)

    def configure(*args: Any, **kwargs: Any) -> None:
        if not insiders.here():
            original(*args, **kwargs)

    return configure


@contextmanager
def _warnings_heard(heard: Heard) -> Iterator[None]:
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("default")
        try:
            yield
        finally:
            for text in dict.fromkeys(
                str(entry.message) for entry in recorded if not issubclass(entry.category, _UNINTERESTING)
            ):
                heard.line(text)


@contextmanager
def _logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    known = {name: _state(logger) for name, logger in _loggers().items()}
    of_root, disabled = _state(root), root.manager.disable
    try:
        yield
    finally:
        root.manager.disable = disabled
        _restore(root, of_root)
        for name, logger in _loggers().items():
            # A library that was imported meanwhile keeps its silence; anything louder is the project's.
            quiet: list[logging.Handler] = [h for h in logger.handlers if isinstance(h, logging.NullHandler)]
            _restore(logger, known.get(name, (logging.NOTSET, quiet, False, True)))


_State = tuple[int, list[logging.Handler], bool, bool]


def _loggers() -> dict[str, logging.Logger]:
    found = logging.getLogger().manager.loggerDict
    return {name: logger for name, logger in found.items() if isinstance(logger, logging.Logger)}


def _state(logger: logging.Logger) -> _State:
    return logger.level, list(logger.handlers), logger.disabled, logger.propagate


def _restore(logger: logging.Logger, state: _State) -> None:
    level, handlers, logger.disabled, logger.propagate = state
    logger.setLevel(level)
    logger.handlers[:] = handlers
