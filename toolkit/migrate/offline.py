"""`--sql`: revisions written as SQL, without a connection.

The file's offline branch is run. What it would write into files, as the template for several databases does,
comes out as text instead. Where it has no usable URL, PostgreSQL's dialect is taken.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from toolkit.errors import NeonkitError
from toolkit.migrate.capture import DIALECT, STOPPED, explained, no_connections
from toolkit.migrate.environment import Watcher, Work, run_environment
from toolkit.migrate.places import line_in, reason_of
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.revision_errors import BadRangeError
from toolkit.migrate.run_errors import OfflineImpossibleError
from toolkit.migrate.translate import alembics_refusals, translated


class OfflineWriter(Watcher):
    """Collects the SQL of every configuration in one text."""

    writes_files = False

    def __init__(self) -> None:
        self.buffer = io.StringIO()
        self.step: Any = None
        """Alembic's step that is being written."""

    def configure(self, original: Callable[..., None], options: Any) -> None:
        """Configure for text, with PostgreSQL's dialect where the file's URL gives none."""
        options["output_buffer"] = self.buffer
        if not _names_dialect(options):
            options.pop("url", None)
            options["dialect_name"] = DIALECT
        original(**options)

    def noted(self, steps: Iterable[Any]) -> Iterable[Any]:
        """The steps, with the one at work kept for an error."""
        for step in steps:
            self.step = step
            yield step


def upgrade_sql(project: AlembicProject, revision: str = "head", *, tag: str | None = None) -> str:
    """The SQL of an upgrade from base, or from the start of a range `start:end`.

    Raises OfflineImpossibleError for a revision that needs the live database, and what reading raises.
    """
    start, target = _split(revision, needs_start=False)

    def steps(script: Any, heads: Any) -> Iterable[Any]:
        return script._upgrade_revs(target, heads)  # type: ignore[no-any-return]  # noqa: SLF001

    return _sql(project, command.upgrade, start, target, steps, tag)


def downgrade_sql(project: AlembicProject, revisions: str, *, tag: str | None = None) -> str:
    """The SQL of a downgrade; Alembic wants the range `start:end`. Raises as `upgrade_sql` does."""
    start, target = _split(revisions, needs_start=True)

    def steps(script: Any, heads: Any) -> Iterable[Any]:
        return script._downgrade_revs(target, heads)  # type: ignore[no-any-return]  # noqa: SLF001

    return _sql(project, command.downgrade, start, target, steps, tag)


def stamp_sql(project: AlembicProject, revisions: str | Iterable[str], *, tag: str | None = None) -> str:
    """The SQL that writes `revisions`, each an id or a range, into the version table."""
    pairs = [
        _split(one, needs_start=False) for one in ([revisions] if isinstance(revisions, str) else revisions)
    ]
    starts = {start for start, _ in pairs if start is not None}
    if len(starts) > 1:
        raise BadRangeError(", ".join(sorted(starts)), "ranges with one and the same start")
    targets = tuple(target for _, target in pairs)

    def steps(script: Any, heads: Any) -> Iterable[Any]:
        return script._stamp_revs(targets, heads)  # type: ignore[no-any-return]  # noqa: SLF001

    return _sql(project, command.stamp, next(iter(starts), None), targets, steps, tag)


@dataclass(frozen=True, slots=True)
class _Options:
    start: Any
    target: Any
    tag: str | None

    def as_keywords(self) -> dict[str, Any]:
        return {"as_sql": True, "starting_rev": self.start, "destination_rev": self.target, "tag": self.tag}


def _sql(
    project: AlembicProject,
    function: Callable[..., Any],
    start: str | None,
    target: Any,
    steps: Callable[[Any, Any], Iterable[Any]],
    tag: str | None,
) -> str:
    with project.opened(cmd=(function, ["revision"], ["sql", "tag"]), sql=True, tag=tag) as opened:
        writer = OfflineWriter()

        def work(heads: Any, context: Any) -> Iterable[Any]:
            del context
            with alembics_refusals(opened.script, heads):
                chosen = list(steps(opened.script, heads))
            return writer.noted(chosen)

        write_offline(project, opened, writer, work, **_Options(start, target, tag).as_keywords())
        return writer.buffer.getvalue()


def write_offline(
    project: AlembicProject, opened: Opened, writer: OfflineWriter, work: Work, **options: Any
) -> None:
    """Run the file's offline branch. Raises OfflineImpossibleError and what reading the project raises."""
    with no_connections(opened):
        try:
            run_environment(opened, writer, work, **options)
        except STOPPED as error:
            raise _explained(error, opened, project, writer) from error


def _explained(
    error: BaseException, opened: Opened, project: AlembicProject, writer: OfflineWriter
) -> NeonkitError:
    if isinstance(error, CommandError):
        return translated(error, opened.script)
    script = getattr(writer.step, "revision", None)
    if script is not None and line_in(error, script.path) is not None:
        return OfflineImpossibleError(
            script.revision, script.path, line_in(error, script.path), reason_of(error)
        )
    return explained(error, opened, project)


def _split(revision: str, *, needs_start: bool) -> tuple[str | None, str]:
    start, colon, target = revision.partition(":")
    if not colon:
        if needs_start:
            raise BadRangeError(revision, "start:end")
        return None, revision
    if not target or ":" in target:
        raise BadRangeError(revision, "start:end")
    return start or None, target


def _names_dialect(options: dict[str, Any]) -> bool:
    if options.get("dialect_name") or options.get("dialect") or options.get("connection") is not None:
        return True
    try:
        return make_url(options["url"]).get_dialect().name == DIALECT
    except (SQLAlchemyError, KeyError, TypeError, ModuleNotFoundError):
        return False
