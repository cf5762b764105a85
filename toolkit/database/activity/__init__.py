"""What the server does at this moment: sessions, what each waits for, and who blocks whom.

Reads one sample per call, in two statements; one session closely, and how far counted statements are, when
asked. Ends a session only when told to. Keeps nothing.
"""

from toolkit.database.activity.ending import cancel_statement, terminate_session
from toolkit.database.activity.inspection import OwnLock, SessionDetail, read_session
from toolkit.database.activity.lock_tree import LockNode, LockTree, lock_tree
from toolkit.database.activity.progress import Operation, read_progress
from toolkit.database.activity.sample import Activity, HeldLock, Session, WantedLock, read_activity

__all__ = [
    "Activity",
    "HeldLock",
    "LockNode",
    "LockTree",
    "Operation",
    "OwnLock",
    "Session",
    "SessionDetail",
    "WantedLock",
    "cancel_statement",
    "lock_tree",
    "read_activity",
    "read_progress",
    "read_session",
    "terminate_session",
]
