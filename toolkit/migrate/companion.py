"""What may go along with a run and hear what the recorder hears: the journal, the guard.

The methods here do nothing. They are called in the thread of the run, inside SQLAlchemy's events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

if TYPE_CHECKING:
    from toolkit.migrate.recording import Stage, Step


@dataclass(slots=True)
class Running:
    """A statement that runs, or ran last and failed."""

    sql: str
    parameters: Any
    connection: Connection
    driver: Any
    """The driver's connection, which other threads may look at."""
    step: Step | None
    autocommit: bool
    begun: float
    """By `time.perf_counter`."""
    began: datetime
    waited: float = 0.0
    """Seconds it was seen waiting for locks."""


class Companion:
    """One that goes along."""

    def stage_begins(self, stage: Stage, heads: tuple[str, ...], steps: Iterable[Any]) -> None:
        """Alembic knows the steps from the heads it found; none has begun."""

    def revision_begins(self, step: Step) -> None:
        """A revision is about to run."""

    def revision_ended(self, step: Step) -> None:
        """The version table was written, in the run's transaction."""

    def statement_begins(self, running: Running) -> bool:
        """Whether the statement is to be sent; False, and nobody behind is asked, if its effect is there."""
        del running
        return True

    def statement_ended(self, running: Running, rows: int | None, *, returned: bool) -> None:
        """The statement ended well; `returned` if it gave rows back."""

    def statement_failed(self, running: Running, sqlstate: str | None) -> None:
        """The statement failed."""

    def commits(self, connection: Connection) -> None:
        """COMMIT is about to be sent."""

    def rolled_back(self, connection: Connection) -> None:
        """ROLLBACK is about to be sent."""
