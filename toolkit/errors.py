"""The error tree: every failure a user can meet has a code, a sentence, a hint and an exit code.

    NeonkitError
    ├── UsageError           E1xx  exit 2   settings, arguments, project layout
    ├── UnreachableError     E2xx  exit 3   no connection, or the connection was lost
    ├── TimedOutError        E3xx  exit 4   gave way to a lock or a statement timeout; nothing changed
    ├── RunFailedError       E4xx  exit 1   the run failed or the database refused
    ├── FindingsError        E5xx  exit 5   a check found something
    ├── RefusedError         E6xx  exit 6   refused by policy, or an answer is needed
    ├── IsolationBrokenError E7xx  exit 7   a user can reach another user's rows
    └── StoppedError         E8xx  exit 130 or 143

Here live the families only. Each room declares its own errors in its `errors.py`, as dataclasses whose
fields are the facts and whose `sentence` is made from them. Invariants, kept by tests: a code names one
class, and no field of an error is ever a secret.
"""

from __future__ import annotations

import dataclasses
from enum import IntEnum
from typing import Any, ClassVar


class ExitCode(IntEnum):
    """What the process says to the shell. The only place where these numbers are written."""

    DONE = 0
    """Done, or nothing to do."""
    FAILED = 1
    """The run failed or the database refused; the report says in which state things are."""
    USAGE = 2
    """Wrong arguments or configuration."""
    UNREACHABLE = 3
    """Cannot connect, or the connection was lost."""
    TIMED_OUT = 4
    """A lock or statement timeout: gave way, nothing changed."""
    FINDINGS = 5
    """A check found something: pending revisions, drift, lint."""
    REFUSED = 6
    """Refused by policy, or an answer is needed that nobody can give."""
    ISOLATION_BROKEN = 7
    """A user can reach another user's rows."""
    INTERRUPTED = 130
    """Stopped by the user, safely."""
    TERMINATED = 143
    """Stopped by the system, safely."""


@dataclasses.dataclass(eq=False)
class NeonkitError(Exception):
    """A failure that can be explained.

    Subclasses are dataclasses (`@dataclass(eq=False)`), give `code`, `sentence` and, where something can be
    done, `hint`.
    """

    code: ClassVar[str] = "E000"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    @property
    def sentence(self) -> str:
        """What went wrong, in one sentence made from the facts."""
        raise NotImplementedError

    @property
    def hint(self) -> str | None:
        """What the reader can do about it, or None when nothing is known."""
        return None

    def facts(self) -> dict[str, Any]:
        """The fields by name, for the JSON report."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def __str__(self) -> str:
        return self.sentence

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions made with keywords have empty `args`; without this they could not cross a process border.
        return _rebuild, (type(self), self.facts())


def _rebuild(kind: type[NeonkitError], facts: dict[str, Any]) -> NeonkitError:
    return kind(**facts)


def as_sentence(advice: str) -> str:
    """Advice that comes from elsewhere as a hint is written: from a capital letter to a full stop."""
    return advice[:1].upper() + advice[1:] + ("" if advice[-1:] in (".", "?", "!") else ".")


class UsageError(NeonkitError):
    """Wrong arguments, settings or project layout."""

    exit_code = ExitCode.USAGE


class UnreachableError(NeonkitError):
    """The server cannot be reached, or was lost."""

    exit_code = ExitCode.UNREACHABLE


class TimedOutError(NeonkitError):
    """Gave way to a lock or statement timeout; nothing changed."""

    exit_code = ExitCode.TIMED_OUT


class RunFailedError(NeonkitError):
    """The run failed, or the database refused."""

    exit_code = ExitCode.FAILED


class FindingsError(NeonkitError):
    """A check found something."""

    exit_code = ExitCode.FINDINGS


class RefusedError(NeonkitError):
    """Refused by policy, or an answer is needed."""

    exit_code = ExitCode.REFUSED


class IsolationBrokenError(NeonkitError):
    """A user can reach another user's rows."""

    exit_code = ExitCode.ISOLATION_BROKEN


class StoppedError(NeonkitError):
    """Stopped before the end, by the user or by the system."""

    exit_code = ExitCode.INTERRUPTED


def every_error(root: type[NeonkitError] = NeonkitError) -> list[type[NeonkitError]]:
    """All concrete error classes that have been imported, sorted by code."""
    found: set[type[NeonkitError]] = set()
    todo = [root]
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if "code" in vars(kind) and kind is not NeonkitError:
            found.add(kind)
    return sorted(found, key=lambda kind: kind.code)
