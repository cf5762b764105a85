"""`neonkit isolation protect`: what keeps users apart and is missing, shown, printed or written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.isolation import IsolationReport
    from toolkit.isolation.protect import Protected, StageOperations
    from toolkit.migrate import WrittenRevisions

Proof = Annotated[
    bool | None,
    typer.Option(
        "--proof/--no-proof",
        help="Let two users try it in a transaction that is rolled back. Default: not on production.",
    ),
]


def protect(
    ctx: typer.Context,
    app_role: Annotated[
        str | None,
        typer.Option("--app-role", metavar="ROLE", help="Who the policies are for; need not exist."),
    ] = None,
    identity_setting: Annotated[
        str | None,
        typer.Option("--identity-setting", metavar="NAME", help="The setting that names the user."),
    ] = None,
    identity_function: Annotated[
        str | None,
        typer.Option("--identity-function", metavar="NAME", help="A function instead, such as auth.user_id."),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the statements, for psql.")] = False,
    write_revision: Annotated[
        bool, typer.Option("--write-revision", help="Write one revision for each stage.")
    ] = False,
    head: Annotated[
        str, typer.Option("--head", metavar="REVISION", help="What the revisions follow.")
    ] = "head",
    proof: Proof = None,
) -> None:
    """What is missing to keep users apart: indexes, keys, policies, rights. The database is never changed.

    With proof, the tables are locked while two users try. Exit 5 if something is missing and was neither
    printed nor written; exit 7 if there would still be a leak.
    """
    from toolkit.isolation.protect import protect as compiled

    call = Call.of(ctx)
    if sql and write_revision:
        raise BadCommandLineError("--sql and --write-revision do not go together.", call.command)
    settings = call.settings()
    declared = settings.isolation
    careful = settings.environment == "production" or settings.read_only
    tried = not (sql or careful) if proof is None else proof
    workspace = call.workspace()
    if tried and careful:
        workspace = call.permit(
            "Try the protection here? It is rolled back, but the tables are locked meanwhile."
        )
    found = compiled(
        workspace.database,
        workspace.ownership_rules,
        app_role=app_role or declared.app_role,
        identity_setting=identity_setting or declared.identity_setting,
        identity_function=identity_function,
        prove=tried,
        emit=call.emit,
        cancel=call.cancel,
    )
    leaks = found.after is not None and found.after.leaks
    if write_revision:
        _write(call, found, head)
        return
    _show(call, found, sql=sql)
    if leaks:
        call.exit(ExitCode.ISOLATION_BROKEN)
    call.exit(ExitCode.FINDINGS if found.protection.steps and not sql else ExitCode.DONE)


def _show(call: Call, found: Protected, *, sql: bool) -> None:
    from toolkit.isolation.protect import script

    call.show(found, lambda: script(found.protection).rstrip("\n") if sql else protect_text(found))


def _write(call: Call, found: Protected, head: str) -> None:
    """Write the revisions. Raises StillLeakingError if they would leave a leak, and what writing raises."""
    from toolkit.isolation.protect import StillLeakingError, operations

    if found.after is not None and found.after.leaks:
        raise StillLeakingError(tuple(f"{cell.verb.value} of {cell.table}" for cell in found.after.leaks))
    written = _revisions(call, operations(found.protection), head)
    told = {
        "revisions": [revision for each in written for revision in each.revisions],
        "paths": [path for each in written for path in each.paths],
        "protected": found,
    }

    def text() -> str:
        lines = [str(path) for each in written for path in each.paths]
        return "\n".join([*lines, protect_text(found)])

    call.show(told, text)


def _revisions(call: Call, stages: tuple[StageOperations, ...], head: str) -> tuple[WrittenRevisions, ...]:
    """All of the files or none: half a protection is not to lie around."""
    from toolkit.migrate import RevisionBody, revision_chain

    workspace = call.workspace()
    bodies = [(stage.message, RevisionBody(stage.upgrade, stage.downgrade)) for stage in stages]
    return revision_chain(workspace.project, workspace.database, bodies, head=head, emit=call.emit)


def protect_text(found: Protected) -> str:
    """The role, the steps by stage, what is left to a person, and the verdicts without and with them."""
    from toolkit.reports.table import printable

    protection = found.protection
    made = "" if protection.role_exists else ", to be made"
    lines = [f"Role {protection.role}{made}; users are told by {protection.identity}."]
    for stage in protection.stages:
        lines += ["", stage.value]
        lines += [f"  {step.subject}: {step.does}" for step in protection.of(stage)]
    if protection.left_open:
        lines += ["", "left to you", *(f"  {each.subject}: {each.reason}" for each in protection.left_open)]
    parts = ["\n".join(map(printable, lines))]
    if found.before is not None and found.after is not None:
        parts.append(_verdicts(found.before, found.after))
    tables = f"{protection.tables} tables with owners"
    parts.append(
        f"{tables}, {len(protection.steps)} steps" if protection.steps else f"{tables}: nothing is missing"
    )
    return "\n\n".join(parts)


def _verdicts(before: IsolationReport, after: IsolationReport) -> str:
    """The verdicts that change as `LEAK -> HELD`, the reasons of what does not pass, and both totals."""
    from toolkit.isolation import Verb, Verdict
    from toolkit.reports.table import printable, table

    was = {(cell.table, cell.verb): cell.verdict.value for cell in before.cells}

    def shown(name: str, verb: Verb) -> str:
        now = after.cell(name, verb).verdict.value
        then = was.get((name, verb), now)
        return now if then == now else f"{then} -> {now}"

    names = sorted({cell.table for cell in after.cells})
    rows = [[name, *(shown(name, verb) for verb in Verb)] for name in names]
    lines = [table(["table", *(verb.value for verb in Verb)], rows) if rows else "no tables", ""]
    passes = (Verdict.PROVEN, Verdict.HELD)
    lines += [
        f"{cell.verdict.value} {cell.table} ({cell.verb.value}): {printable(cell.reason)}"
        for cell in after.cells
        if cell.verdict not in passes
    ]
    for word, report in (("before", before), ("after", after)):
        totals = ", ".join(f"{count} {verdict.value}" for verdict, count in report.totals.items() if count)
        lines.append(f"{word}: {totals or 'nothing to judge'}")
    return "\n".join(lines)
