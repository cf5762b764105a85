"""Findings: the one currency of every check.

A check answers with a `Report` and nothing else, so that reports, suppression, baselines and exit codes are
written once. Nothing here knows how a finding was found or how it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any, Literal


class Severity(IntEnum):
    """How much a finding matters; compares by weight."""

    INFO = 10
    WARNING = 20
    ERROR = 30

    @property
    def word(self) -> str:
        """The lower-case word that reports print."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file. Lines and columns count from 1."""

    path: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """What closes a finding: SQL to run, Alembic operations to put into a revision, or words."""

    text: str
    sql: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one rule has to say about one subject."""

    rule: str
    severity: Severity
    subject: str
    """The object, qualified: `public.tasks.user_id`, or a revision or a file."""
    sentence: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Facts with figures; values must be JSON-able and free of secrets."""
    fix: Fix | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question a check could not answer, and why. Always visible, never counted as a pass."""

    rule: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that somebody decided to live with: why, and where that is written."""

    finding: Finding
    reason: str
    by: Literal["settings", "comment", "baseline"]
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, what it looked at and what it could not tell."""

    findings: tuple[Finding, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    looked_at: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind of subject were checked, so that a vacuous pass can be seen."""
    suppressed: tuple[Suppressed, ...] = ()
    """Found as well, and left out of `findings`; see `toolkit.suppression`."""

    @property
    def worst(self) -> Severity | None:
        """The highest severity found, or None."""
        return max((finding.severity for finding in self.findings), default=None)

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings that weigh as much as `severity` or more."""
        return tuple(finding for finding in self.findings if finding.severity >= severity)
