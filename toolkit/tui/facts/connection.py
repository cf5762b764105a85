"""Who and where we are, where else we could go, and errors as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeGuard, TypeVar

T = TypeVar("T")

Environment = Literal["dev", "staging", "production"]

STARTED = "(as started)"
SERVER = "(embedded server)"
"""Names of the connections that are no profiles."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is shown: code, sentence, hint."""

    code: str
    sentence: str
    hint: str | None = None
    unreachable: bool = False
    """The database does not answer, or the connection to it broke: later the same may work."""

    @property
    def text(self) -> str:
        """Both sentences on their own lines."""
        lines = [f"error[{self.code}] {self.sentence}"]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


def known(facts: T | Failure | None) -> TypeGuard[T]:
    """Whether facts have been read: neither missing yet nor impossible to read."""
    return facts is not None and not isinstance(facts, Failure)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and where we are, for the banner."""

    environment: Environment
    host: str
    database: str
    role: str
    version: str
    pooled: bool
    read_only: bool
    bypasses_policies: bool
    milliseconds: float
    """How long connecting and asking took."""
    notices: tuple[str, ...] = ()
    """What is to be known of the way there: a direct host that was derived, a check that was left out."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection was there and is gone. Times are seconds of the monotonic clock."""

    sentence: str
    since: float
    tries: int = 0
    """How often reconnecting was tried."""
    next_try: float | None = None
    """When it is tried again; None while it is tried, and while nobody is there to see it."""
    paused: bool = False
    """Nobody has pressed a key for a while, so nothing is tried."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A connection that can be picked. No secret, and nothing that tells how long one is."""

    kind: Literal["started", "profile", "server"]
    """As the program was started; a profile of the settings; the project's embedded server."""
    name: str
    environment: Environment | None
    read_only: bool
    host: str
    database: str
    role: str
    source: str
    """Where its URL comes from: a variable, a file, a flag."""
    last_used: str
    problem: str | None = None
    """Why it cannot be used, in one sentence."""
