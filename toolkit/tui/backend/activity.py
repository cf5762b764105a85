"""Sessions and locks for mode 6."""

from __future__ import annotations

import time
from collections.abc import Iterator

from toolkit.database.activity import (
    LockNode,
    Session,
    SessionDetail,
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
    node_words,
    operation_cells,
    seconds,
    session_cells,
    tree_nodes,
)
from toolkit.database.jobs import Job
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.activity import Activity, SessionFacts, SessionLine, TreeLine


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

    def detail(self, pid: int) -> SessionFacts:
        """One session looked at closely."""
        with self._opened.workspace.database.connect(Job.ADMIN) as connection:
            found = read_session(connection, pid)
        return SessionFacts(pid, tuple(_facts(found)) if found else (("state", "it has ended"),))

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
        cells=(*session_cells(session)[:-1], " ".join((session.statement or "").split())),
        runs=session.state == "active",
        waits=bool(session.blocked_by),
        blocks=blocks,
        transaction_seconds=session.transaction_seconds or 0.0,
    )


def _tree_lines(root: LockNode) -> Iterator[TreeLine]:
    for lead, below, node in tree_nodes(root):
        yield TreeLine(node.pid, lead, below, tuple(node_words(node, statement=False)))


def _nodes(node: LockNode) -> Iterator[LockNode]:
    return (one for _, _, one in tree_nodes(node))


def _facts(found: SessionDetail) -> Iterator[tuple[str, str]]:
    yield "who", f"{found.role or '?'}  {found.application or '-'}  {found.client or 'local socket'}"
    yield "state", f"{found.state or 'hidden'} for {seconds(found.state_seconds)}"
    since = f"connected {seconds(found.connected_seconds)}"
    if found.transaction_seconds is not None:
        since += f", transaction open {seconds(found.transaction_seconds)}"
    yield "since", since
    if found.hint:
        yield "hint", found.hint
    if found.statement:
        yield "said", found.statement.strip()
    for lock in found.locks:
        if not lock.granted:
            yield "WANTS", f"{lock.mode} on {lock.target}, for {seconds(lock.waiting_seconds)}"
    held: dict[str, list[str]] = {}
    for lock in found.locks:
        if lock.granted:
            held.setdefault(lock.mode, []).append(lock.target)
    for number, (mode, targets) in enumerate(held.items()):
        yield "" if number else "holds", f"{mode} on {', '.join(targets)}"
    if not found.locks:
        yield "holds", "no locks"
