"""Which revisions are new, against a git ref or a revision."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.migrate import AlembicProject
from toolkit.migrate.graph import Revision
from toolkit.migrate.lint.ranges import new_since
from toolkit.settings.check import CheckSettings


@dataclass(frozen=True, slots=True)
class Fresh:
    """The new revisions, and the part of the history that a rehearsal walks for them."""

    revisions: tuple[Revision, ...]
    span: str | None
    """`start:end`; None where only the whole history holds them all."""


def fresh_revisions(project: AlembicProject, settings: CheckSettings) -> Fresh | None:
    """What is new; None where neither a ref nor a revision is given, so that everything is looked at.

    Raises NotInGitError, and what reading the project and naming a revision raise.
    """
    graph = project.graph()
    if settings.base is not None:
        start = tuple(one.id for one in graph.resolve(settings.base))
        return Fresh(graph.pending(start, "heads"), f"{settings.base}:heads")
    if settings.since is None:
        return None
    files = new_since(settings.since, project.root)
    new = tuple(one for one in graph.revisions if one.path.resolve() in files)
    ids = {one.id for one in new}
    before = {parent for one in new for parent in (*one.parents, *one.depends_on)} - ids
    return Fresh(new, f"{before.pop()}:heads" if len(before) == 1 else None)
