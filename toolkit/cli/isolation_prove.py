"""`neonkit isolation prove`: what one user can reach, as a document to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.isolation.prove import UserProof


def prove(
    ctx: typer.Context,
    user: Annotated[
        str, typer.Option("--user", metavar="KEY", help="The user's key, as policies compare it.")
    ],
    app_role: Annotated[
        str | None, typer.Option("--app-role", metavar="ROLE", help="The role the application acts as.")
    ] = None,
    identity_setting: Annotated[
        str | None,
        typer.Option("--identity-setting", metavar="NAME", help="The setting that names the user."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail if anything is not known, too.")] = False,
) -> None:
    """What one user reaches in each table by each verb, with a digest. The same database gives the same text.

    Everything happens in a transaction that is rolled back. Exit 7 if anything leaks, to this user or to
    others; with --strict, exit 5 if anything is not known.
    """
    from toolkit.isolation import Verdict
    from toolkit.isolation.prove import prove_user

    call = Call.of(ctx)
    declared = call.settings().isolation
    proof = prove_user(
        call.workspace().database,
        user,
        call.workspace().ownership_rules,
        app_role=app_role or declared.app_role,
        identity_setting=identity_setting or declared.identity_setting,
        emit=call.emit,
        cancel=call.cancel,
    )
    call.show({"proof": proof.document, "digest": proof.digest}, lambda: proof_text(proof))
    if proof.totals[Verdict.LEAK.value]:
        call.exit(ExitCode.ISOLATION_BROKEN)
    unknown = proof.totals[Verdict.UNKNOWN.value] or proof.unknown
    call.exit(ExitCode.FINDINGS if strict and unknown else ExitCode.DONE)


def proof_text(proof: UserProof) -> str:
    """One fact per line, so that two proofs can be compared line by line."""
    from toolkit.isolation.prove import proof_lines
    from toolkit.reports.table import printable

    return "\n".join(map(printable, proof_lines(proof)))
