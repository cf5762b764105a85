"""`neonkit locks`: who waits for whom, the root blocker first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError, NoSuchSessionError
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.database.activity import Activity, LockTree, Operation


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
    pid: Annotated[
        int | None,
        typer.Option("--pid", metavar="PID", help="Look at one session closely: its locks, its statement."),
    ] = None,
    cancel: Annotated[
        int | None,
        typer.Option("--cancel", metavar="PID", help="Cancel the running statement of a session."),
    ] = None,
    terminate: Annotated[
        int | None,
        typer.Option("--terminate", metavar="PID", help="End a session; its transaction is rolled back."),
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 5 when somebody waits.")] = False,
) -> None:
    """Show which session waits for which, with lock modes and ages, and how far long statements are."""
    from toolkit.cli.locks_text import locks_text
    from toolkit.database import Job
    from toolkit.database.activity import lock_tree, read_activity, read_progress
    from toolkit.database.retry import wait

    call = Call.of(ctx)
    if (chosen := (pid, cancel, terminate)) != (None, None, None):
        if sum(one is not None for one in chosen) > 1 or all_ or watch is not None or exit_code:
            raise BadCommandLineError("--pid, --cancel and --terminate stand alone.", call.command)
        _one_session(call, pid, cancel, terminate)
        return
    with call.workspace().database.connect(Job.ADMIN, emit=call.emit, cancel=call.cancel) as connection:
        while True:
            activity = read_activity(connection)
            tree = lock_tree(activity)
            running = read_progress(connection)
            call.show(
                _value(activity, tree, running, all_),
                partial(locks_text, activity, tree, running, every=all_),
            )
            if watch is None:
                break
            wait(watch, call.cancel)
    if exit_code and activity.waiting:
        call.exit(ExitCode.FINDINGS)


def _one_session(call: Call, pid: int | None, cancel: int | None, terminate: int | None) -> None:
    """Look at one session, or end what it does."""
    from toolkit.database import Job
    from toolkit.database.activity import cancel_statement, read_session, terminate_session
    from toolkit.database.activity.spelling import detail_lines
    from toolkit.friction import Deed
    from toolkit.reports.table import printable

    number = next(one for one in (pid, cancel, terminate) if one is not None)
    workspace = call.workspace()
    if terminate is not None:
        sentence = f"End session {number}? Its transaction is rolled back."
        workspace = call.permit(sentence, deed=Deed.LOSS, losses=(str(number),))
    elif cancel is not None:
        workspace = call.permit(f"Cancel the statement of session {number}?", deed=Deed.WRITE)
    with workspace.database.connect(Job.ADMIN, emit=call.emit, cancel=call.cancel) as connection:
        detail = read_session(connection, number)
        if detail is None:
            raise NoSuchSessionError(pid=number)
        if pid is not None:
            call.show(detail, lambda: "\n".join(printable(line) for line in detail_lines(detail)))
            return
        end = terminate_session if terminate is not None else cancel_statement
        done = end(connection, number)
    word = "end" if terminate is not None else "cancel its statement"
    call.show({"pid": number, "asked": done}, lambda: f"Session {number} was asked to {word}.")


def _value(
    activity: Activity, tree: LockTree, running: tuple[Operation, ...], every: bool
) -> dict[str, object]:
    value: dict[str, object] = {
        "waiting": len(activity.waiting),
        "longest_wait": tree.longest_wait,
        "hidden": activity.hidden,
        "roots": tree.roots,
        "running": running,
    }
    return {**value, "sessions": activity.sessions} if every else value
