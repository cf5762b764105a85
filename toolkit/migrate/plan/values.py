"""A plan: what an upgrade would do to one database, statement by statement, as a value that can be kept.

Everything is plain (texts, numbers, tuples), so that a plan written to a file and read back is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from toolkit.findings import Finding, Report, Severity, Unknown

Source = Literal["recorded", "offline", "none"]
Answer = Literal["yes", "no", "depends", "unknown"]


@dataclass(frozen=True, slots=True)
class PlannedLock:
    """A lock on a relation that others use."""

    relation: str
    mode: str
    """As `LOCK TABLE` writes it: `ACCESS EXCLUSIVE`."""
    blocks: tuple[str, ...]
    """Work of others that waits meanwhile: reads, row_locks, writes, maintenance, ddl."""
    basis: Literal["seen", "matrix", "seen and matrix"]
    """Seen on the copy, or said by the lock matrix."""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table as the live database counts it."""

    relation: str
    rows: int | None
    table_bytes: int
    index_bytes: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a statement works while it holds its locks. `seconds` None: not known."""

    seconds: float | None
    basis: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that a statement may lose."""

    subject: str
    sentence: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """One statement."""

    number: int
    sql: str
    line: int | None
    transaction: int | None
    """Which transaction of the run; None where it is committed by itself, or the text does not tell."""
    autocommit: bool
    bookkeeping: bool
    times: int
    kinds: tuple[str, ...]
    locks: tuple[PlannedLock, ...]
    rewrites: Answer
    scans: Answer
    builds_index: Answer
    tables: tuple[TableFacts, ...]
    objects: tuple[str, ...]
    losses: tuple[Loss, ...]
    estimate: Estimate
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """Whether the revision has a way back."""

    answer: Literal["yes", "schema only", "no", "unknown"]
    sentence: str


@dataclass(frozen=True, slots=True)
class PlannedRevision:
    """One revision."""

    revision: str
    message: str
    path: str
    source: Source
    """Where its statements come from: a recorded run, Alembic's offline text, or there are none."""
    reason: str | None
    """Why it is not recorded."""
    statements: tuple[PlannedStatement, ...]
    undo: Undo
    findings: tuple[Finding, ...] = ()

    @property
    def transactions(self) -> int:
        """How many transactions it takes, statements that commit by themselves counted one by one."""
        own = {one.transaction for one in self.statements if not one.autocommit}
        return len(own) + sum(one.autocommit for one in self.statements)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the rows of the live database say to a coming rule."""

    revision: str | None
    line: int | None
    subject: str
    """The column or constraint."""
    question: Literal[
        "nulls", "duplicates", "too long", "out of range", "rounded", "orphans", "violations", "no cast"
    ]
    count: int | None
    """Rows (of duplicates: values that occur more than once); None: not known."""
    samples: tuple[str, ...] = ()
    """Keys of some of them."""
    reason: str | None = None
    """Why it is not known, or what could change it before then."""
    fails: bool = True
    """Whether such rows make the statement fail; otherwise they are changed silently."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upgrade would do. `id` names target, revision, scripts and settings: see `identity`."""

    id: str
    target: str
    database: str
    """Host, port and name, without credentials."""
    server: str
    current: tuple[str, ...]
    made: datetime
    expires: datetime
    ground: str
    """What the copy was on which the statements were recorded."""
    facts: Mapping[str, str]
    """What the plan stands on, by name; `verify_plan` compares them."""
    revisions: tuple[PlannedRevision, ...]
    forecasts: tuple[Forecast, ...]
    notes: tuple[str, ...] = ()
    failure: str | None = None
    """Why the trial did not come to its end."""
    unknowns: tuple[Unknown, ...] = field(default=())

    @property
    def report(self) -> Report:
        """Everything found: lint, what the rows say, and a trial that failed."""
        findings = [*self._of_trial(), *self._of_forecasts()]
        for revision in self.revisions:
            findings += [one for statement in revision.statements for one in statement.findings]
            findings += revision.findings
        unknowns = [
            *self.unknowns,
            *(
                Unknown("plan-forecast", one.subject, f"{one.question}: {one.reason}")
                for one in self.forecasts
                if one.count is None
            ),
        ]
        looked = {
            "revisions": len(self.revisions),
            "statements": sum(len(one.statements) for one in self.revisions),
            "forecasts": len(self.forecasts),
        }
        return Report(tuple(findings), tuple(unknowns), looked)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """All data that the plan may lose."""
        return tuple(
            loss for revision in self.revisions for one in revision.statements for loss in one.losses
        )

    def _of_trial(self) -> list[Finding]:
        if self.failure is None:
            return []
        return [Finding("plan-trial-failed", Severity.ERROR, self.target, self.failure)]

    def _of_forecasts(self) -> list[Finding]:
        found = []
        for one in self.forecasts:
            if one.count:
                severity = Severity.ERROR if one.fails else Severity.WARNING
                evidence = {"count": one.count, "samples": ", ".join(one.samples)}
                found.append(
                    Finding("plan-forecast", severity, one.subject, forecast_sentence(one), evidence)
                )
        return found


def forecast_sentence(one: Forecast) -> str:
    """The forecast in words."""
    if one.count is None:
        return f"{one.question}: UNKNOWN, {one.reason}"
    what = {
        "nulls": "rows hold a null",
        "duplicates": "values occur more than once",
        "too long": "values are too long",
        "out of range": "values are out of range",
        "rounded": "values will be rounded",
        "orphans": "rows point to nothing",
        "violations": "rows break the check",
        "no cast": "values cannot be read as the new type",
    }[one.question]
    rest = f" ({one.reason})" if one.reason else ""
    return f"{one.count:,} {what}{rest}."
