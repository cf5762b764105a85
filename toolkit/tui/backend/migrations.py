"""Revisions, plans and runs for mode 3."""

from __future__ import annotations

from toolkit import migrate
from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.migrate import PreviewedRevision, Revision, RevisionGraph, RunResult
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.migrations import PlanText, RevisionLine, Revisions, RevisionState


class MigrationsBackend:
    """Reads where the database stands against the revisions, and runs them."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def read(self) -> Revisions:
        """The graph against the version table."""
        project = self._opened.workspace.project
        graph = project.graph()
        standing = migrate.current(project, self._opened.workspace.database)
        current = tuple(dict.fromkeys(head for table in standing for head in table.heads))
        unknown = graph.unknown(current)
        known = tuple(revision for revision in current if revision not in unknown)
        pending = tuple(one.id for one in graph.pending(known))
        lines = tuple(_line(one, graph, known, pending) for one in reversed(graph.revisions))
        return Revisions(lines, current, graph.heads, pending, unknown)

    def plan(self) -> PlanText:
        """What an upgrade to the heads would send, rendered offline."""
        preview = migrate.preview(self._opened.workspace.project, self._opened.workspace.database, "heads")
        if not preview.revisions:
            return PlanText("Plan", "Nothing is pending: the database is at head.")
        parts = [_previewed(one) for one in preview.revisions]
        return PlanText(f"Plan for +{len(parts)}, SQL as written offline", "\n\n".join(parts))

    def upgrade(self, emit: Emit, cancel: CancelToken) -> str:
        """Upgrade to the heads."""
        work = self._opened.workspace
        result = migrate.upgrade(work.project, work.database, "heads", emit=emit, cancel=cancel)
        return _sentence(result, "upgraded")

    def downgrade(self, emit: Emit, cancel: CancelToken) -> str:
        """Take back one revision."""
        work = self._opened.workspace
        result = migrate.downgrade(work.project, work.database, "-1", emit=emit, cancel=cancel)
        return _sentence(result, "downgraded")


def _previewed(one: PreviewedRevision) -> str:
    text = one.sql if one.sql is not None else f"no SQL: {one.reason}"
    return f"-- {one.revision.id}  {one.revision.message}\n{text}"


def _state(revision: str, current: tuple[str, ...], pending: tuple[str, ...]) -> RevisionState:
    if revision in pending:
        return "pending"
    return "current" if revision in current else "applied"


def _line(
    one: Revision, graph: RevisionGraph, current: tuple[str, ...], pending: tuple[str, ...]
) -> RevisionLine:
    marks = [
        *(["merge"] if one.is_merge else []),
        *(["branch point"] if one.is_branch_point else []),
        *(["head"] if one.id in graph.heads else []),
        *one.labels,
    ]
    return RevisionLine(
        revision=one.id,
        message=one.message,
        state=_state(one.id, current, pending),
        marks=f"({', '.join(marks)})" if marks else "",
        source=one.path.name,
        text=one.path.read_text(encoding="utf-8", errors="replace"),
    )


def _sentence(result: RunResult, verb: str) -> str:
    if not result.changed:
        return "nothing to do, the database is where it should be"
    at = ", ".join(result.after) or "base"
    return f"{verb} {len(result.applied)} revisions in {result.seconds:.1f} s, now at {at}"
