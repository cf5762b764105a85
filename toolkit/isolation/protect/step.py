"""What a protection is made of: steps with their way back, in stages that are revisions of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Stage(Enum):
    """The stages in the order in which they run; the value says what a stage is for."""

    INDEXES = "indexes for keys and policies by owner"
    KEYS = "references carry the owner"
    VALIDATION = "validate that references carry the owner"
    POLICIES = "users reach their own rows only"

    @property
    def commits_each(self) -> bool:
        """Whether each statement commits by itself, so that no lock is held while the next one waits.

        What commits by itself can be run again after a failure. KEYS is one transaction: its locks let
        readers work, and nothing in it reads a row.
        """
        return self is not Stage.KEYS

    @property
    def waits_unbounded(self) -> bool:
        """Whether a bound on waiting would do harm: a build that gives way leaves an invalid index."""
        return self is Stage.INDEXES


@dataclass(frozen=True, slots=True)
class Step:
    """Statements that belong together, and what takes them back. Each can be run again after a failure."""

    stage: Stage
    subject: str
    """The table, view, schema or role."""
    does: str
    """In words, for people."""
    sql: tuple[str, ...]
    back: tuple[str, ...] = ()
    """In the order in which they run; empty where the way back of another step does it."""


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What the protection leaves for a person to decide."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Protection:
    """What is missing between a database and isolation, as steps. Without steps nothing is missing."""

    role: str
    role_exists: bool
    identity: str
    """What tells the acting user: the setting, or the function."""
    steps: tuple[Step, ...]
    left_open: tuple[LeftOpen, ...]
    tables: int
    """How many tables with owners were looked at."""

    def of(self, stage: Stage) -> tuple[Step, ...]:
        """The steps of one stage, in order."""
        return tuple(step for step in self.steps if step.stage is stage)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that have steps."""
        return tuple(stage for stage in Stage if self.of(stage))
