"""Rehearsals: revisions run for real on a throw-away copy, up, down and up again, observed and compared.

Here: the walk, the second session that watches, synthetic rows, and what a way back leaves behind. Not here:
the copy and the recording, which are `trial`'s. Invariants: nothing but the copy, or the database that was
named for it, is changed; what was not walked is UNKNOWN.
"""

from toolkit.migrate.rehearsal.errors import BadRowsError, RehearseOnTargetError
from toolkit.migrate.rehearsal.rehearsing import RehearsalOptions, rehearse, rows_to_make
from toolkit.migrate.rehearsal.values import ObservedLock, ObservedStatement, Rehearsal, Step

__all__ = [
    "BadRowsError",
    "ObservedLock",
    "ObservedStatement",
    "Rehearsal",
    "RehearsalOptions",
    "RehearseOnTargetError",
    "Step",
    "rehearse",
    "rows_to_make",
]
