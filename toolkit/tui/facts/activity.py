"""Sessions and who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    """One sample of what the server does."""

    tree: tuple[str, ...]
    """The lock trees as lines, the root blocker first."""
    headings: tuple[str, ...]
    sessions: tuple[tuple[str, ...], ...]
    """Cells under the headings; the first is the process id."""
    waiting: int
