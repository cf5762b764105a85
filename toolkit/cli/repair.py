"""`neonkit repair`: what went wrong and was left; dry unless told to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode
from toolkit.friction import Deed
from toolkit.reports.table import printable

if TYPE_CHECKING:
    from toolkit.findings import Finding
    from toolkit.migrate.repair.looking import Found
    from toolkit.migrate.repair.mending import Mended


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("repair")(repair)


def repair(
    ctx: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help="Mend what can be mended.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="SUBJECT", help="Mend this one; may be repeated.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="REVISION", help="Take this edited file for what was run."),
    ] = None,
) -> None:
    """Find what interrupted runs left behind; with --apply, mend it."""
    from toolkit.migrate.repair.looking import look
    from toolkit.migrate.repair.mending import can_mend, mend
    from toolkit.migrate.run import lock_name

    call = Call.of(ctx)
    workspace = call.workspace()
    found = look(workspace.project, workspace.database)
    if not apply:
        call.show(found, lambda: _found_text(found))
        call.exit(ExitCode.FINDINGS if found.report.findings else ExitCode.DONE)
    accepted, wanted = frozenset(accept or ()), frozenset(only or ())
    chosen = tuple(
        one
        for one in found.report.findings
        if can_mend(one, accepted) and (not wanted or one.subject in wanted or one.subject in accepted)
    )
    if not chosen:
        call.show(
            (), "Nothing was found that can be mended." if not found.report.findings else _found_text(found)
        )
        call.exit(ExitCode.FINDINGS if found.report.findings else ExitCode.DONE)
    drops = tuple(one.subject for one in chosen if one.rule == "enum-orphan")
    armed = call.permit(f"Mend {', '.join(one.subject for one in chosen)}?", Deed.WRITE, losses=drops)
    mended = mend(armed.database, lock_name(armed.project), chosen)
    call.show(mended, lambda: _mended_text(mended))
    if not all(one.done for one in mended):
        call.exit(ExitCode.FAILED)


def _found_text(found: Found) -> str:
    lines = [line for one in found.report.findings for line in _finding_lines(one)]
    if found.journal.missing is not None:
        lines.append(f"No journal: {found.journal.missing}.")
    return "\n".join(lines or ["Nothing is left behind."])


def _finding_lines(one: Finding) -> list[str]:
    lines = [printable(f"{one.severity.word}: {one.sentence} [{one.rule}]")]
    if one.fix is not None:
        lines.append(printable(f"    {one.fix.text}"))
        lines += [printable(f"    {sql};") for sql in one.fix.sql]
    return lines


def _mended_text(mended: tuple[Mended, ...]) -> str:
    return "\n".join(printable(f"{'ok' if one.done else 'FAIL'} {one.sentence}") for one in mended)
