"""`HistoryScope`: the whole history as rules see it, for what no single revision shows."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.migrate.graph import RevisionGraph
from toolkit.migrate.lint.reading.environment import EnvironmentFile
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.world import World


@dataclass(frozen=True, slots=True)
class HistoryScope:
    """A project's revisions, those that are linted among them, and its `env.py`."""

    graph: RevisionGraph
    linted: tuple[RevisionScope, ...]
    end: World
    """After the last of the linted revisions."""
    environment: EnvironmentFile | None
