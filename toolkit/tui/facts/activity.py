"""Sessions, who waits for whom, and how far long statements are. Pure values, ordered and filtered here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Order = Literal["waits", "transaction", "pid"]
ORDERS: Final[tuple[Order, ...]] = ("waits", "transaction", "pid")


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as a row; cells stand under the headings of the sample."""

    pid: int
    cells: tuple[str, ...]
    runs: bool
    """Whether a statement runs that could be cancelled."""
    waits: bool
    blocks: int
    transaction_seconds: float


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One session of the lock trees, as it stands below its blocker."""

    pid: int
    lead: str
    """What is drawn before it."""
    below: str
    """What is drawn before all that goes on below it."""
    words: tuple[str, ...]
    """Who, in which state, what it wants and holds."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One sample of what the server does."""

    tree: tuple[TreeLine, ...]
    """The lock trees, the root blocker first."""
    headings: tuple[str, ...]
    sessions: tuple[SessionLine, ...]
    waiting: int
    longest_wait: str | None
    hidden: int
    """Sessions this role may not look into."""
    running: tuple[tuple[str, ...], ...] = ()
    """Statements that the server counts, under `running_headings`."""
    running_headings: tuple[str, ...] = ()
    milliseconds: float = 0.0
    """What taking the sample cost."""

    def chosen(self, wanted: str, order: Order) -> tuple[SessionLine, ...]:
        """The sessions that have `wanted` in one of their cells, in this order."""
        words = wanted.lower().split()
        found = [
            line for line in self.sessions if all(word in " ".join(line.cells).lower() for word in words)
        ]
        return tuple(sorted(found, key=lambda line: _rank(line, order)))

    def session(self, pid: int) -> SessionLine | None:
        """The session with that process id."""
        return next((line for line in self.sessions if line.pid == pid), None)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session looked at closely."""

    pid: int
    facts: tuple[tuple[str, str], ...]
    """Under their names."""


def _rank(line: SessionLine, order: Order) -> tuple[float, ...]:
    match order:
        case "waits":
            return (-line.blocks, not line.waits, not line.runs, -line.transaction_seconds, line.pid)
        case "transaction":
            return (-line.transaction_seconds, line.pid)
        case "pid":
            return (line.pid,)
