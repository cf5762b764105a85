"""`current`, `history`, `heads`, `branches` and `show`: the verbs that change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.database.database import Database
from toolkit.migrate.errors import AlembicRefusedError
from toolkit.migrate.graph import Revision, RevisionGraph
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.revision_errors import BadRangeError, NotAtHeadError
from toolkit.migrate.standing import standings


@dataclass(frozen=True, slots=True)
class CurrentRevisions:
    """What one version table holds. `unknown` are revisions that no file carries."""

    database: str
    table: str
    heads: tuple[str, ...]
    revisions: tuple[Revision, ...]
    unknown: tuple[str, ...]
    at_head: bool


@dataclass(frozen=True, slots=True)
class History:
    """Revisions, newest first. `current` is None when no database was asked."""

    revisions: tuple[Revision, ...]
    current: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class BranchPoint:
    """A revision that several others follow."""

    revision: Revision
    children: tuple[Revision, ...]


def current(
    project: AlembicProject, database: Database, *, check_heads: bool = False
) -> tuple[CurrentRevisions, ...]:
    """Where the database stands; one entry per version table.

    With `check_heads` raises NotAtHeadError unless it has all. Raises what `standings` raises.
    """
    graph = project.graph()
    found = tuple(
        _current(graph, one.database, one.table.name, one.heads) for one in standings(project, database)
    )
    for entry in found:
        if check_heads and not entry.at_head:
            raise NotAtHeadError(entry.heads, graph.effective_heads)
    return found


def history(
    project: AlembicProject,
    database: Database | None = None,
    rev_range: str | None = None,
    *,
    indicate_current: bool = False,
) -> History:
    """The revisions of `rev_range` (`start:end`, `start:`, `:end`; either may be `current`), newest first.

    Asks the database only for `indicate_current` or `current`. Raises BadRangeError and what reading raises.
    """
    graph = project.graph()
    if rev_range is None:
        start = end = ""
    elif rev_range.count(":") == 1:
        start, end = rev_range.strip().split(":")
    else:
        raise BadRangeError(rev_range, "[start]:[end]")
    at = _heads(project, database) if indicate_current or "current" in (start, end) else None
    lower = at if start == "current" and at else start or "base"
    upper = at if end == "current" and at else end or "heads"
    return History(graph.walk(lower, upper), at)


def heads(project: AlembicProject, *, resolve_dependencies: bool = False) -> tuple[Revision, ...]:
    """The revisions that nothing follows; with `resolve_dependencies`, none that another depends on."""
    graph = project.graph()
    wanted = graph.effective_heads if resolve_dependencies else graph.heads
    return tuple(revision for revision in graph.revisions if revision.id in wanted)


def branches(project: AlembicProject) -> tuple[BranchPoint, ...]:
    """The revisions that several others follow, newest first."""
    graph = project.graph()
    points = [revision for revision in reversed(graph.revisions) if revision.is_branch_point]
    return tuple(BranchPoint(point, _by_id(graph, point.children)) for point in points)


def show(project: AlembicProject, symbol: str, database: Database | None = None) -> tuple[Revision, ...]:
    """The revisions that `symbol` names; `current` asks the database."""
    graph = project.graph()
    if symbol == "current":
        return _by_id(graph, _heads(project, database))
    return graph.resolve(symbol)


def _current(graph: RevisionGraph, database: str, table: str, found: tuple[str, ...]) -> CurrentRevisions:
    unknown = graph.unknown(found)
    at_head = set(found) == set(graph.effective_heads) or set(found) == set(graph.heads)
    return CurrentRevisions(database, table, found, _by_id(graph, found), unknown, at_head)


def _heads(project: AlembicProject, database: Database | None) -> tuple[str, ...]:
    if database is None:
        raise AlembicRefusedError("'current' needs a database")
    found = standings(project, database)
    return found[0].heads if found else ()


def _by_id(graph: RevisionGraph, ids: Iterable[str]) -> tuple[Revision, ...]:
    return tuple(revision for revision in (graph.get(id_) for id_ in ids) if revision is not None)
