"""`neonkit upgrade`, `downgrade` and `stamp`: what changes the database, and so has to be allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.migrations_options import Sql, Tag, Target, Targets
from toolkit.friction import Deed

if TYPE_CHECKING:
    from toolkit.migrate import AlembicProject, RevisionGraph
    from toolkit.migrate.graph import Revision


def upgrade(ctx: typer.Context, revision: Target = "head", sql: Sql = False, tag: Tag = None) -> None:
    """Run the revisions up to REVISION."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import run_text
    from toolkit.migrate.standing import nothing_done, standings

    call = Call.of(ctx)
    project = call.workspace().project
    if sql:
        _show_sql(call, migrate.upgrade_sql(project, revision, tag=tag))
        return
    database = call.workspace().database
    found = standings(project, database)
    count = _count(project, [one.heads for one in found], lambda graph, at: graph.pending(at, revision))
    if count == 0:
        result = nothing_done("upgrade", revision, found)
    else:
        where = ", ".join(one.database for one in found)
        workspace = call.permit(
            f"Upgrade {where} to {revision} ({_revisions(count)})?", Deed.REVERSIBLE_WRITE
        )
        project = workspace.project
        result = migrate.upgrade(
            project, workspace.database, revision, emit=call.emit, cancel=call.cancel, tag=tag
        )
    call.show(result, lambda: run_text(result))


def downgrade(ctx: typer.Context, revision: Target, sql: Sql = False, tag: Tag = None) -> None:
    """Undo the revisions after REVISION. With --sql, REVISION is a range start:end."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import run_text
    from toolkit.migrate.standing import nothing_done, standings

    call = Call.of(ctx)
    project = call.workspace().project
    if sql:
        _show_sql(call, migrate.downgrade_sql(project, revision, tag=tag))
        return
    found = standings(project, call.workspace().database)
    count = _count(project, [one.heads for one in found], lambda graph, at: graph.undone(at, revision))
    if count == 0:
        result = nothing_done("downgrade", revision, found)
    else:
        where = ", ".join(one.database for one in found)
        workspace = call.permit(f"Downgrade {where} to {revision} ({_revisions(count)})?", Deed.WRITE)
        project = workspace.project
        result = migrate.downgrade(
            project, workspace.database, revision, emit=call.emit, cancel=call.cancel, tag=tag
        )
    call.show(result, lambda: run_text(result))


def stamp(
    ctx: typer.Context,
    revisions: Targets,
    sql: Sql = False,
    tag: Tag = None,
    purge: Annotated[bool, typer.Option("--purge", help="Empty the version table first.")] = False,
) -> None:
    """Write REVISION into the version table without running anything."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import run_text

    call = Call.of(ctx)
    project = call.workspace().project
    if sql:
        _show_sql(call, migrate.stamp_sql(project, revisions, tag=tag))
        return
    named = ", ".join(revisions)
    workspace = call.permit(f"Say that {call.workspace().urls.main.database} is at {named}?", Deed.WRITE)
    project = workspace.project
    result = migrate.stamp(
        project, workspace.database, revisions, purge=purge, emit=call.emit, cancel=call.cancel, tag=tag
    )
    call.show(result, lambda: run_text(result))


def _show_sql(call: Call, sql: str) -> None:
    call.show({"sql": sql}, sql)


def _count(
    project: AlembicProject,
    standings: Sequence[tuple[str, ...]],
    between: Callable[[RevisionGraph, tuple[str, ...]], tuple[Revision, ...]],
) -> int:
    graph = project.graph()
    return sum(len(between(graph, heads)) for heads in standings)


def _revisions(count: int) -> str:
    return "1 revision" if count == 1 else f"{count} revisions"
