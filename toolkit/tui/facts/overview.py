"""What mode 1 shows beside the facts of other modes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DriftGlance:
    """What the last comparison of models, migrations and database says of the database as it is now."""

    differences: int | None
    """None where it is unknown."""
    says: str
    """When it was compared, or why nothing is known."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a statement of this session by itself, and how big the database is."""

    lock: str
    statement: str
    idle: str
    """As the server shows them; `0` is none."""
    size_bytes: int
