"""`RevisionScope`: one revision as rules see it, its file, its statements both ways, the worlds around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from toolkit.migrate.graph import Revision
from toolkit.migrate.lint.act import Act, Unread, Written
from toolkit.migrate.lint.reading.source import Source
from toolkit.migrate.lint.world import Table, World


@dataclass(frozen=True, slots=True)
class Rendered:
    """The statements of one revision; None where there is no telling, with the reason."""

    up: tuple[Written, ...] | None
    down: tuple[Written, ...] | None = None
    reason: str | None = None
    """Why `up` is None."""
    line: int | None = None
    """Where it failed."""
    recorded: bool = False
    """Whether it comes from a run in a scratch database, because it could not be written offline."""


@dataclass(frozen=True)
class RevisionScope:
    """One revision."""

    id: str
    start: World
    end: World
    acts: tuple[Act, ...] = ()
    down: tuple[Act, ...] | None = None
    """The statements of the way back, where they are known."""
    unread: tuple[Unread, ...] = ()
    revision: Revision | None = None
    source: Source | None = None
    rendered: Rendered = field(default_factory=lambda: Rendered(()))
    is_file: bool = False
    """Whether it is a plain SQL file and no revision."""

    @cached_property
    def new_tables(self) -> tuple[Table, ...]:
        """The tables that this revision made and that are there at its end."""
        return tuple(table for table in self.end.tables.values() if table.made_in == self.id)
