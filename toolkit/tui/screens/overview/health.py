"""Connection, role, limits and where the migrations stand: facts under their names, with the keys there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.text import Text

from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure, Identity, known
from toolkit.tui.widgets.labelled import labelled

if TYPE_CHECKING:
    from toolkit.tui.facts.migrations import Revisions
    from toolkit.tui.facts.overview import Limits
    from toolkit.tui.facts.runs import Journal
    from toolkit.tui.facts.schema import Schema

SHOWN_RUNS: Final = 8
SHOWN_PENDING: Final = 5


def health(board: Board, columns: int) -> Text:
    """The connection, the role, its limits, and what the catalog holds."""
    identity = board.identity
    if identity is None:
        return Text("connecting ...")
    if isinstance(identity, Failure):
        return labelled([("FAIL", identity.sentence), ("hint", identity.hint or "")], columns)
    return labelled(_facts(identity, board.limits, board.schema), columns)


def _facts(
    identity: Identity, limits: Limits | Failure | None, schema: Schema | Failure | None
) -> Iterator[tuple[str, str]]:
    kind = "pooled" if identity.pooled else "direct"
    yield "connect", f"ok, {identity.milliseconds:.0f} ms, {kind}"
    yield "role", f"{identity.role}, {'BYPASSES' if identity.bypasses_policies else 'bound by'} policies"
    yield "session", "READ-ONLY; w arms writes" if identity.read_only else "writes on"
    yield "holds", _holds(schema)
    yield "server", f"PostgreSQL {identity.version}"
    yield "host", identity.host
    if known(limits):
        given = {"lock": limits.lock, "statement": limits.statement, "idle": limits.idle}
        told = [f"{name} {of}" for name, of in given.items() if of != "0"]
        yield "limits", ", ".join(told) or "none of its own"


def _holds(schema: Schema | Failure | None) -> str:
    if schema is None:
        return "reading the catalog ..."
    if isinstance(schema, Failure):
        return f"UNKNOWN: {schema.sentence}"
    return f"{', '.join(schema.counts) or 'nothing'}  [2]"


def standing(board: Board, columns: int) -> Text:
    """Where the version table stands against the graph, and the last runs."""
    revisions = board.revisions
    if revisions is None:
        return Text("reading the revisions ...")
    if isinstance(revisions, Failure):
        return Text(failure_text(revisions, board))
    return labelled([*_revisions(revisions), *_runs(board.journal)], columns)


def failure_text(failure: Failure, board: Board) -> str:
    """What could not be read; where that is the connection itself, it is told once and not here again."""
    return "not connected" if failure == board.identity else failure.text


def _revisions(revisions: Revisions) -> Iterator[tuple[str, str]]:
    applied = sum(line.state in ("applied", "current") for line in revisions.lines)
    where = "" if revisions.pending else ", at head"
    yield "current", f"{', '.join(revisions.current) or 'base'}{where}"
    yield "applied", f"{applied} of {len(revisions.lines)}  [3]"
    if len(revisions.heads) != 1:
        yield "heads", f"{len(revisions.heads)}: {', '.join(revisions.heads) or 'none'}"
    if revisions.unknown:
        yield "unknown", f"{', '.join(revisions.unknown)}, in the database but in no file"
    messages = {line.revision: line.message for line in revisions.lines}
    for number, revision in enumerate(revisions.pending[:SHOWN_PENDING]):
        yield "" if number else "pending", f"{revision}  {messages.get(revision, '')}"
    if more := revisions.pending[SHOWN_PENDING:]:
        yield "", f"and {len(more)} more"


def _runs(journal: Journal | Failure | None) -> Iterator[tuple[str, str]]:
    if isinstance(journal, Failure):
        yield "runs", f"UNKNOWN: {journal.sentence}"
    elif journal is not None and journal.missing:
        yield "runs", journal.missing
    elif journal is not None and journal.runs:
        for number, run in enumerate(journal.runs[:SHOWN_RUNS]):
            told = f"{run.began}  {run.outcome}  {run.direction} {run.target}  {run.took}"
            yield "" if number else "runs", told
