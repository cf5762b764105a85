"""A leak as something to show again: its key, its replay, what is responsible and what closes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.isolation.grounds import Edge, Grounds
from toolkit.isolation.judge import Bench
from toolkit.isolation.probing.actions import VERBS, Action
from toolkit.isolation.probing.batch import Session
from toolkit.isolation.probing.evidence import Evidence, Leak, Replay
from toolkit.isolation.probing.locating import Located, locate
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import KEY, Played, Reach, gone, written_now
from toolkit.isolation.replay.closing import (
    Closing,
    close_cascade,
    close_edge,
    close_table,
    close_triggers,
    close_truncate,
)
from toolkit.sql.quoting import quote_literal


@dataclass(frozen=True, slots=True)
class Showing:
    """What is needed to tell about leaks."""

    session: Session
    grounds: Grounds
    every: Mapping[str, Target]
    setting: str
    role: str

    def leak(self, evidence: Evidence, shown: Played, target: Target, bench: Bench) -> Leak:
        """The leak behind one piece of evidence."""
        located = self._located(shown, target)
        key = self._key(shown) if located is None else located.key
        closing = self._closing(evidence, shown, target, bench)
        replay = self._replay(shown, target, key, located)
        return Leak(leak_id(evidence), key, closing.responsible, closing.sql, replay)

    def _located(self, shown: Played, target: Target) -> Located | None:
        """The row that was reached, where the trial aims at none or reached one beside it."""
        trial = shown.trial
        if shown.located is not None:
            return shown.located
        if trial.reach is Reach.SEEN or not (trial.control or trial.row is None):
            return None
        return locate(self.session, trial.what, shown.watched or (target,), trial.actor.user)

    def _key(self, shown: Played) -> str:
        trial = shown.trial
        if trial.reach is Reach.SEEN and not trial.control:
            return shown.keys[0]
        if trial.row is not None and not trial.control:
            return trial.row.key
        return trial.actor.prey[0].key

    def _replay(self, shown: Played, target: Target, key: str, located: Located | None) -> Replay:
        trial, what = shown.trial, shown.trial.what
        literal = quote_literal(key)
        prepare = what.prepare
        if what.at is not None:
            cursor = f"DECLARE neonkit_row CURSOR FOR {what.at}"
            prepare = (*prepare, cursor, "FETCH NEXT FROM neonkit_row")
        reached = None if trial.reach is Reach.SEEN else trial.reached
        if located is not None and (trial.control or located.target is not target):
            target = located.target
            reached = gone(target) if located.gone else written_now(target)
        control = f"SELECT {target.key} AS key FROM {target.sql} AS t0 WHERE {target.key} = {literal}"
        return Replay(
            self.role,
            self.setting,
            trial.actor.value,
            prepare,
            (trial.replay or what.statement).replace(KEY, literal),
            None if reached is None else reached.replace(KEY, literal),
            control,
        )

    def _closing(self, evidence: Evidence, shown: Played, target: Target, bench: Bench) -> Closing:
        action = evidence.action
        if shown.trial.control:
            return self._beside(target, bench)
        if action is Action.TRUNCATE:
            return close_truncate(target, bench)
        if action is Action.REFERENCE:
            for edge in self.grounds.edges(target.table):
                if shown.trial.what.name.endswith(f"along {edge.name}"):
                    return close_edge(edge, bench, self._type(edge))
        return close_table(target, bench, VERBS[action])

    def _type(self, edge: Edge) -> str:
        return self.every[edge.parent.name].owner_type

    def _beside(self, target: Target, bench: Bench) -> Closing:
        """A write of an own row that goes on to rows of others: triggers, else a cascade."""
        if any(each.definer for each in target.triggers):
            return close_triggers(target.triggers)
        edges = [edge for edge in self.grounds.every_edge if edge.parent == target.table and not edge.guarded]
        if edges:
            return close_cascade(edges[0])
        return close_table(target, bench, VERBS[Action.UPDATE])


def leak_id(evidence: Evidence) -> str:
    """Made from the way, not from the rows: the same as long as the way is the same."""
    way = f"{evidence.relation}|{evidence.kind.value}|{evidence.action.value}|{evidence.identity.value}"
    return hashlib.sha256(way.encode()).hexdigest()[:8]
