"""What can be imported, and what an import did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportSource:
    """What the import screen offers to load."""

    path: str
    files: tuple[tuple[str, int], ...]
    """File name and bytes."""
    mapping: str
    """The text of the mapping file."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did, per table."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sentence: str
    rejects: tuple[str, ...] = ()
    rejected: bool = False
