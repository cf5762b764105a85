"""Sessions and lock trees in words, one line each. Doors escape what cannot be printed."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.database.activity.inspection import SessionDetail
from toolkit.database.activity.lock_tree import LockNode
from toolkit.database.activity.progress import Operation
from toolkit.database.activity.sample import Session

STATEMENT_WIDTH = 60
SESSION_HEADINGS = ("pid", "waits for", "role", "application", "state", "for", "transaction", "statement")

OPERATION_HEADINGS = ("pid", "command", "relation", "phase", "done", "", "for")
BAR_WIDTH = 16


def node_lines(node: LockNode) -> Iterator[str]:
    """A node and what stands below it, as a tree."""
    for lead, _, one in tree_nodes(node):
        yield f"{lead}{'  '.join(node_words(one))}"


def tree_nodes(node: LockNode, lead: str = "", below: str = "") -> Iterator[tuple[str, str, LockNode]]:
    """A node and what stands below it: each with what is drawn before it and before its further lines."""
    yield lead, below, node
    for number, child in enumerate(node.children, start=1):
        last = number == len(node.children)
        yield from tree_nodes(
            child, f"{below}{'`- ' if last else '|- '}", f"{below}{'   ' if last else '|  '}"
        )


def node_words(node: LockNode, *, statement: bool = True) -> list[str]:
    """A session in phrases: who, in which state for how long, what it wants or holds, and what it said."""
    session = node.session
    if session is None:
        return ["prepared transaction"] if node.pid == 0 else [str(node.pid), "a session of another database"]
    words = [str(session.pid), session.role or "?", session.application or "-"]
    if session.is_us:
        words.append("(neonkit)")
    if node.closes_circle:
        return [*words, "closes a circle: a deadlock, which the server will end"]
    words.append(f"{session.state or 'hidden'} {seconds(session.state_seconds)}")
    words += [
        f"wants {wanted.mode} on {wanted.target} for {seconds(wanted.seconds)}" for wanted in session.wants
    ]
    if node.children:
        held = sorted({f"{lock.mode} on {lock.target}" for lock in session.holds})
        words.append(f"blocks {node.behind}" + (f", holds {', '.join(held)}" if held else ""))
    if statement and session.statement:
        words.append(one_line(session.statement))
    return words


def session_cells(session: Session) -> tuple[str, ...]:
    """A session under `SESSION_HEADINGS`."""
    return (
        str(session.pid),
        ", ".join(map(str, session.blocked_by)) or session.wait or "-",
        session.role or "?",
        session.application or "-",
        session.state or "hidden",
        seconds(session.state_seconds),
        seconds(session.transaction_seconds),
        one_line(session.statement or ""),
    )


def operation_cells(operation: Operation) -> tuple[str, ...]:
    """A counted statement under `OPERATION_HEADINGS`; 100 % is kept for the end, which nobody sees here."""
    share = "total unknown"
    if operation.total:
        percent = min(99, operation.done * 100 // operation.total)
        share = f"[{'#' * (percent * BAR_WIDTH // 100):<{BAR_WIDTH}}] {percent} %"
    return (
        str(operation.pid),
        operation.command,
        operation.relation or "-",
        operation.phase or "-",
        share,
        f"{operation.done:,} {operation.unit}",
        seconds(operation.seconds),
    )


def detail_lines(detail: SessionDetail) -> Iterator[str]:
    """A session looked at closely: who, since when, what it said last, its locks, and what helps."""
    names = (detail.role or "?", detail.application or "-", detail.client or "local socket")
    yield "  ".join((f"pid {detail.pid}", *names))
    yield f"{detail.state or 'hidden'} {seconds(detail.state_seconds)}"
    yield f"connected {seconds(detail.connected_seconds)}"
    if detail.transaction_seconds is not None:
        yield f"transaction open {seconds(detail.transaction_seconds)}"
    if detail.hint:
        yield f"hint: {detail.hint}"
    if detail.statement:
        yield ""
        yield from detail.statement.strip().splitlines()
    yield ""
    if not detail.locks:
        yield "holds no locks"
    width = max((len(lock.target) for lock in detail.locks), default=0)
    for lock in detail.locks:
        word = "holds" if lock.granted else f"WANTS {seconds(lock.waiting_seconds)}"
        yield f"{lock.target:<{width}}  {lock.mode:<24}  {word}"


def one_line(statement: str) -> str:
    """A statement on one line, cut."""
    line = " ".join(statement.split())
    return line if len(line) <= STATEMENT_WIDTH else f"{line[: STATEMENT_WIDTH - 2]}.."


def seconds(value: float | None) -> str:
    """An age: `0.4 s`, `07:12`, `26:07:12`."""
    if value is None:
        return "-"
    if value < 60:
        return f"{max(value, 0.0):.1f} s"
    minutes, rest = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
