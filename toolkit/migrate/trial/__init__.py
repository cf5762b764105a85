"""A recorded run of revisions on a scratch copy of a live database: the truth that offline SQL cannot tell.

Here: the copy, the run, and every statement with its values, its line, its transaction, what it locked and
did. Not here: what is made of it, which is `plan`'s and `rehearsal`'s. The live database is only read.
"""

from toolkit.migrate.trial.trying import (
    Grounds,
    Live,
    copy_of,
    read_live,
    run_heard,
    scratch_server,
    single_step,
    try_on,
    try_out,
    upgrade_to,
)
from toolkit.migrate.trial.values import (
    Ground,
    SeenLock,
    Trial,
    TriedRevision,
    TriedStatement,
    Work,
)

__all__ = [
    "Ground",
    "Grounds",
    "Live",
    "SeenLock",
    "Trial",
    "TriedRevision",
    "TriedStatement",
    "Work",
    "copy_of",
    "read_live",
    "run_heard",
    "scratch_server",
    "single_step",
    "try_on",
    "try_out",
    "upgrade_to",
]
