"""The rules behind what plan, rehearse, drift and repair find, each with what it says and what to do.

Those of `lint` are in its catalogue. There are no others in this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from toolkit.migrate.drift.report import fix_of, rule_of
from toolkit.migrate.drift.values import Cause

_OF_RUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "plan-trial-failed": (
            "The pending revisions failed on a scratch copy of the database. Mend the revision that is "
            "named; an upgrade would fail in the same place."
        ),
        "plan-forecast": (
            "The rows that are there were asked whether a constraint, a type or a key will take them, and "
            "some will not. Mend the rows, or make the revision mend them first."
        ),
        "rehearse-failed": "A revision fails on a throw-away copy. An upgrade would fail in the same place.",
        "rehearse-no-way-back": (
            "The downgrade of a revision fails, so that there is no way back from it. Mend the downgrade, "
            "or say with `raise` that there is none."
        ),
        "rehearse-not-repeatable": (
            "After up and down, the way up fails or leaves another schema. Mostly the downgrade leaves "
            "something behind, such as an enum type."
        ),
        "rehearse-trace": (
            "After up and down the schema is not the one from before. Let the downgrade take back what is "
            "named; a column that comes back stands at the end of its table, which is no fault."
        ),
        "rehearse-rows-lost": (
            "After up and down, rows or values are gone that were there before. If that is meant, a "
            "backup or a branch is the only way back from the revision."
        ),
        "rehearse-rows-refused": (
            "A revision fails on synthetic rows and not without them: it may fail on real rows, too. Look "
            "whether they can be like these."
        ),
        "rehearse-lock-differs": (
            "A statement took another lock than the lock matrix says of it. What the plan says of locks "
            "is then wrong for this statement; what the rehearsal saw is right."
        ),
        "drift-acceptance-expired": (
            "An accepted difference has come to the end of its time. Mend the difference, or accept it "
            "anew with a reason."
        ),
        "drift-acceptance-unused": "An accepted difference is not there any more. Take the entry out.",
        "revision-edited-after-apply": (
            "The file of a revision was changed after it ran here, so that new databases differ from this "
            "one. Put the change into a new revision and take the file back; or accept it with `neonkit "
            "repair --accept REVISION --apply`."
        ),
        "unknown-revision": (
            "The version table holds a revision that no file carries. Get the file back; or say where the "
            "database stands: `neonkit stamp --purge REVISION`."
        ),
        "index-invalid": (
            "CREATE INDEX CONCURRENTLY was interrupted: the index costs writes and serves no query. "
            "`neonkit repair --apply` builds it anew or drops it."
        ),
        "index-copy-left": (
            "REINDEX CONCURRENTLY was interrupted and left a copy of the index. `neonkit repair --apply` "
            "drops it."
        ),
        "detach-pending": (
            "DETACH PARTITION CONCURRENTLY was interrupted: the partition is neither in nor out. `neonkit "
            "repair --apply` finishes it."
        ),
        "enum-orphan": (
            "No column, function or default uses an enum type, and an upgrade that makes it again fails. "
            "Drop it, unless something outside the database needs it."
        ),
    }
)

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_OF_RUNS,
        **{rule_of(cause): f"{cause.value[0].upper()}{cause.value[1:]}. {fix_of(cause)}" for cause in Cause},
    }
)
"""By id."""
