"""`make_restore_point`: by the means there are, with a name that says what it was made before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from toolkit.cancel import CancelToken
from toolkit.database.restore.means import Means, NeonBranches
from toolkit.events import Emit, StepFinished, StepStarted, unheard

STEP: Final = "restore point"
LONGEST: Final = 40
"""Characters of what it is made before that go into its name."""


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """Something to go back to, which stood when this was returned."""

    kind: Literal["neon branch", "command"]
    name: str
    made: datetime
    id: str | None = None
    """The branch's id."""
    parent: str | None = None
    """The branch it was made of."""
    expires: datetime | None = None
    """When Neon removes it; None for never, and for what a command makes."""
    said: str | None = None
    """The last line that the command printed."""

    @property
    def words(self) -> str:
        """In a line: what it is, and until when it is kept."""
        if self.kind == "command":
            return f"{self.name} by the project's command" + (f": {self.said}" if self.said else "")
        kept = "until you remove it" if self.expires is None else f"until {self.expires:%Y-%m-%d %H:%M} UTC"
        return f"Neon branch {self.name} ({self.id}), kept {kept}"


def point_name(before: str, now: datetime) -> str:
    """The name of a point made before `before` (a plan, a revision): unique to the second."""
    told = re.sub(r"[^A-Za-z0-9]+", "-", before).strip("-")[:LONGEST] or "run"
    return f"pre-{told}-{now:%Y%m%d-%H%M%S}"


def make_restore_point(
    means: Means, before: str, *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> RestorePoint:
    """Make one now. Raises RestorePointFailedError, and the token's error."""
    from toolkit.database.restore.command import run_command
    from toolkit.database.restore.neon_branch import make_branch

    now = datetime.now(UTC).replace(microsecond=0)
    name = point_name(before, now)
    emit(StepStarted(STEP, f"{name}, {means.words}"))
    token = cancel or CancelToken()
    if isinstance(means, NeonBranches):
        point = make_branch(means, name, now, emit, token)
    else:
        point = run_command(means, name, now, before, emit, token)
    emit(StepFinished(STEP, "done", point.words, (datetime.now(UTC) - now).total_seconds()))
    return point
