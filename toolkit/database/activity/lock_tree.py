"""Who waits for whom, as trees: the root blocker on top, those who wait for it below.

A session that waits for two others stands below both. A circle (the server ends it by itself after
deadlock_timeout) has no root: it is entered at its smallest process id, and the node that closes it says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.database.activity.sample import Activity, Session


@dataclass(frozen=True, slots=True)
class LockNode:
    """A session, and the sessions that wait for it."""

    pid: int
    session: Session | None
    """None for a session of another database, or a prepared transaction (pid 0)."""
    children: tuple[LockNode, ...]
    closes_circle: bool = False
    """It stands higher up in this branch already: a deadlock."""

    @property
    def behind(self) -> int:
        """How many sessions stand behind this one, directly or not."""
        return len({node.pid for node in _every(self.children)} - {self.pid})


@dataclass(frozen=True, slots=True)
class LockTree:
    """The trees, the one that holds up most first."""

    roots: tuple[LockNode, ...]

    @property
    def longest_wait(self) -> float | None:
        """Seconds of the longest wait there is; None when nobody waits."""
        waits = [
            wanted.seconds or 0.0
            for node in _every(self.roots)
            if node.session
            for wanted in node.session.wants
        ]
        return max(waits, default=None)


def lock_tree(activity: Activity) -> LockTree:
    """The trees of one sample."""
    waits = {session.pid: session.blocked_by for session in activity.waiting}
    blockers = {pid for found in waits.values() for pid in found}
    roots = [_node(activity, waits, pid, ()) for pid in sorted(blockers - waits.keys())]
    reached = {node.pid for root in roots for node in _every((root,))}
    for pid in sorted(waits.keys() & blockers):
        if pid not in reached:
            circle = _node(activity, waits, pid, ())
            reached |= {node.pid for node in _every((circle,))}
            roots.append(circle)
    return LockTree(tuple(sorted(roots, key=lambda root: (-root.behind, root.pid))))


def _node(
    activity: Activity, waits: dict[int, tuple[int, ...]], pid: int, above: tuple[int, ...]
) -> LockNode:
    if pid in above:
        return LockNode(pid, activity.session(pid), (), closes_circle=True)
    behind = sorted(waiting for waiting, blockers in waits.items() if pid in blockers)
    children = tuple(_node(activity, waits, waiting, (*above, pid)) for waiting in behind)
    return LockNode(pid, activity.session(pid), children)


def _every(nodes: tuple[LockNode, ...]) -> list[LockNode]:
    found: list[LockNode] = []
    for node in nodes:
        found += [node, *_every(node.children)]
    return found
