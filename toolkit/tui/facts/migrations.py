"""Revisions, and what going somewhere would do, as the screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RevisionState = Literal["applied", "current", "pending", "unknown"]


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
    """The script."""
    short: str = ""
    """The beginning of the id that no other revision shares."""
    lanes: str = "*"
    """The lines of the graph on its own line; `*` stands for the revision."""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    """Lines of the graph between this revision and its neighbours."""
    edited: str = ""
    """What was edited since it was applied, in a sentence; empty if nothing."""
    ran: str = ""
    """The day on which it was run last, by the journal."""
    path: str = ""
    """The file's whole path, for an editor."""


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
    warnings: tuple[str, ...] = ()
    """What is wrong with the revisions as they stand, in sentences."""
    going_on: str = ""
    """A run of another process that lasts, in a sentence; empty if there is none."""

    def line(self, revision: str | None) -> RevisionLine | None:
        """The line of that revision."""
        return next((one for one in self.lines if one.revision == revision), None)


@dataclass(frozen=True, slots=True)
class Course:
    """What a downgrade or a stamp would do."""

    target: str
    revisions: tuple[tuple[str, str], ...]
    """Id and message of what runs, in order; empty where nothing would."""
    twin: str
    losses: tuple[str, ...] = ()
    """What goes with its rows and bytes, a line each."""
    names_to_lose: tuple[str, ...] = ()
    """What has to be typed."""
    unknown: tuple[str, ...] = ()
    """Of which revisions it is not known what goes, and why."""
