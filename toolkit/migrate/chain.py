"""Several new revisions that follow each other, each with a body of its own: all of the files, or none."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.database.database import Database
from toolkit.errors import NeonkitError
from toolkit.events import Emit, unheard
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.revision_body import RevisionBody
from toolkit.migrate.writing import WrittenRevisions, revision, runs_env_for_revisions


def revision_chain(
    project: AlembicProject,
    database: Database,
    stages: Sequence[tuple[str, RevisionBody]],
    *,
    head: str = "head",
    emit: Emit = unheard,
) -> tuple[WrittenRevisions, ...]:
    """Write a revision for each message and body; the first follows `head`.

    The database is asked only where the project runs env.py for new revisions. Raises what `revision` raises;
    then no file is left behind.
    """
    asked = database if runs_env_for_revisions(project) else None
    written: list[WrittenRevisions] = []
    try:
        for message, body in stages:
            after = written[-1].revisions[-1].id if written else head
            written.append(revision(project, asked, message, head=after, body=body, emit=emit))
    except NeonkitError:
        for each in written:
            for path in each.paths:
                path.unlink(missing_ok=True)
        raise
    return tuple(written)
