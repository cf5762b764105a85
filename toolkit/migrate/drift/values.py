"""What a comparison of models, migrations and a live database answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from toolkit.findings import Unknown
from toolkit.migrate.drift.accepted import Acceptance
from toolkit.schema.objects import Key

EXISTENCE: Final = "existence"
"""The attribute of a difference that is the whole object: some side has it and another has not."""

SideName = Literal["models", "migrations", "pending", "live"]
"""`migrations` are those the database says it has, `pending` the same brought to the heads."""


class Cause(StrEnum):
    """Who moved. Told from three facts: live against its own revision, that revision against the heads, and
    the heads against the models."""

    BY_HAND = "the database was changed by hand"
    NOT_APPLIED = "a revision is not applied"
    MODELS_MOVED = "the models moved without a revision"
    NOT_RECORDED = "a revision's change is there, but the database does not have that revision"
    REVISION_MISSING = "models and database agree, no revision says so"
    MODELS_STAYED = "a pending revision leaves what models and database agree on"
    MODELS_WENT_ON = "a revision is not applied, and the models moved on from it"
    BOTH_SIDES = "both sides moved"
    NOT_TRACED = "models and database differ, the migrations could not be asked"
    SOMEBODY = "migrations and database differ, its revision is not known"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one side has to say about one attribute.

    `not said`: the side has no word for it, or was not asked. `absent`: it has no such object.
    """

    state: Literal["said", "absent", "not said"]
    value: Any = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute of one object that the sides do not agree on."""

    key: Key
    attribute: str
    cause: Cause
    models: Cell
    migrations: Cell
    """At the revisions the database has."""
    pending: Cell
    """At the heads."""
    live: Cell
    followers: tuple[Key, ...] = ()
    """Objects whose difference only follows from this one."""

    @property
    def object(self) -> str:
        """Kind and name, as the file of accepted differences names it."""
        return str(self.key)


@dataclass(frozen=True, slots=True)
class Side:
    """One side: where it comes from and how much is in it."""

    name: SideName
    source: Literal["read", "cache", "built on the database's server", "built on an embedded server"]
    server: str
    """The version of PostgreSQL that wrote its texts."""
    revisions: tuple[str, ...]
    objects: int
    seconds: float


@dataclass(frozen=True, slots=True)
class AcceptedDifference:
    """A difference that the file of accepted ones names, with its reason."""

    difference: Difference
    acceptance: Acceptance


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Models, migrations and database, held against each other."""

    differences: tuple[Difference, ...]
    """Those that are not accepted, by kind and name."""
    accepted: tuple[AcceptedDifference, ...] = ()
    expired: tuple[Acceptance, ...] = ()
    """Acceptances whose day has come: they accept nothing any more."""
    unused: tuple[Acceptance, ...] = ()
    """Acceptances that no difference answers to."""
    unknowns: tuple[Unknown, ...] = ()
    """What could not be told, and why."""
    outside_models: tuple[str, ...] = ()
    """Tables of the migrations that the models do not have: compared with the database only."""
    sides: tuple[Side, ...] = ()
    not_compared: Mapping[str, int] = field(default_factory=dict)
    """Objects that were left out, by the reason."""

    @property
    def drifted(self) -> bool:
        """Whether anything differs that is not accepted."""
        return bool(self.differences)
