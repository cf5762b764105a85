"""What screens show, as values: made by `backend` in worker threads, read by widgets.

A None on the app means "not read yet"; a `Failure` means "could not be read, and why". Screens never guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Environment = Literal["dev", "staging", "production"]
RevisionState = Literal["applied", "current", "pending"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is shown: code, sentence, hint."""

    code: str
    sentence: str
    hint: str | None = None

    @property
    def text(self) -> str:
        """Both sentences on their own lines."""
        lines = [f"error[{self.code}] {self.sentence}"]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and where we are, for the banner."""

    environment: Environment
    host: str
    database: str
    role: str
    version: str
    pooled: bool
    read_only: bool
    bypasses_policies: bool
    milliseconds: float
    """How long connecting and asking took."""


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One revision of the graph, newest first."""

    revision: str
    message: str
    state: RevisionState
    marks: str
    """Branch, merge and label marks, already in words."""
    source: str
    """The file's path below the project."""
    text: str
    """Docstring and code of the script."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """The graph of the project against the version table of the database."""

    lines: tuple[RevisionLine, ...]
    current: tuple[str, ...]
    heads: tuple[str, ...]
    pending: tuple[str, ...]
    """In the order in which an upgrade would run them."""
    unknown: tuple[str, ...] = ()
    """In the version table, but in no file."""


@dataclass(frozen=True, slots=True)
class PlanText:
    """What an upgrade would do, as text to read before it is started."""

    title: str
    sql: str
    """SQL text, or a sentence that says why there is none."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """One relation in the size list."""

    name: str
    kind: str
    rows: int | None
    size_bytes: int | None
    row_security: str


@dataclass(frozen=True, slots=True)
class SchemaSection:
    """A titled table of texts: columns, constraints, policies ..."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SchemaNode:
    """A node of the object tree. `key` is None for a grouping node."""

    label: str
    key: str | None
    children: tuple[SchemaNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """The catalog as the screens need it."""

    tree: tuple[SchemaNode, ...]
    counts: tuple[str, ...]
    """How many of each kind: `5 tables`."""
    tables: tuple[TableLine, ...]
    digest: str


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


@dataclass(frozen=True, slots=True)
class Activity:
    """One sample of what the server does."""

    tree: tuple[str, ...]
    """The lock trees as lines, the root blocker first."""
    headings: tuple[str, ...]
    sessions: tuple[tuple[str, ...], ...]
    """Cells under the headings; the first is the process id."""
    waiting: int
