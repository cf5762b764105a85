"""Writes through views: everything that a view lets a user change or remove, without any condition.

What was reached is told at the tables behind, as for every write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.isolation.probing.actions import Action, Identity
from toolkit.isolation.probing.batch import Answer, Session, Try
from toolkit.isolation.probing.doors import View
from toolkit.isolation.probing.evidence import Replay
from toolkit.isolation.probing.locating import locate
from toolkit.isolation.probing.scene import Actor
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import IGNORE_KEYS, KEY, gone, written_now
from toolkit.sql.quoting import quote_identifier, quote_literal

_UPDATE, _DELETE = 4, 16
"""Bits of `pg_relation_is_updatable`."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one write through a view by one actor."""

    action: Action
    actor: Actor
    what: Try
    answer: Answer
    reached: bool
    replay: Replay | None = None
    """How to show it again, where that could only be told at once: later the setting is not unset."""


def writes(view: View) -> dict[Action, str]:
    """The statements that the role may try. What is set is what it is, so only the rules decide."""
    found: dict[Action, str] = {}
    if view.can_update and view.updatable & _UPDATE and view.settable:
        column = quote_identifier(view.settable[-1])
        found[Action.UPDATE] = f"UPDATE {view.quoted} SET {column} = {column}"
    if view.can_delete and view.updatable & _DELETE:
        found[Action.DELETE] = f"DELETE FROM {view.quoted}"
    return found


def write_through(
    session: Session, statements: Mapping[Action, str], behind: Sequence[Target], role: str, actor: Actor
) -> Iterator[Written]:
    """Try each; what a key stopped, again with keys asleep."""
    parts = ", ".join(f"({target.fingerprint(actor.user)})" for target in behind)
    witness = f"SELECT pg_catalog.jsonb_build_array({parts})"
    before = Try("before", witness, None, returns=True)
    tries = {
        action: [
            Try(name, statement, role, actor.value, prepare=prepare, witness=witness, always=True)
            for name, prepare in (("write all", ()), ("write all with keys asleep", (IGNORE_KEYS,)))
        ]
        for action, statement in statements.items()
    }
    said, *answers = session.run([before, *(each for both in tries.values() for each in both)])
    found = iter(answers)
    for action, both in tries.items():
        first, asleep = next(found), next(found)
        stopped = first.acting and (first.state or "").startswith("23") and asleep.state is None
        what, answer = (both[1], asleep) if stopped else (both[0], first)
        changed = answer.witness is not None and answer.witness != said.value
        written = Written(action, actor, what, answer, changed)
        if changed and actor.identity is Identity.UNSET:
            written = replace(written, replay=shown_again(session, written, behind, role))
        yield written


def shown_again(session: Session, written: Written, behind: Sequence[Target], role: str) -> Replay | None:
    """The write as a replay, with the row it reached; None if that row cannot be told."""
    found = locate(session, written.what, behind, written.actor.user)
    if found is None:
        return None
    key = quote_literal(found.key)
    reached = gone(found.target) if found.gone else written_now(found.target)
    return Replay(
        role,
        session.setting,
        written.actor.value,
        written.what.prepare,
        written.what.statement,
        reached.replace(KEY, key),
        f"SELECT {found.target.key} AS key FROM {found.target.sql} AS t0 WHERE {found.target.key} = {key}",
    )
