"""`upgrade`, `downgrade` and `stamp`: the verbs that change a version table, with Alembic's arguments."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.cancel import CancelToken
from toolkit.database.database import Database
from toolkit.events import Emit, unheard
from toolkit.migrate.guard.terms import USUAL, Terms
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.results import RunResult
from toolkit.migrate.revision_errors import BadRangeError
from toolkit.migrate.run import PATIENCE, Errand, run


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
    errand = Errand(
        "upgrade",
        revision,
        lambda script, heads: script._upgrade_revs(revision, heads),  # noqa: SLF001 - what alembic.command calls
        {"as_sql": False, "starting_rev": None, "destination_rev": revision},
    )
    return run(project, database, errand, emit=emit, cancel=cancel, tag=tag, patience=patience, terms=terms)


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
    errand = Errand(
        "downgrade",
        revision,
        lambda script, heads: script._downgrade_revs(revision, heads),  # noqa: SLF001 - what alembic.command calls
        {"as_sql": False, "starting_rev": None, "destination_rev": revision},
    )
    return run(project, database, errand, emit=emit, cancel=cancel, tag=tag, patience=patience, terms=terms)


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
