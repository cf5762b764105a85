"""The result of a check: its parts, and all they found as one report."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from toolkit.errors import ExitCode
from toolkit.findings import Report, Severity
from toolkit.suppression import Baseline, suppress

Outcome = Literal["passed", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part of a check."""

    part: str
    outcome: Outcome
    """`unknown`: it could not be asked, or something it could not tell was to fail it."""
    level: str
    """From what on it fails."""
    report: Report
    seconds: float
    note: str = ""
    """What was looked at, or why it could not be."""
    leaks: bool = False
    error: str | None = None
    """The code of the error that kept it from being asked."""
    error_exit: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All parts that were wanted, in their order."""

    ground: str
    """Where it ran: the server's version, and whether it was one of its own."""
    new: tuple[str, ...] | None
    """The revisions that are new; None where all of them were looked at."""
    parts: tuple[PartResult, ...]
    seconds: float

    @property
    def report(self) -> Report:
        """All findings as one report."""
        looked = Counter[str]()
        for one in self.parts:
            looked.update({f"{one.part}: {key}": count for key, count in one.report.looked_at.items()})
        return Report(
            tuple(each for one in self.parts for each in one.report.findings),
            tuple(each for one in self.parts for each in one.report.unknowns),
            dict(looked),
            tuple(each for one in self.parts for each in one.report.suppressed),
        )

    @property
    def exit_code(self) -> ExitCode:
        """The gravest first: a leak, a finding, a part that could not be asked."""
        if any(one.leaks for one in self.parts):
            return ExitCode.ISOLATION_BROKEN
        if any(one.outcome == "failed" for one in self.parts):
            return ExitCode.FINDINGS
        unasked = [one for one in self.parts if one.outcome == "unknown"]
        if not unasked:
            return ExitCode.DONE
        return ExitCode(next((one.error_exit for one in unasked if one.error_exit), ExitCode.FINDINGS))


@dataclass(frozen=True, slots=True)
class CheckDocument:
    """The result as a program reads it."""

    outcome: Literal["passed", "failed"]
    exit_code: int
    ground: str
    new: tuple[str, ...] | None
    parts: tuple[PartResult, ...]
    seconds: float

    @classmethod
    def of(cls, found: CheckResult) -> CheckDocument:
        """The document of a result."""
        code = int(found.exit_code)
        outcome: Literal["passed", "failed"] = "failed" if code else "passed"
        return cls(outcome, code, found.ground, found.new, found.parts, found.seconds)


def lived_with(found: CheckResult, baseline: Baseline) -> CheckResult:
    """The result as it is when the findings of `baseline` are lived with. Leaks are not."""
    parts = []
    for one in found.parts:
        kept = suppress(one.report, (), today=date.min, ran=(), baseline=baseline)
        taken = (*one.report.suppressed, *kept.suppressed)
        failing = one.leaks or kept.at_least(Severity[one.level.upper()])
        outcome = "passed" if one.outcome == "failed" and not failing else one.outcome
        report = dataclasses.replace(kept, suppressed=taken)
        parts.append(dataclasses.replace(one, outcome=outcome, report=report))
    return dataclasses.replace(found, parts=tuple(parts))
