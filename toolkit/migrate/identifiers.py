"""What a new revision and a new branch may be called.

Alembic takes some names that its own symbols then cannot say: `head`, a label with an `@`, an id with a
slash.
"""

from __future__ import annotations

import re

from alembic.script import ScriptDirectory

from toolkit.migrate.errors import AlembicRefusedError
from toolkit.migrate.writing_errors import RevisionExistsError

RESERVED = frozenset({"head", "heads", "base", "current"})

_IN_NO_ID = re.compile(r"""[\s/\\:@+'"\x00-\x1f-]""")
_IN_NO_LABEL = re.compile(r"[\s:@\x00-\x1f]")


def require_usable(script: ScriptDirectory, rev_id: str | None, branch_label: str | None) -> None:
    """Raise AlembicRefusedError for a name of no use, RevisionExistsError for an id that is taken."""
    if rev_id and (rev_id in RESERVED or _IN_NO_ID.search(rev_id)):
        raise AlembicRefusedError(f"{rev_id!r} cannot be the id of a revision")
    if branch_label and (branch_label in RESERVED or _IN_NO_LABEL.search(branch_label)):
        raise AlembicRefusedError(f"{branch_label!r} cannot be the label of a branch")
    for known in script.walk_revisions():
        if known.revision == rev_id:
            raise RevisionExistsError(rev_id, known.path)
