"""The verdict table and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One cell of the isolation table."""

    table: str
    verb: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Isolation:
    """The first isolation result."""

    first: str
    """The first thing to say: which role is judged, and whether it bypasses policies."""
    cells: tuple[VerdictLine, ...]
    totals: tuple[tuple[str, int], ...]
    findings: tuple[str, ...]
