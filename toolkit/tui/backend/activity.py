"""Sessions and locks for mode 6."""

from __future__ import annotations

from toolkit.database.activity import cancel_statement, lock_tree, read_activity, terminate_session
from toolkit.database.activity.spelling import SESSION_HEADINGS, node_lines, session_cells
from toolkit.database.jobs import Job
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.activity import Activity


class ActivityBackend:
    """Samples what the server does, and ends sessions."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def sample(self) -> Activity:
        """Sample sessions and locks."""
        with self._opened.workspace.database.connect(Job.ADMIN) as connection:
            found = read_activity(connection)
        tree = lock_tree(found)
        return Activity(
            tree=tuple(line for root in tree.roots for line in node_lines(root)),
            headings=SESSION_HEADINGS,
            sessions=tuple(session_cells(session) for session in found.sessions if not session.is_us),
            waiting=len(found.waiting),
        )

    def end_session(self, pid: int, *, terminate: bool) -> str:
        """Cancel a statement or end a session; what became of it."""
        with self._opened.workspace.database.connect(Job.ADMIN) as connection:
            done = (terminate_session if terminate else cancel_statement)(connection, pid)
        if not done:
            return f"there is no session {pid} any more"
        return f"session {pid} was asked to end" if terminate else f"the statement of {pid} was cancelled"
