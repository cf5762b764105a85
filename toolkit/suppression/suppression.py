"""One decision to live with findings: what it covers, why, and until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Literal

from toolkit.findings import Finding
from toolkit.suppression.errors import BadSuppressionError


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a file, counted from 1, both ends included; without lines the whole file."""

    path: str
    first: int | None = None
    last: int | None = None

    def holds(self, finding: Finding) -> bool:
        """Whether the finding lies here. One without a location lies nowhere."""
        place = finding.location
        if place is None or PurePath(place.path) != PurePath(self.path):
            return False
        if self.first is None:
            return True
        return place.line is not None and self.first <= place.line <= (self.last or self.first)

    def __str__(self) -> str:
        return self.path if self.first is None else f"{self.path}:{self.first}"


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is lived with. `rule` and `subject` are patterns of the shell: `*`, `?`, `[abc]`; `[*]` is a star.

    Raises `BadSuppressionError` when it is made without a rule, a subject or a reason.
    """

    rule: str
    reason: str
    subject: str = "*"
    expires: date | None = None
    """The first day on which it holds no more."""
    span: Span | None = None
    """For a comment: only findings that lie there."""
    place: str = ""
    """Where it is written, for messages: `tool.neonkit.ignore[0]`. A comment's is its span."""

    def __post_init__(self) -> None:
        for name in ("rule", "subject", "reason"):
            if not getattr(self, name).strip():
                raise BadSuppressionError(self.written_at, f"has no {name}")

    @property
    def written_at(self) -> str:
        """Where it is written, in words."""
        return self.place or (str(self.span) if self.span else "an unnamed place")

    @property
    def by(self) -> Literal["settings", "comment"]:
        """What kind of place it is written in."""
        return "settings" if self.span is None else "comment"

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding, expired or not."""
        return (
            fnmatchcase(finding.rule, self.rule)
            and fnmatchcase(finding.subject, self.subject)
            and (self.span is None or self.span.holds(finding))
        )

    def holds_on(self, day: date) -> bool:
        """Whether it still covers anything on `day`."""
        return self.expires is None or day < self.expires

    def names_any(self, rules: Collection[str]) -> bool:
        """Whether one of these rules is meant."""
        return any(fnmatchcase(rule, self.rule) for rule in rules)
