"""What a trace heard, counted by table and verb, and the file that keeps it for the verdict table.

No statement and no value is in it: places of the program and counts only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final

from toolkit.errors import UsageError
from toolkit.isolation.trace.requirement import Action
from toolkit.isolation.verdict import Verb

_MARK: Final = "neonkit isolation trace"
_VERSION: Final = 1

VERBS: Final[Mapping[Action, Verb]] = MappingProxyType(
    {
        Action.READ: Verb.READ,
        Action.INSERT: Verb.INSERT,
        Action.UPDATE: Verb.UPDATE,
        Action.GIVE: Verb.UPDATE,
        Action.DELETE: Verb.DELETE,
        Action.REFER: Verb.REFERENCES,
    }
)
"""The cell of the verdict table that each action of a statement belongs to."""


@dataclass(eq=False)
class TraceFileError(UsageError):
    """A file that was named as a saved trace cannot be read or written as one."""

    code: ClassVar[str] = "E100"

    path: Path
    problem: str

    @property
    def sentence(self) -> str:
        return f"{self.path} {self.problem}."

    @property
    def hint(self) -> str:
        return "`neonkit isolation trace --save FILE` writes one."


@dataclass(frozen=True, slots=True)
class Heard:
    """All references of one kind to one table. Counts are of executions."""

    table: str
    verb: Verb
    bound: int = 0
    """Of the acting user's rows only."""
    unbound: int = 0
    """Others' rows may be meant."""
    unknown: int = 0
    """Nobody can tell."""
    of_nobody: int = 0
    """While nobody acted, which shows nothing."""
    places: tuple[str, ...] = ()
    """Where what is not bound stands in the program, as `path:line`; the most frequent ones."""


@dataclass(frozen=True, slots=True)
class HeardStatements:
    """One run of a program."""

    statements: int
    of_users: int
    """How many of them ran for a user."""
    heard: tuple[Heard, ...]

    def of(self, table: str, verb: Verb) -> Heard | None:
        """What was heard of one cell; None if nothing was."""
        return next((each for each in self.heard if (each.table, each.verb) == (table, verb)), None)


def save(heard: HeardStatements, path: Path) -> None:
    """Write it. Raises TraceFileError."""
    told = {"made_by": _MARK, "version": _VERSION, **asdict(heard)}
    try:
        path.write_text(json.dumps(told, indent=1, default=lambda each: each.value) + "\n", "utf-8")
    except OSError as error:
        raise TraceFileError(path, f"cannot be written: {error.strerror}") from error


def load(path: Path) -> HeardStatements:
    """Read what `save` wrote. Raises TraceFileError."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TraceFileError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise TraceFileError(path, "is no JSON") from error
    try:
        if told["made_by"] != _MARK or told["version"] != _VERSION:
            raise TraceFileError(path, "is no trace that this version can read")
        return HeardStatements(int(told["statements"]), int(told["of_users"]), tuple(_read(told["heard"])))
    except (KeyError, TypeError, ValueError) as error:
        raise TraceFileError(path, "is no saved trace") from error


def _read(told: Iterable[Mapping[str, Any]]) -> Iterable[Heard]:
    for each in told:
        yield Heard(**{**each, "verb": Verb(each["verb"]), "places": tuple(map(str, each["places"]))})
