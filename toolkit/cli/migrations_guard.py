"""The options that `upgrade` and `downgrade` share about locks, the journal and trying first."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.friction import Deed
from toolkit.reports.table import printable

if TYPE_CHECKING:
    from toolkit.migrate.guard.dry_run import DryRunResult
    from toolkit.migrate.guard.terms import Terms
    from toolkit.workspace import Workspace

NEW = "new"
"""The word for a restore point that is still to be made."""
BLOCKERS = "blockers"
"""What is named as lost when sessions are to be ended."""

LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout",
        min=0.0,
        max=86_400,
        metavar="SECONDS",
        help="How long a statement may wait for a lock.",
    ),
]
Tries = Annotated[
    int, typer.Option("--tries", min=1, help="How often the run gives way to locks before it ends.")
]
Cancel = Annotated[
    bool, typer.Option("--cancel-blockers", help="Cancel the statements of sessions in the way.")
]
Terminate = Annotated[
    bool, typer.Option("--terminate-blockers", help="End the sessions in the way, their transactions, too.")
]
InDoubtOption = Annotated[
    str | None,
    typer.Option(
        "--in-doubt", metavar="ran|rerun", help="What to think of a statement that the journal cannot prove."
    ),
]
FromStart = Annotated[
    bool,
    typer.Option("--from-start", help="Run a half-done revision whole: what it had committed was undone."),
]
RestorePointOption = Annotated[
    str | None,
    typer.Option(
        "--restore-point",
        metavar="new|NAME",
        help="Make something to go back to first; or name what was made, for the journal.",
    ),
]
NoJournal = Annotated[bool, typer.Option("--no-journal", help="Write no journal of this run.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Run in a transaction that is rolled back; say what was not tried.")
]


@dataclass(frozen=True, slots=True)
class GuardOptions:
    """What was given on the command line."""

    lock_timeout: float
    tries: int
    cancel: bool
    terminate: bool
    in_doubt: str | None
    from_start: bool
    no_journal: bool
    dry_run: bool
    plan: str | None = None
    restore_point: str | None = None

    def terms(self, call: Call) -> Terms:
        """As terms of a run. Raises BadCommandLineError."""
        from toolkit.migrate.guard.terms import Terms

        if self.in_doubt not in (None, "ran", "rerun"):
            raise BadCommandLineError(f"--in-doubt is ran or rerun, not {self.in_doubt}.", call.command)
        blockers: Literal["wait", "cancel", "terminate"] = "cancel" if self.cancel else "wait"
        in_doubt: Literal["refuse", "ran", "rerun"] = "refuse"
        if self.in_doubt is not None:
            in_doubt = "ran" if self.in_doubt == "ran" else "rerun"
        return Terms(
            lock_timeout=self.lock_timeout,
            tries=self.tries,
            blockers="terminate" if self.terminate else blockers,
            journal=not self.no_journal,
            in_doubt=in_doubt,
            from_start=self.from_start,
            plan=self.plan,
            restore_point=None if self.dry_run else self.restore_point,
        )

    def with_restore_point(self, call: Call, terms: Terms, before: str) -> Terms:
        """Make the restore point that is asked for. Raises NoRestorePointError, RestorePointFailedError."""
        from toolkit.database.restore import make_restore_point

        if terms.restore_point != NEW:
            return terms
        means = call.workspace().restore_means()
        point = make_restore_point(means, self.plan or before, emit=call.emit, cancel=call.cancel)
        return dataclasses.replace(terms, restore_point=point.name)

    def permit(self, call: Call, sentence: str, deed: Deed, *, losses: Collection[str]) -> Workspace:
        """Ask as the ladder wants it: more where others lose their statements or their sessions."""
        if self.terminate:
            sentence = f"{sentence} Sessions in the way are ended, and lose what they have not committed."
            return call.permit(sentence, Deed.LOSS, losses=(*losses, BLOCKERS))
        if self.cancel:
            sentence = f"{sentence} Statements in the way are cancelled."
        return call.permit(sentence, deed, losses=losses, busy=self.cancel)


def dry_run_text(result: DryRunResult) -> str:
    """What ran, what was not tried, and that nothing is left of it."""
    lines = [f"{one}  ran" for one in result.revisions]
    lines += [f"{one.revision}  not tried, {one.reason}: {printable(one.sql)}" for one in result.untried]
    if result.failure is not None:
        lines.append(printable(f"it would fail: {result.failure}"))
    at = ", ".join(result.heads) or "<base>"
    tried = "1 statement was" if result.tried == 1 else f"{result.tried} statements were"
    lines.append(f"{tried} tried and rolled back; the database is at {at}.")
    return "\n".join(lines)
