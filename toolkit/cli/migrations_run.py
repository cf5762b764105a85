"""`neonkit upgrade`, `downgrade` and `stamp`: what changes the database, and so has to be allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from toolkit.cli.call import Call
from toolkit.cli.migrations_guard import (
    Cancel,
    DryRunOption,
    FromStart,
    GuardOptions,
    InDoubtOption,
    LockTimeout,
    NoJournal,
    RestorePointOption,
    Terminate,
    Tries,
    dry_run_text,
)
from toolkit.cli.migrations_options import Sql, Tag, Target, Targets
from toolkit.errors import ExitCode
from toolkit.friction import Deed

if TYPE_CHECKING:
    from toolkit.migrate import AlembicProject, RevisionGraph
    from toolkit.migrate.graph import Revision


def upgrade(
    ctx: typer.Context,
    revision: Target = "head",
    sql: Sql = False,
    tag: Tag = None,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="ID", help="Run exactly that plan, or refuse.")
    ] = None,
    dry_run: DryRunOption = False,
    lock_timeout: LockTimeout = 2.0,
    tries: Tries = 8,
    cancel_blockers: Cancel = False,
    terminate_blockers: Terminate = False,
    in_doubt: InDoubtOption = None,
    from_start: FromStart = False,
    no_journal: NoJournal = False,
    restore_point: RestorePointOption = None,
) -> None:
    """Run the revisions up to REVISION."""
    from toolkit import migrate

    call = Call.of(ctx)
    if sql:
        _show_sql(call, migrate.upgrade_sql(call.workspace().project, revision, tag=tag))
        return
    options = GuardOptions(
        lock_timeout,
        tries,
        cancel_blockers,
        terminate_blockers,
        in_doubt,
        from_start,
        no_journal,
        dry_run,
        plan,
        restore_point,
    )
    _go(call, "upgrade", revision, tag, options)


def downgrade(
    ctx: typer.Context,
    revision: Target,
    sql: Sql = False,
    tag: Tag = None,
    dry_run: DryRunOption = False,
    lock_timeout: LockTimeout = 2.0,
    tries: Tries = 8,
    cancel_blockers: Cancel = False,
    terminate_blockers: Terminate = False,
    in_doubt: InDoubtOption = None,
    from_start: FromStart = False,
    no_journal: NoJournal = False,
    restore_point: RestorePointOption = None,
) -> None:
    """Undo the revisions after REVISION. With --sql, REVISION is a range start:end."""
    from toolkit import migrate

    call = Call.of(ctx)
    if sql:
        _show_sql(call, migrate.downgrade_sql(call.workspace().project, revision, tag=tag))
        return
    options = GuardOptions(
        lock_timeout,
        tries,
        cancel_blockers,
        terminate_blockers,
        in_doubt,
        from_start,
        no_journal,
        dry_run,
        restore_point=restore_point,
    )
    _go(call, "downgrade", revision, tag, options)


def _go(
    call: Call,
    direction: Literal["upgrade", "downgrade"],
    revision: str,
    tag: str | None,
    options: GuardOptions,
) -> None:
    """Ask, run, and show; a run that is not needed asks nothing."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import run_text
    from toolkit.migrate.running import dry_run
    from toolkit.migrate.standing import nothing_done, standings

    terms = options.terms(call)
    project, database = call.workspace().project, call.workspace().database
    losses: tuple[str, ...] = ()
    if options.plan is not None:
        revision, losses = _planned(call, options.plan)
    found = standings(project, database)
    up = direction == "upgrade"
    count = _count(
        project,
        [one.heads for one in found],
        lambda graph, at: graph.pending(at, revision) if up else graph.undone(at, revision),
    )
    if count == 0:
        result = nothing_done(direction, revision, found)
        call.show(result, lambda: run_text(result))
        return
    where = ", ".join(one.database for one in found)
    verb = f"{'Try to ' if options.dry_run else ''}{direction}".capitalize()
    deed = Deed.REVERSIBLE_WRITE if up or options.dry_run else Deed.WRITE
    question = f"{verb} {where} to {revision} ({_revisions(count)})?"
    if not up and not options.dry_run:
        losses = _going_down(call, revision)
    workspace = options.permit(call, question, deed, losses=() if options.dry_run else losses)
    project, database = workspace.project, workspace.database
    if options.dry_run:
        tried = dry_run(
            project, database, direction, revision, emit=call.emit, cancel=call.cancel, tag=tag, terms=terms
        )
        call.show(tried, lambda: dry_run_text(tried))
        if tried.failure is not None:
            call.exit(ExitCode.FAILED)
        return
    terms = options.with_restore_point(call, terms, f"{direction}-{revision}")
    run = migrate.upgrade if up else migrate.downgrade
    result = run(project, database, revision, emit=call.emit, cancel=call.cancel, tag=tag, terms=terms)
    call.show(result, lambda: run_text(result))


def _going_down(call: Call, revision: str) -> tuple[str, ...]:
    """Say what goes with a downgrade; the names, where the environment wants them named."""
    from toolkit.events import Notice
    from toolkit.migrate.plan import losses_down

    descent = losses_down(call.workspace().project, call.workspace().database, revision)
    for one in descent.losses:
        call.emit(Notice("warning", f"{one.revision} takes {one.subject} ({one.amount}): {one.sentence}."))
    for revision_id, reason in descent.unknowns:
        call.emit(Notice("warning", f"What {revision_id} takes is UNKNOWN: {reason.rstrip('.')}."))
    production = call.settings().environment == "production"
    return tuple(one.subject for one in descent.losses) if production else ()


def _planned(call: Call, plan_id: str) -> tuple[str, tuple[str, ...]]:
    """The target of a saved plan that still holds, and what it may lose."""
    from toolkit.migrate.plan import plans_folder, read_plan, require_holding

    plan = read_plan(plans_folder(call.settings().project_dir), plan_id)
    require_holding(call.workspace().project, call.workspace().database, plan)
    return plan.target, tuple(dict.fromkeys(loss.subject for loss in plan.losses))


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
