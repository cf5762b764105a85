"""Connection, role, limits and where the migrations stand, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure, Identity, known

if TYPE_CHECKING:
    from toolkit.tui.facts.migrations import Revisions
    from toolkit.tui.facts.overview import Limits
    from toolkit.tui.facts.runs import Journal
    from toolkit.tui.facts.schema import AdviceView, Schema

SHOWN_RUNS: Final = 8


def health(board: Board) -> str:
    """The connection, the role, its limits, and what the catalog and its advice come to."""
    identity = board.identity
    if identity is None:
        return "connecting ..."
    if isinstance(identity, Failure):
        return identity.text
    lines = (
        *_session(identity, board.limits),
        ("holds", _holds(board.schema)),
        ("advice", _counted(board.advice)),
        ("isolation", _isolation(board)),
    )
    return "\n".join(f"{name:<9}  {told}" for name, told in lines)


def _session(identity: Identity, limits: Limits | Failure | None) -> Iterator[tuple[str, str]]:
    yield "connect", f"ok, {identity.milliseconds:.0f} ms"
    yield "server", f"PostgreSQL {identity.version}"
    yield "host", f"{identity.host} ({'pooled' if identity.pooled else 'direct'})"
    yield "role", identity.role
    yield "", f"{'BYPASSES' if identity.bypasses_policies else 'bound by'} row-level security"
    yield "session", "READ-ONLY" if identity.read_only else "writes on"
    if known(limits):
        given = {"lock": limits.lock, "statement": limits.statement, "idle": limits.idle}
        told = [f"{name} {of}" for name, of in given.items() if of != "0"]
        yield "limits", ", ".join(told) or "none of its own"


def _holds(schema: Schema | Failure | None) -> str:
    if schema is None:
        return "reading the catalog ..."
    if isinstance(schema, Failure):
        return f"UNKNOWN: {schema.sentence}"
    return ", ".join(schema.counts) or "nothing"


def _counted(advice: AdviceView | Failure | None) -> str:
    if advice is None:
        return "not asked yet (2)"
    if isinstance(advice, Failure):
        return f"UNKNOWN: {advice.sentence}"
    words = {"error": "errors", "warning": "warnings", "info": "notes"}
    found = Counter(line.severity for line in advice.lines)
    return ", ".join(f"{found[severity]} {word}" for severity, word in words.items())


def _isolation(board: Board) -> str:
    if board.isolation is None:
        return "not asked yet (5, then p)"
    if isinstance(board.isolation, Failure):
        return f"UNKNOWN: {board.isolation.sentence}"
    return ", ".join(f"{number} {verdict}" for verdict, number in board.isolation.totals if number)


def standing(board: Board) -> str:
    """Where the version table stands against the graph, and the last runs."""
    revisions = board.revisions
    if revisions is None:
        return "reading the revisions ..."
    if isinstance(revisions, Failure):
        return revisions.text
    return "\n".join([*_revisions(revisions), *_runs(board.journal)])


def _revisions(revisions: Revisions) -> Iterator[str]:
    applied = sum(line.state in ("applied", "current") for line in revisions.lines)
    yield f"applied {applied}   current {', '.join(revisions.current) or 'base'}"
    yield f"heads   {len(revisions.heads)}   {', '.join(revisions.heads)}"
    if revisions.unknown:
        yield f"E  in the database but in no file: {', '.join(revisions.unknown)}"
    if not revisions.pending:
        yield "ok at head, nothing is pending"
        return
    yield f"W  {len(revisions.pending)} pending  (3 shows the plan)"
    messages = {line.revision: line.message for line in revisions.lines}
    for revision in revisions.pending:
        yield f"   {revision}  {messages.get(revision, '')}"


def _runs(journal: Journal | Failure | None) -> Iterator[str]:
    if isinstance(journal, Failure):
        yield f"last runs UNKNOWN: {journal.sentence}"
    elif journal is not None and journal.missing:
        yield f"no journal: {journal.missing}"
    elif journal is not None and journal.runs:
        yield "last runs"
        for run in journal.runs[:SHOWN_RUNS]:
            yield f"  {run.began}  {run.outcome}  {run.direction} {run.target}  {run.took}"
