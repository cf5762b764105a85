"""Restore points: something to go back to, made before a run that may go wrong.

Here: a branch of a Neon branch through Neon's API, and the project's own command on any other server. Not
here: going back, which no tool should do by itself. Invariants: a point that is reported was confirmed by who
made it; the API's key and the database's password reach no text.
"""

from toolkit.database.restore.errors import NoRestorePointError, RestorePointFailedError
from toolkit.database.restore.means import Means, means_for
from toolkit.database.restore.point import RestorePoint, make_restore_point

__all__ = [
    "Means",
    "NoRestorePointError",
    "RestorePoint",
    "RestorePointFailedError",
    "make_restore_point",
    "means_for",
]
