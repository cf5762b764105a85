"""A plan as the screens show it: texts and figures ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One statement of the plan; what the run does to the version table is left out."""

    position: int
    """From 1, over the whole plan."""
    revision: str
    short: str
    line: int | None
    sql: str
    times: int
    transaction: str
    """The number of its transaction, `own` for one that commits by itself, `?`."""
    lock: str
    """The strongest mode; `-` for none that others could meet."""
    relation: str
    more: int
    """How many other relations are locked as well."""
    blocks: str
    work: str
    size: str
    """Rows and size of what it works on; empty where nothing is known of it."""
    estimate: str
    basis: str
    risk: str
    locks: tuple[str, ...]
    """Every lock in a sentence."""
    measured: str = ""
    """How long it took in the rehearsal; empty before."""
    held: str = ""
    """Beside `measured`: how long its lock was held."""


@dataclass(frozen=True, slots=True)
class PlanLoss:
    """Data that may be lost."""

    position: int
    subject: str
    sentence: str
    amount: str
    """Rows and size, as far as they are known."""


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """Something found in the plan or by its rehearsal."""

    sign: str
    """`E`, `W`, `i`, or `?` for what could not be told."""
    rule: str
    subject: str
    sentence: str
    position: int | None = None
    """The statement it is about; None for a revision or the whole."""
    revision: str = ""
    place: str = ""
    """File and line."""
    fix: str = ""
    sql: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    line: int | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    example_sql: str = ""
    example_operations: str = ""
    """The safe way by the rule's example, where the fix has no statements of its own."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal measured."""

    ground: str
    """Where, in a sentence."""
    rows: str
    """On how many rows: `as many rows as live`, `10 rows a table`."""
    steps: tuple[str, ...]
    """Each pass of each revision in a line: up, down, up again."""
    findings: tuple[PlanFinding, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan that was made, and what its rehearsal measured if there was one."""

    id: str
    target: str
    made: float
    until: float
    """When it stops to hold, whatever else changes; both are seconds since the epoch."""
    ground: str
    revisions: tuple[tuple[str, str], ...]
    """Id and message, in order."""
    steps: tuple[PlanStep, ...]
    losses: tuple[PlanLoss, ...]
    findings: tuple[PlanFinding, ...]
    """The worst first."""
    forecasts: tuple[str, ...]
    """What the rows of the live database say to coming rules."""
    notes: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]
    """What a person is told before it is applied: will run, will lock, will write, will lose, undo."""
    names_to_lose: tuple[str, ...]
    """What has to be typed where data is lost."""
    reversible: bool
    twin: str
    """The command line that applies it."""
    rehearsed: Rehearsed | None = None
    restore_point: str = ""
    """The name of the one that was made for it."""
    restore_words: str = ""
    """That one in words; or why there is none, and what would make one."""
    changed: str = ""
    """Why it does not hold any more, in a sentence, as far as that was looked at."""

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(one.sign == "E" for one in self.findings)

    def of_step(self, position: int) -> tuple[PlanFinding, ...]:
        """The findings on one statement."""
        return tuple(one for one in self.findings if one.position == position)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A fix as it would be written into the file of a revision."""

    path: str
    name: str
    revision: str
    before: str
    """The file's text; it is written only while this is still what stands there."""
    after: str
    change: tuple[str, ...]
    """The lines that go and come, as a diff writes them."""
