"""The revisions of the project against the version table and the journal."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING

from toolkit import migrate
from toolkit.database.jobs import Job
from toolkit.database.lock import lock_is_held
from toolkit.migrate.drawing import DrawnRevision, drawn
from toolkit.migrate.journal.page import JournalPage, journal_page
from toolkit.migrate.run import lock_name
from toolkit.tui.facts.migrations import RevisionLine, Revisions, RevisionState

if TYPE_CHECKING:
    from toolkit.migrate import Revision, RevisionGraph
    from toolkit.workspace import Workspace

SHORTEST = 6
"""Characters of an id that are shown at least."""


def read_revisions(work: Workspace) -> Revisions:
    """The graph, newest first, with where the database stands. Raises what connecting raises."""
    graph = work.project.graph()
    standing = migrate.current(work.project, work.database)
    current = tuple(dict.fromkeys(head for table in standing for head in table.heads))
    unknown = graph.unknown(current)
    known = tuple(revision for revision in current if revision not in unknown)
    pending = tuple(one.id for one in graph.pending(known))
    page = journal_page(work.project, work.database, limit=1)
    length = abbreviation([one.id for one in graph.revisions])
    newest_first = tuple(reversed(graph.revisions))
    lanes = drawn((one.id, one.parents) for one in newest_first)
    lines = tuple(
        _line(one, lane, graph, _state(one.id, known, pending), page, length)
        for one, lane in zip(newest_first, lanes, strict=True)
    )
    strangers = tuple(_stranger(one, length) for one in unknown)
    warnings = (
        *(f"{one} is in the version table, and no file here carries it" for one in unknown),
        *(finding.sentence for finding in page.findings),
    )
    going_on = _going_on(work, page)
    return Revisions((*strangers, *lines), current, graph.heads, pending, unknown, warnings, going_on)


def _going_on(work: Workspace, page: JournalPage) -> str:
    """The run that another process is at, by the journal and by the runners' lock."""
    run = next(iter(page.runs), None)
    if run is None or run.ended is not None or (run.process, run.host) == (os.getpid(), socket.gethostname()):
        return ""
    with work.database.connect(Job.INSPECT) as connection:
        if not lock_is_held(connection, lock_name(work.project)):
            return ""
    since = f"{run.began.astimezone():%H:%M:%S}"
    who = f"{run.role or '?'} ({run.os_user or '?'} on {run.host or '?'}, process {run.process})"
    return f"{run.direction} {run.target} is going on since {since}, by {who}"


def abbreviation(ids: Iterable[str]) -> int:
    """How many characters tell all ids apart."""
    told = set(ids)
    longest = max(map(len, told), default=SHORTEST)
    return next(
        (size for size in range(SHORTEST, longest) if len({one[:size] for one in told}) == len(told)),
        max(longest, SHORTEST),
    )


def _state(revision: str, current: tuple[str, ...], pending: tuple[str, ...]) -> RevisionState:
    if revision in pending:
        return "pending"
    return "current" if revision in current else "applied"


def _line(
    one: Revision,
    lane: DrawnRevision,
    graph: RevisionGraph,
    state: RevisionState,
    page: JournalPage,
    length: int,
) -> RevisionLine:
    marks = [
        *(["merge"] if one.is_merge else []),
        *(["branch point"] if one.is_branch_point else []),
        *(["head"] if one.id in graph.heads else []),
        *one.labels,
        *(f"needs {needed[:length]}" for needed in one.depends_on),
    ]
    ran = next((last.entry.began for last in page.tries if last.entry.revision == one.id), None)
    return RevisionLine(
        revision=one.id,
        message=one.message,
        state=state,
        marks=f"({', '.join(marks)})" if marks else "",
        source=one.path.name,
        text=one.path.read_text(encoding="utf-8", errors="replace"),
        short=one.id[:length],
        lanes=lane.lanes,
        above=lane.above,
        below=lane.below,
        edited=next((finding.sentence for finding in page.findings if finding.subject == one.id), ""),
        ran=f"{ran:%Y-%m-%d}" if ran is not None and state != "pending" else "",
        path=str(one.path),
    )


def _stranger(revision: str, length: int) -> RevisionLine:
    return RevisionLine(
        revision=revision,
        message="no file here carries it",
        state="unknown",
        marks="",
        source="",
        text="The version table holds this revision, and no file of the project carries it.",
        short=revision[:length],
    )
