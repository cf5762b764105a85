"""What the server does at this moment: sessions, what each waits for, and who blocks whom.

Reads one sample per call, in two statements; ends a session only when told to. Keeps nothing.
"""

from toolkit.database.activity.ending import cancel_statement, terminate_session
from toolkit.database.activity.lock_tree import LockNode, LockTree, lock_tree
from toolkit.database.activity.sample import Activity, HeldLock, Session, WantedLock, read_activity

__all__ = [
    "Activity",
    "HeldLock",
    "LockNode",
    "LockTree",
    "Session",
    "WantedLock",
    "cancel_statement",
    "lock_tree",
    "read_activity",
    "terminate_session",
]
