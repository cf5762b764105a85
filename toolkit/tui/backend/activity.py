"""Sessions and locks for mode 6."""

from __future__ import annotations

import time
from collections.abc import Iterator

from toolkit.database.activity import (
    LockNode,
    Session,
    cancel_statement,
    lock_tree,
    read_activity,
    read_progress,
    read_session,
    terminate_session,
)
from toolkit.database.activity.spelling import (
    OPERATION_HEADINGS,
    SESSION_HEADINGS,
    detail_lines,
    node_lines,
    operation_cells,
    seconds,
    session_cells,
)
from toolkit.database.jobs import Job
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.activity import Activity, SessionLine, TreeLine


class ActivityBackend:
    """Samples what the server does, and ends sessions."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def sample(self) -> Activity:
        """Sessions, locks and counted statements of this moment; our own session is left out."""
        with self._opened.workspace.database.connect(Job.ADMIN) as connection:
            started = time.perf_counter()
            found, running = read_activity(connection), read_progress(connection)
            milliseconds = (time.perf_counter() - started) * 1000
        tree = lock_tree(found)
        blocks = {node.pid: node.behind for root in tree.roots for node in _nodes(root)}
        return Activity(
            tree=tuple(line for root in tree.roots for line in _tree_lines(root)),
            headings=SESSION_HEADINGS,
            sessions=tuple(
                _session(session, blocks.get(session.pid, 0))
                for session in found.sessions
                if not session.is_us
            ),
            waiting=len(found.waiting),
            longest_wait=seconds(tree.longest_wait) if tree.longest_wait is not None else None,
            hidden=found.hidden,
            running=tuple(operation_cells(one) for one in running),
            running_headings=OPERATION_HEADINGS,
            milliseconds=milliseconds,
        )

    def detail(self, pid: int) -> tuple[str, ...]:
        """One session looked at closely, in lines."""
        with self._opened.workspace.database.connect(Job.ADMIN) as connection:
            found = read_session(connection, pid)
        return tuple(detail_lines(found)) if found else (f"session {pid} has ended",)

    def end_session(self, pid: int, *, terminate: bool) -> str:
        """Cancel a statement or end a session; what became of it."""
        with self._opened.workspace.database.connect(Job.ADMIN) as connection:
            done = (terminate_session if terminate else cancel_statement)(connection, pid)
        if not done:
            return f"there is no session {pid} any more"
        return f"session {pid} was asked to end" if terminate else f"the statement of {pid} was cancelled"


def _session(session: Session, blocks: int) -> SessionLine:
    return SessionLine(
        pid=session.pid,
        cells=session_cells(session),
        runs=session.state == "active",
        waits=bool(session.blocked_by),
        blocks=blocks,
        transaction_seconds=session.transaction_seconds or 0.0,
    )


def _tree_lines(root: LockNode) -> Iterator[TreeLine]:
    for node, line in zip(_nodes(root), node_lines(root), strict=True):
        yield TreeLine(node.pid, line)


def _nodes(node: LockNode) -> Iterator[LockNode]:
    """In the order in which `node_lines` writes them."""
    yield node
    for child in node.children:
        yield from _nodes(child)
