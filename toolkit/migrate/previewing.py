"""What lies before a database: the revisions a target would run, with their SQL where it can be written.

The SQL is the offline one. A revision that looks at the live database has none, and the preview says why;
what it would really do is for a recorded run to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from alembic import command

from toolkit.database.database import Database
from toolkit.errors import NeonkitError
from toolkit.migrate.graph import Revision, RevisionGraph, read_graph
from toolkit.migrate.offline import OfflineWriter, write_offline
from toolkit.migrate.places import FOREIGN, line_in, reason_of
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.standing import standings


@dataclass(frozen=True, slots=True)
class PreviewedRevision:
    """One revision to run. Either `sql` is there, or `reason` says why not."""

    revision: Revision
    sql: str | None
    reason: str | None = None
    line: int | None = None
    """The line of the revision's file where writing it as SQL ended."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What lies between the database and the target, in the order it would run."""

    direction: Literal["upgrade", "downgrade"]
    target: str
    current: tuple[str, ...]
    revisions: tuple[PreviewedRevision, ...]
    no_sql: str | None = None
    """Why no revision at all could be written as SQL: the file's offline branch does not work."""


def preview(
    project: AlembicProject,
    database: Database,
    target: str = "head",
    direction: Literal["upgrade", "downgrade"] = "upgrade",
) -> Preview:
    """What going to `target` would run. Nothing is run. Raises as `standings` and the graph do."""
    found = standings(project, database)
    current = found[0].heads if found else ()
    function = getattr(command, direction)
    with project.opened(cmd=(function, ["revision"], ["sql", "tag"]), sql=True, tag=None) as opened:
        graph = read_graph(opened.script)
        pending = _between(graph, current, target, direction)
        texts, no_sql = _write(project, opened, current, target, direction, pending)
    entries = tuple(texts.get(revision.id, PreviewedRevision(revision, None, no_sql)) for revision in pending)
    return Preview(direction, target, current, entries, no_sql)


def _between(
    graph: RevisionGraph, current: tuple[str, ...], target: str, direction: str
) -> tuple[Revision, ...]:
    return graph.pending(current, target) if direction == "upgrade" else graph.undone(current, target)


def _write(
    project: AlembicProject,
    opened: Opened,
    current: tuple[str, ...],
    target: str,
    direction: str,
    pending: tuple[Revision, ...],
) -> tuple[dict[str, PreviewedRevision], str | None]:
    """The text of each revision that could be written, and the reason if the file would write none."""
    writer, texts = OfflineWriter(), dict[str, PreviewedRevision]()
    by_id = {revision.id: revision for revision in pending}
    if not pending:
        return texts, None

    def work(heads: Any, context: Any) -> Iterable[Any]:
        del heads, context
        choose = opened.script._upgrade_revs if direction == "upgrade" else opened.script._downgrade_revs  # noqa: SLF001
        steps: Any = choose(target, current)  # type: ignore[arg-type]  # Alembic passes a tuple here, too
        for step in steps:
            begun = writer.buffer.tell()
            revision = by_id[step.revision.revision]
            outcome = _guard(step, revision)
            yield step
            text = writer.buffer.getvalue()[begun:].strip()
            texts.setdefault(revision.id, outcome.get("failed") or PreviewedRevision(revision, text))

    options = {"as_sql": True, "starting_rev": current or None, "destination_rev": target, "tag": None}
    try:
        write_offline(project, opened, writer, work, **options)
    except NeonkitError as error:
        return texts, error.sentence
    return texts, None


def _guard(step: Any, revision: Revision) -> dict[str, PreviewedRevision]:
    """Let a revision that fails offline leave its reason instead of ending the whole preview."""
    original = step.migration_fn
    outcome: dict[str, PreviewedRevision] = {}

    def migrate(**arguments: Any) -> None:
        try:
            original(**arguments)
        except FOREIGN as error:
            line = line_in(error, revision.path)
            outcome["failed"] = PreviewedRevision(revision, None, reason_of(error), line)

    step.migration_fn = migrate
    return outcome
