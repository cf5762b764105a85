"""`upgrade`, `downgrade` and `stamp`: the verbs that change a version table, with Alembic's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from toolkit.cancel import CancelToken
from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.events import Emit, unheard
from toolkit.migrate.guard.terms import USUAL, Terms
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.results import RunResult
from toolkit.migrate.revision_errors import BadRangeError
from toolkit.migrate.run import PATIENCE, Errand, run
from toolkit.migrate.run_errors import NotWritableError

if TYPE_CHECKING:
    from toolkit.migrate.guard.dry_run import DryRunResult


def upgrade(
    project: AlembicProject,
    database: Database,
    revision: str = "head",
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    tag: str | None = None,
    patience: float = PATIENCE,
    terms: Terms = USUAL,
) -> RunResult:
    """Run what lies between the database and `revision` (an id, `head`, `heads`, `+2`, `label@head`).

    Waits `patience` seconds for another run to end. Raises what `run.run` raises.
    """
    _no_range(revision)
    return run(
        project,
        database,
        _upgrade(revision),
        emit=emit,
        cancel=cancel,
        tag=tag,
        patience=patience,
        terms=terms,
    )


def downgrade(
    project: AlembicProject,
    database: Database,
    revision: str,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    tag: str | None = None,
    patience: float = PATIENCE,
    terms: Terms = USUAL,
) -> RunResult:
    """Undo what lies between the database and `revision` (an id, `base`, `-1`, `label@base`).

    Waits `patience` seconds for another run to end. Raises what `run.run` raises.
    """
    _no_range(revision)
    return run(
        project,
        database,
        _downgrade(revision),
        emit=emit,
        cancel=cancel,
        tag=tag,
        patience=patience,
        terms=terms,
    )


def dry_run(
    project: AlembicProject,
    database: Database,
    direction: Literal["upgrade", "downgrade"],
    revision: str,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    tag: str | None = None,
    patience: float = PATIENCE,
    terms: Terms = USUAL,
) -> DryRunResult:
    """Run it inside a transaction that is rolled back; what cannot be tried so is named.

    Raises what `run.run` raises; a revision that fails is told in the result.
    """
    from toolkit.migrate.guard.dry_run import DryRun

    _no_range(revision)
    if database.read_only:
        raise NotWritableError(str(database.url(Job.MIGRATE).database), "it is opened read-only")
    errand = _upgrade(revision) if direction == "upgrade" else _downgrade(revision)
    run = DryRun(project, database, errand, emit, cancel or CancelToken(), tag, terms)
    return run.tried(patience)


def stamp(
    project: AlembicProject,
    database: Database,
    revisions: str | Sequence[str],
    *,
    purge: bool = False,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    tag: str | None = None,
    patience: float = PATIENCE,
    terms: Terms = USUAL,
) -> RunResult:
    """Write `revisions` into the version table and run nothing; with `purge`, after emptying it.

    Waits `patience` seconds for another run to end. Raises what `run.run` raises.
    """
    targets = (revisions,) if isinstance(revisions, str) else tuple(revisions)
    errand = Errand(
        "stamp",
        ", ".join(targets),
        lambda script, heads: script._stamp_revs(targets, heads),  # noqa: SLF001 - what alembic.command calls
        {"as_sql": False, "starting_rev": None, "destination_rev": targets, "purge": purge},
    )
    return run(project, database, errand, emit=emit, cancel=cancel, tag=tag, patience=patience, terms=terms)


def _no_range(revision: str) -> None:
    if ":" in revision:
        raise BadRangeError(revision, "one revision; a range start:end goes with --sql")


def _upgrade(revision: str) -> Errand:
    return Errand(
        "upgrade",
        revision,
        lambda script, heads: script._upgrade_revs(revision, heads),  # noqa: SLF001 - what alembic.command calls
        {"as_sql": False, "starting_rev": None, "destination_rev": revision},
    )


def _downgrade(revision: str) -> Errand:
    return Errand(
        "downgrade",
        revision,
        lambda script, heads: script._downgrade_revs(revision, heads),  # noqa: SLF001 - what alembic.command calls
        {"as_sql": False, "starting_rev": None, "destination_rev": revision},
    )
