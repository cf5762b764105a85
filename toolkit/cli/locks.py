"""`neonkit locks`: who waits for whom, the root blocker first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.database.activity import Activity, LockTree


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("locks")(locks)


def locks(
    ctx: typer.Context,
    all_: Annotated[
        bool, typer.Option("--all", help="List the sessions that neither wait nor block, too.")
    ] = False,
    watch: Annotated[
        float | None,
        typer.Option(
            "--watch", min=0.2, metavar="SECONDS", help="Look again every so many seconds, until stopped."
        ),
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 5 when somebody waits.")] = False,
) -> None:
    """Show which session waits for which, with lock modes, sizes and ages."""
    from toolkit.cli.locks_text import locks_text
    from toolkit.database import Job
    from toolkit.database.activity import lock_tree, read_activity
    from toolkit.database.retry import wait

    call = Call.of(ctx)
    with call.workspace().database.connect(Job.ADMIN, emit=call.emit, cancel=call.cancel) as connection:
        while True:
            activity = read_activity(connection)
            tree = lock_tree(activity)
            call.show(_value(activity, tree, all_), partial(locks_text, activity, tree, every=all_))
            if watch is None:
                break
            wait(watch, call.cancel)
    if exit_code and activity.waiting:
        call.exit(ExitCode.FINDINGS)


def _value(activity: Activity, tree: LockTree, every: bool) -> dict[str, object]:
    value: dict[str, object] = {
        "waiting": len(activity.waiting),
        "longest_wait": tree.longest_wait,
        "hidden": activity.hidden,
        "roots": tree.roots,
    }
    return {**value, "sessions": activity.sessions} if every else value
