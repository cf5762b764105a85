"""Who waits while a run waits, what runs left behind, and what the journal tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.database.activity import lock_tree, read_activity
from toolkit.database.activity.lock_tree import LockNode
from toolkit.database.activity.spelling import one_line, seconds
from toolkit.database.driver import APPLICATION_NAME
from toolkit.database.jobs import Job
from toolkit.migrate.journal.entries import RevisionEntry, RunEntry, StatementEntry
from toolkit.migrate.journal.page import journal_page
from toolkit.migrate.plan.spelling import duration_text
from toolkit.migrate.repair.looking import look
from toolkit.migrate.repair.mending import can_mend, mend
from toolkit.migrate.run import lock_name
from toolkit.sql.locks.modes import LockMode
from toolkit.tui.facts.runs import Journal, JournalRun, Leftovers, Queue

if TYPE_CHECKING:
    from toolkit.workspace import Workspace

ORPHAN = "enum-orphan"
"""The one finding whose mending takes something away."""


def sample_queue(work: Workspace, blockers: tuple[int, ...]) -> Queue:
    """The lock trees in which the run stands, ours marked. `blockers` are those the run waits for."""
    with work.database.connect(Job.ADMIN) as connection:
        found = read_activity(connection)
    ours = [
        one.pid
        for one in found.sessions
        if one.application == APPLICATION_NAME and set(one.blocked_by) & set(blockers)
    ]
    our_pid = ours[0] if ours else None
    roots = [root for root in lock_tree(found).roots if our_pid is None or _find(root, our_pid)]
    node = next((each for root in roots if (each := _find(root, our_pid)) is not None), None)
    tree = tuple(line for root in roots for line in _lines(root, our_pid))
    return Queue(our_pid, tree, 0 if node is None else node.behind, blockers)


def _find(node: LockNode, pid: int | None) -> LockNode | None:
    if node.pid == pid:
        return node
    return next((found for child in node.children if (found := _find(child, pid)) is not None), None)


def _lines(node: LockNode, our_pid: int | None, depth: int = 0) -> Iterator[str]:
    """A session in one line, and below it those who wait for it."""
    session = node.session
    words = [f"{'   ' * (depth - 1)}`- " if depth else "", str(node.pid)]
    words.append(
        "US" if node.pid == our_pid else (session.application or session.role or "?") if session else "?"
    )
    wants = session.wants if session else ()
    words += [f"wants {_mode(one.mode)} on {one.target} {seconds(one.seconds)}" for one in wants]
    if not depth and session is not None:
        held = sorted({f"{_mode(lock.mode)} on {lock.target}" for lock in session.holds})
        words.append(f"blocks {node.behind}, holds {', '.join(held)}")
    elif session is not None and node.pid != our_pid:
        words.append(one_line(session.statement or ""))
    yield words[0] + "  ".join(words[1:])
    for child in () if node.closes_circle else node.children:
        yield from _lines(child, our_pid, depth + 1)


def _mode(name: str) -> str:
    """`AccessExclusiveLock` as `LOCK TABLE` writes it."""
    return next((mode.sql for mode in LockMode if mode.in_pg_locks == name), name)


def read_leftovers(work: Workspace) -> Leftovers:
    """What is half done in the database, and what of it can be mended."""
    report = look(work.project, work.database).report
    mendable = [one for one in report.findings if can_mend(one, frozenset())]
    return Leftovers(
        lines=tuple(f"{one.severity.word}: {one.sentence}" for one in report.findings),
        mending=tuple((one.subject, "; ".join(one.fix.sql if one.fix else ())) for one in mendable),
        names_to_lose=tuple(one.subject for one in mendable if one.rule == ORPHAN),
    )


def mend_leftovers(work: Workspace, subjects: tuple[str, ...]) -> str:
    """Mend those that are still there; a sentence of what became of each."""
    findings = tuple(
        one
        for one in look(work.project, work.database).report.findings
        if one.subject in subjects and can_mend(one, frozenset())
    )
    mended = mend(work.database, lock_name(work.project), findings)
    return "; ".join(f"{'ok' if one.done else 'FAIL'} {one.sentence}" for one in mended) or "nothing is left"


def read_journal(work: Workspace) -> Journal:
    """The last runs with their revisions and statements."""
    page = journal_page(work.project, work.database, statements=True)
    return Journal(tuple(map(_run, page.runs)), page.missing or "")


def _run(run: RunEntry) -> JournalRun:
    took = "" if run.ended is None else duration_text((run.ended - run.began).total_seconds())
    return JournalRun(
        id=run.id,
        began=f"{run.began.astimezone():%Y-%m-%d %H:%M:%S}",
        direction=run.direction,
        target=run.target,
        outcome=run.outcome,
        who=f"{run.role or '?'} ({run.os_user or '?'} on {run.host or '?'})",
        took=took,
        detail=tuple(_detail(run)),
    )


def _detail(run: RunEntry) -> Iterator[str]:
    yield f"run {run.id}"
    if run.plan:
        yield f"plan {run.plan}"
    if run.restore_point:
        yield f"restore point {run.restore_point}"
    if run.heads_after is not None:
        yield f"the database was at {', '.join(run.heads_after) or 'base'} afterwards"
    if run.sentence:
        yield f"{run.code or ''} {run.sentence}".strip()
    for entry in run.revisions:
        yield ""
        yield _revision(entry)
        yield from (f"  {_statement(one)}" for one in entry.statements)


def _revision(entry: RevisionEntry) -> str:
    took = "" if entry.seconds is None else f" in {duration_text(entry.seconds)}"
    return f"{entry.revision}  {entry.direction}: {entry.outcome}{took}  {entry.message}"


def _statement(one: StatementEntry) -> str:
    took = "" if one.ended is None else f"{(one.ended - one.began).total_seconds():8.3f} s"
    waited = f"  waited {one.waited:.1f} s" if one.waited else ""
    state = f" {one.sqlstate}" if one.sqlstate else ""
    rows = "" if one.rows is None or one.rows < 0 else f"  {one.rows:,} rows"
    return f"{one.number + 1:>3}  {one.outcome}{state}  {took}{rows}{waited}  {' '.join(one.sql.split())}"
