"""The lock tree and the sessions as text for people."""

from __future__ import annotations

from toolkit.database.activity import Activity, LockTree, Operation
from toolkit.database.activity.spelling import (
    OPERATION_HEADINGS,
    SESSION_HEADINGS,
    node_lines,
    operation_cells,
    session_cells,
)
from toolkit.reports.table import printable, table


def locks_text(
    activity: Activity, tree: LockTree, running: tuple[Operation, ...] = (), *, every: bool
) -> str:
    """The trees, then the sessions if they are asked for, then what could not be seen."""
    parts = ["\n".join(printable(line) for root in tree.roots for line in node_lines(root))]
    if not tree.roots:
        parts = ["Nobody waits for a lock."]
    if running:
        parts.append(table(OPERATION_HEADINGS, [operation_cells(one) for one in running]))
    if every:
        parts.append(table(SESSION_HEADINGS, [session_cells(session) for session in activity.sessions]))
    if activity.hidden:
        parts.append(
            f"{activity.hidden} sessions are hidden from this role; pg_read_all_stats would show them."
        )
    return "\n\n".join(parts)
