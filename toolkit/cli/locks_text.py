"""The lock tree and the sessions as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.database.activity import Activity, LockNode, LockTree, Session
from toolkit.reports.table import printable, table

STATEMENT_WIDTH = 60


def locks_text(activity: Activity, tree: LockTree, *, every: bool) -> str:
    """The trees, then the sessions if they are asked for, then what could not be seen."""
    parts = ["\n".join(line for root in tree.roots for line in node_lines(root, "", ""))]
    if not tree.roots:
        parts = ["Nobody waits for a lock."]
    if every:
        parts.append(sessions_table(activity))
    if activity.hidden:
        parts.append(
            f"{activity.hidden} sessions are hidden from this role; pg_read_all_stats would show them."
        )
    return "\n\n".join(parts)


def node_lines(node: LockNode, lead: str, below: str) -> Iterator[str]:
    """A node and what stands below it."""
    yield f"{lead}{node_text(node)}"
    for number, child in enumerate(node.children, start=1):
        last = number == len(node.children)
        yield from node_lines(
            child, f"{below}{'`- ' if last else '|- '}", f"{below}{'   ' if last else '|  '}"
        )


def node_text(node: LockNode) -> str:
    """A session in one line: who, in which state for how long, what it wants or holds, what it said."""
    session = node.session
    if session is None:
        return "prepared transaction" if node.pid == 0 else f"{node.pid}  a session of another database"
    words = [str(session.pid), session.role or "?", printable(session.application) or "-"]
    if session.is_us:
        words.append("(neonkit)")
    if node.closes_circle:
        return "  ".join([*words, "closes a circle: a deadlock, which the server will end"])
    words.append(f"{session.state or 'hidden'} {seconds(session.state_seconds)}")
    words += [
        f"wants {wanted.mode} on {printable(wanted.target)} for {seconds(wanted.seconds)}"
        for wanted in session.wants
    ]
    if node.children:
        held = sorted({f"{lock.mode} on {printable(lock.target)}" for lock in session.holds})
        words.append(f"blocks {node.behind}" + (f", holds {', '.join(held)}" if held else ""))
    if session.statement:
        words.append(statement_text(session.statement))
    return "  ".join(words)


def sessions_table(activity: Activity) -> str:
    """Every session in a line."""
    rows = [_row(session) for session in activity.sessions]
    headings = ["pid", "role", "application", "state", "for", "transaction", "waits for", "statement"]
    return table(headings, rows)


def _row(session: Session) -> list[str]:
    return [
        str(session.pid),
        session.role or "?",
        session.application or "-",
        session.state or "hidden",
        seconds(session.state_seconds),
        seconds(session.transaction_seconds),
        ", ".join(map(str, session.blocked_by)) or session.wait or "-",
        statement_text(session.statement or ""),
    ]


def statement_text(statement: str) -> str:
    """A statement on one line, cut."""
    line = " ".join(statement.split())
    return printable(line if len(line) <= STATEMENT_WIDTH else f"{line[: STATEMENT_WIDTH - 2]}..")


def seconds(value: float | None) -> str:
    """An age: `0.4 s`, `07:12`, `26:07:12`."""
    if value is None:
        return "-"
    if value < 60:
        return f"{max(value, 0.0):.1f} s"
    minutes, rest = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
