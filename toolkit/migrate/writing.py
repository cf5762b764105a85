"""`revision` and `merge`: the verbs that write revision files, with Alembic's arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import RevisionContext
from alembic.config import Config
from alembic.script import Script
from alembic.util import asbool
from alembic.util import rev_id as new_id

from toolkit.database.database import Database
from toolkit.events import Emit, Notice, unheard
from toolkit.migrate.autogenerate.hooks import Hooks
from toolkit.migrate.errors import AlembicRefusedError, BadConfigurationError
from toolkit.migrate.graph import Revision, revision_of
from toolkit.migrate.identifiers import require_usable
from toolkit.migrate.new_files import all_or_none
from toolkit.migrate.online import Visitor, visit
from toolkit.migrate.post_write import programs_heard
from toolkit.migrate.project import AlembicProject, Opened
from toolkit.migrate.revision_body import RevisionBody
from toolkit.migrate.scripts import LoadedRevisions
from toolkit.migrate.translate import alembics_refusals
from toolkit.migrate.versions import USUAL_WIDTH

ALEMBICS_OWN = ("Running post write hook", "  done")
"""How the lines begin that Alembic itself prints, whatever it is told, when it runs a hook."""


@dataclass(frozen=True, slots=True)
class WrittenRevisions:
    """The files that were written.

    `empty` tells that a comparison found nothing to do. `left_alone` are tables of the database that are
    not in the models; no operation touches them.
    """

    revisions: tuple[Revision, ...]
    empty: bool = False
    left_alone: tuple[str, ...] = ()
    output: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the files are."""
        return tuple(revision.path for revision in self.revisions)


def revision(
    project: AlembicProject,
    database: Database | None = None,
    message: str | None = None,
    *,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    depends_on: Sequence[str] = (),
    drop_tables: bool = False,
    body: RevisionBody | None = None,
    emit: Emit = unheard,
) -> WrittenRevisions:
    """Write a new revision file; with `autogenerate`, from what the models have and the database has not.

    `body` is what it does otherwise; a template that has no place for it is refused. Tables that are not in
    the models are dropped only with `drop_tables`. Needs a database for `autogenerate`, and where the project
    sets revision_environment. Raises NotUpToDateError,
    NoMetadataError, SeveralHeadsError, the errors of `writing_errors`, and what reading the project raises.
    Whatever fails, no file is left behind.
    """
    arguments: dict[str, Any] = {
        "message": message,
        "autogenerate": autogenerate,
        "sql": sql,
        "head": head,
        "splice": splice,
        "branch_label": branch_label,
        "version_path": version_path,
        "rev_id": rev_id,
        "depends_on": list(depends_on) or None,
    }
    if autogenerate and sql:
        raise AlembicRefusedError("--sql and --autogenerate do not go together")
    hooks = Hooks(drop_tables=drop_tables)
    with _reloading(project), project.opened(cmd=(command.revision, [], []), **arguments) as opened:
        context = RevisionContext(opened.config, opened.script, arguments)
        environment = autogenerate or _wants_environment(opened.config)
        require_usable(opened.script, rev_id, branch_label)
        with (
            alembics_refusals(opened.script),
            programs_heard(opened.heard),
            all_or_none(opened) as new,
        ):
            if environment:
                _compare(project, _needed(database), opened, context, hooks, autogenerate=autogenerate)
            _tell(context, body)
            written = [script for script in context.generate_scripts() if script is not None]
            new.require_told(written, body)
        result = _written(written, opened, empty=autogenerate and _is_empty(context), hooks=hooks)
    for table in result.left_alone:
        emit(Notice("info", f"The table {table} is not in the models and was left alone."))
    _warn_of_length(result, emit)
    return result


def merge(
    project: AlembicProject,
    revisions: str | Sequence[str] = "heads",
    message: str | None = None,
    *,
    splice: bool = False,
    branch_label: str | None = None,
    rev_id: str | None = None,
    emit: Emit = unheard,
) -> WrittenRevisions:
    """Write a revision that joins `revisions`; with `splice`, also those that others follow.

    Raises UnknownRevisionError, AlembicRefusedError and the errors of `writing_errors`.
    """
    joined = revisions if isinstance(revisions, str) else tuple(revisions)
    arguments: dict[str, Any] = {
        "message": message,
        "branch_label": branch_label,
        "rev_id": rev_id,
        "revisions": joined,
    }
    with _reloading(project), project.opened(cmd=(command.merge, ["revisions"], []), **arguments) as opened:
        require_usable(opened.script, rev_id, branch_label)
        with (
            alembics_refusals(opened.script),
            programs_heard(opened.heard),
            all_or_none(opened) as new,
        ):
            script = opened.script.generate_revision(
                rev_id or new_id(),
                message,
                refresh=True,
                head=joined,
                splice=splice,
                branch_labels=branch_label,
                config=opened.config,
            )
            written = [] if script is None else [script]
            new.require_told(written)
        result = _written(written, opened, empty=False, hooks=None)
    _warn_of_length(result, emit)
    return result


def runs_env_for_revisions(project: AlembicProject) -> bool:
    """Whether the project wants env.py run, and so a database, for every new revision."""
    return _wants_environment(project.config())


@contextmanager
def _reloading(project: AlembicProject) -> Iterator[None]:
    """Load the revision files anew afterwards: Alembic notes a new one in the map that is kept."""
    try:
        yield
    finally:
        project.memory.loaded = LoadedRevisions()


def _warn_of_length(result: WrittenRevisions, emit: Emit) -> None:
    """An id that does not fit fails only when it is run; where the column was widened, it fits."""
    for one in result.revisions:
        if len(one.id) > USUAL_WIDTH:
            holds = f"Alembic's version table holds {USUAL_WIDTH}, unless somebody widened it"
            emit(Notice("warning", f"The id {one.id} has {len(one.id)} characters; {holds}."))


def _tell(context: RevisionContext, body: RevisionBody | None) -> None:
    given: dict[str, Any] = context.template_args
    given.update(body.template_args if body else {})


def _compare(
    project: AlembicProject,
    database: Database,
    opened: Opened,
    context: RevisionContext,
    hooks: Hooks,
    *,
    autogenerate: bool,
) -> None:
    def work(heads: Any, migration: Any) -> Iterable[Any]:
        run = context.run_autogenerate if autogenerate else context.run_no_autogenerate
        run(heads, migration)
        return ()

    visitor = Visitor(hooks.over if autogenerate else dict)
    visit(
        project,
        database,
        opened,
        visitor,
        work,
        template_args=context.template_args,
        revision_context=context,
    )


def _needed(database: Database | None) -> Database:
    if database is None:
        raise AlembicRefusedError("comparing with the models needs a database")
    return database


def _wants_environment(config: Config) -> bool:
    try:
        return bool(asbool(config.get_alembic_option("revision_environment") or False))
    except ValueError as error:
        raise BadConfigurationError.of(config, f"revision_environment: {error}") from error


def _is_empty(context: RevisionContext) -> bool:
    return all(
        upgrade.is_empty() for script in context.generated_revisions for upgrade in script.upgrade_ops_list
    )


def _written(
    scripts: Sequence[Script], opened: Opened, *, empty: bool, hooks: Hooks | None
) -> WrittenRevisions:
    return WrittenRevisions(
        tuple(revision_of(script) for script in scripts),
        empty,
        tuple(sorted(hooks.left_alone)) if hooks else (),
        tuple(line for line in opened.heard.lines if not line.startswith(ALEMBICS_OWN)),
    )
