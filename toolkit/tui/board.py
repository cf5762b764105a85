"""The board: everything the cockpit knows at the moment. Written by the app's loop only, read by screens."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.events import Event
    from toolkit.tui.facts.activity import Activity
    from toolkit.tui.facts.connection import Failure, Identity, Lost
    from toolkit.tui.facts.importing import ImportOutcome, ImportSource
    from toolkit.tui.facts.isolation import Isolation
    from toolkit.tui.facts.migrations import Revisions
    from toolkit.tui.facts.overview import DriftGlance, Limits
    from toolkit.tui.facts.plan import PlanFacts
    from toolkit.tui.facts.runs import Journal
    from toolkit.tui.facts.schema import AdviceView, Drift, Schema
    from toolkit.tui.jobs import Job

KEPT_LINES = 500
KEPT = ("line", "state", "reads", "history")
"""What stays when another database is opened."""


@dataclass(slots=True)
class Board:
    """None means not read yet; a `Failure` says why it cannot be read."""

    identity: Identity | Failure | None = None
    lost: Lost | None = None
    """Set while the connection is gone; `identity` and all facts stay as they were."""
    revisions: Revisions | Failure | None = None
    plan: PlanFacts | Failure | None = None
    """What an upgrade would do; None where no plan was made for the database as it stands."""
    journal: Journal | Failure | None = None
    schema: Schema | Failure | None = None
    drift: Drift | Failure | None = None
    """None until somebody asks for it: it builds scratch databases."""
    limits: Limits | Failure | None = None
    glance: DriftGlance | Failure | None = None
    advice: AdviceView | Failure | None = None
    """About the whole database; None of a large one, too, whose advice only mode 2 asks for."""
    isolation: Isolation | Failure | None = None
    source: ImportSource | Failure | None = None
    outcome: ImportOutcome | Failure | None = None
    activity: Activity | Failure | None = None
    armed_until: str | None = None
    """The clock time at which writes are disarmed; None while they are not armed by hand."""
    line: str = "opening the project"
    """The job line."""
    state: str = "run"
    """`idle`, `run`, `wait`, `ok` or `fail`."""
    reads: dict[int, tuple[str, float]] = field(default_factory=dict)
    """What is being read, by number: in words, and since when on the monotonic clock."""
    latest: Job | None = None
    """The job that runs or ran last."""
    heard: list[Event] = field(default_factory=list)
    """What the latest job said, in order: what a run view is folded from."""
    heard_at: list[float] = field(default_factory=list)
    """When each of it was heard, on `time.time`."""
    history: list[str] = field(default_factory=list)
    """What happened in this sitting, oldest first, each with its time of day."""

    def note(self, text: str) -> None:
        """Add a line to the history, and drop the oldest when there are too many."""
        self.history.append(f"{datetime.now().astimezone():%H:%M:%S}  {text}")
        del self.history[:-KEPT_LINES]

    def begin(self, job: Job) -> None:
        """A job starts: what the one before said is forgotten."""
        self.latest, self.heard, self.heard_at = job, [], []
        self.note(job.twin)

    def hear(self, event: Event) -> None:
        """The latest job said something."""
        self.heard.append(event)
        self.heard_at.append(time.time())

    def forget(self) -> None:
        """Another database is opened: nothing that was read holds any more. The history stays."""
        fresh = Board()
        for each in dataclasses.fields(self):
            if each.name not in KEPT:
                setattr(self, each.name, getattr(fresh, each.name))
