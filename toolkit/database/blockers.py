"""Who stands in the way of a session that waits for a lock."""

from __future__ import annotations

from sqlalchemy import Connection, text


def blocking_pids(observer: Connection, waiting: int) -> tuple[int, ...]:
    """The backends that the backend `waiting` waits for right now, asked from another connection.

    Empty once the wait is over, so it must be asked while it lasts. Prepared transactions show as 0.
    """
    found = observer.execute(text("SELECT pg_blocking_pids(:waiting)"), {"waiting": waiting}).scalar_one()
    return tuple(sorted(set(found)))
