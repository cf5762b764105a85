"""Revisions and plans, as the screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RevisionState = Literal["applied", "current", "pending"]


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
