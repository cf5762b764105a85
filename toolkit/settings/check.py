"""What [tool.neonkit.check] says, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Level = Literal["info", "warning", "error"]

PARTS: Final = ("heads", "lint", "rehearsal", "drift", "advice", "isolation")
"""The parts of a check, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What `neonkit check` asks, and from what on it fails."""

    parts: tuple[str, ...] = PARTS
    since: str | None = None
    """A git ref: only revisions that are new since then are linted and rehearsed."""
    base: str | None = None
    """A revision instead: only those after it."""
    database: Literal["embedded", "configured"] = "embedded"
    """A server of its own, migrated to the heads; or the database that the project is configured with."""
    roles: tuple[str, ...] = ()
    """Roles that revisions grant to and that a server of its own does not have."""
    rows: int = 10
    """Synthetic rows for each table in the rehearsal."""
    fail_on: Level = "error"
    levels: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))
    """For single parts, from what on they fail instead."""
    probe: bool = True
    """Whether isolation is tried by two users; if not, policies and plans are read only."""
    fail_on_unknown: bool = False

    def level(self, part: str) -> Level:
        """From what on the part fails."""
        return self.levels.get(part, self.fail_on)
