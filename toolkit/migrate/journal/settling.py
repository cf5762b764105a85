"""What the journal proves about a try that was cut off: which of its statements are committed.

The server is asked what became of each transaction whose COMMIT was sent. Invariant: a statement that
committed by itself and whose end nobody saw is in doubt, and never taken for either.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from toolkit.migrate.journal.effects import Effect, effect_of
from toolkit.migrate.journal.entries import RevisionEntry, RevisionOutcome, StatementEntry
from toolkit.migrate.journal.reading import Fate, JournalReader

PATIENCE = 5.0
"""Seconds to wait for a transaction of a dead process to end on the server."""


@dataclass(slots=True)
class Settled:
    """One try, as it is proved to have ended."""

    run: str
    entry: RevisionEntry
    outcome: RevisionOutcome
    committed: list[StatementEntry] = field(default_factory=list)
    """The changes that are in the database for good, in order."""
    in_doubt: StatementEntry | None = None
    """A change of which nobody knows; it comes after all that are committed."""


def settled(reader: JournalReader, run: str, entry: RevisionEntry) -> Settled:
    """The end of a try, with its statements read. Waits for a transaction that is about to end."""
    if not entry.statements:
        entry.statements = reader.statements(run, entry.number)
    doubtful: list[StatementEntry] = []
    for one in entry.statements:
        if one.outcome == "committing":
            fate = _fate(reader, one.transaction)
            if fate == "committed" or fate == "rolled back":
                one.outcome = fate
            else:
                doubtful.append(one)
        elif one.outcome == "running" and one.autocommit:
            doubtful.append(one)
        elif one.outcome in ("running", "done"):
            one.outcome = "rolled back"
    committed = [one for one in entry.statements if one.is_committed and is_change(one)]
    in_doubt = next((one for one in doubtful if is_change(one)), None)
    return Settled(run, entry, _outcome(entry, committed, in_doubt), committed, in_doubt)


def outcome_of(entry: RevisionEntry) -> RevisionOutcome:
    """How a try ended, from statements that are settled already."""
    committed = [one for one in entry.statements if one.is_committed and is_change(one)]
    doubt = next(
        (
            one
            for one in entry.statements
            if one.outcome == "committing" or (one.outcome == "running" and one.autocommit)
        ),
        None,
    )
    return _outcome(entry, committed, doubt)


def is_change(statement: StatementEntry) -> bool:
    """Whether it leaves something behind."""
    return effect_of(statement.sql) is Effect.CHANGE


def _outcome(
    entry: RevisionEntry, committed: list[StatementEntry], in_doubt: StatementEntry | None
) -> RevisionOutcome:
    if in_doubt is not None:
        return "in doubt"
    changes = [one for one in entry.statements if is_change(one)]
    # The last change of a revision is the one of the version table.
    if entry.ended is not None and changes and changes[-1].is_committed:
        return "applied"
    return "partly applied" if committed else "not applied"


def _fate(reader: JournalReader, transaction: int | None) -> Fate | None:
    if transaction is None:
        return "committed"  # it wrote nothing, so there is nothing that could be missing
    until = time.monotonic() + PATIENCE
    while (fate := reader.fate(transaction)) == "in progress" and time.monotonic() < until:
        time.sleep(0.1)
    return fate
