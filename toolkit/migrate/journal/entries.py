"""What stands in the journal, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from toolkit.migrate.results import Direction

StatementOutcome = Literal["running", "done", "committing", "committed", "rolled back", "failed", "skipped"]
"""`done`: ended well, its transaction still open. `committing`: COMMIT was about to be sent. `skipped`: an
earlier run had committed it already."""

RevisionOutcome = Literal["running", "applied", "not applied", "partly applied", "in doubt"]

RunOutcome = Literal["running", "done", "failed", "gave way", "stopped", "lost", "broken off"]
"""`broken off`: the process ended without a word, as a later run found."""


@dataclass(slots=True)
class StatementEntry:
    """One statement of a revision. `digest` covers its text, `bound` its parameters."""

    number: int
    sql: str
    digest: str
    bound: str
    began: datetime
    autocommit: bool
    ended: datetime | None = None
    rows: int | None = None
    waited: float | None = None
    """Seconds it was seen waiting for locks."""
    sqlstate: str | None = None
    returned: bool = False
    """Whether it gave rows back, even none."""
    transaction: int | None = None
    """The server's number of its transaction, asked before COMMIT; None if it had none."""
    outcome: StatementOutcome = "running"

    @property
    def is_committed(self) -> bool:
        """Whether its effect is in the database for good."""
        return self.outcome in ("committed", "skipped")


@dataclass(slots=True)
class RevisionEntry:
    """One try at one revision."""

    number: int
    revision: str
    direction: Direction
    message: str
    path: str | None
    checksum: str | None
    version_table: str
    began: datetime
    ended: datetime | None = None
    outcome: RevisionOutcome = "running"
    statements: list[StatementEntry] = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is not known."""
        return None if self.ended is None else (self.ended - self.began).total_seconds()


@dataclass(slots=True)
class RunEntry:
    """One call of upgrade, downgrade or stamp."""

    id: str
    direction: Direction
    target: str
    began: datetime
    plan: str | None = None
    ended: datetime | None = None
    role: str | None = None
    address: str | None = None
    os_user: str | None = None
    host: str | None = None
    process: int | None = None
    version: str | None = None
    heads_after: tuple[str, ...] | None = None
    outcome: RunOutcome = "running"
    code: str | None = None
    sentence: str | None = None
    restore_point: str | None = None
    """The name of what was made to go back to before the run."""
    revisions: list[RevisionEntry] = field(default_factory=list)
