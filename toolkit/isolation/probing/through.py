"""What the role reaches through views and functions: the questions asked, and the evidence they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.isolation.judge import Bench, by_catalog
from toolkit.isolation.probing.actions import VERBS, Action, Identity
from toolkit.isolation.probing.batch import Session
from toolkit.isolation.probing.door_list import Door
from toolkit.isolation.probing.evidence import Evidence, Leak, RelationKind, Replay, badness
from toolkit.isolation.probing.interference import Asked, ask
from toolkit.isolation.probing.scene import Actor, Scene
from toolkit.isolation.probing.showing import leak_id
from toolkit.isolation.probing.stored import ask_stored
from toolkit.isolation.probing.view_writes import Written, shown_again, write_through
from toolkit.isolation.replay.closing import Closing, close_door, revoke
from toolkit.isolation.verdict import Cell, Verb, Verdict


@dataclass(frozen=True, slots=True)
class Doors:
    """All of them in one database."""

    session: Session
    role: str
    scenes: Mapping[str, Scene | str]
    benches: Mapping[str, Bench]
    doors: tuple[Door, ...]
    explain_only: bool = False
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    written: dict[str, list[Written]] = field(default_factory=dict)

    def ask(self, identity: Identity) -> None:
        """Ask every question as everybody who has one kind of identity."""
        for door in self.doors:
            scene = self._scene(door)
            if scene is None or self.explain_only:
                continue
            for actor in scene.acting(identity):
                through = write_through(self.session, door.writes, door.behind, self.role, actor)
                self.written.setdefault(door.name, []).extend(through)
                if door.untried is not None:
                    continue
                others = [each.user for each in scene.acting(Identity.USER) if each.user != actor.user]
                other = others[0] if actor.user is not None and others else None
                self.asked.setdefault(door.name, []).extend(self._ask(door, actor, other))

    def _ask(self, door: Door, actor: Actor, other: str | None) -> list[Asked]:
        who = (self.role, actor.identity, actor.value, actor.user)
        if door.kind is not RelationKind.STORED_VIEW:
            return ask(self.session, door.questions, *who, other)
        target = next(t for t in door.behind if t.name == door.of)
        return [ask_stored(self.session, each, target, *who) for each in door.questions]

    def evidence(self) -> Iterator[Evidence]:
        """What came of it."""
        for door in self.doors:
            if door.untried is not None:
                yield self._evidence(door, door.action, Identity.USER, Verdict.UNKNOWN, door.untried, {})
            for identity in Identity:
                if door.untried is None:
                    mine = [each for each in self.asked.get(door.name, ()) if each.identity is identity]
                    yield self._judged(door, identity, mine)
                for action in door.writes:
                    yield self._wrote(door, action, identity)

    def _judged(self, door: Door, identity: Identity, mine: Sequence[Asked]) -> Evidence:
        scene = self._scene(door)
        facts: dict[str, Any] = dict(scene.facts) if scene is not None else {}
        if self.explain_only:
            cell = self._held(door, "nothing was executed", Verb.READ)
            return self._evidence(door, door.action, identity, cell.verdict, cell.reason, facts)
        if not mine:
            reasons = [each for t in door.behind if isinstance(each := self.scenes[t.name], str)]
            reason = (*reasons, "it was not tried")[0]
            return self._evidence(door, door.action, identity, Verdict.UNKNOWN, reason, facts)
        facts["tries"] = {f"{each.question.name} as {each.value}": each.words for each in mine}
        shown = next((each for each in mine if each.verdict), None)
        if shown is not None:
            facts["keys"] = [shown.key]
            found = self._evidence(door, door.action, identity, Verdict.LEAK, shown.reason, facts)
            return replace(found, leak=self._leak(found, door, shown))
        doubts = [
            each.reason
            for each in self.asked.get(door.name, ())
            if each.verdict is None and each.identity in (identity, Identity.USER)
        ]
        if doubts:
            return self._evidence(door, door.action, identity, Verdict.UNKNOWN, doubts[0], facts)
        cell = self._held(door, mine[0].reason, Verb.READ)
        return self._evidence(door, door.action, identity, cell.verdict, cell.reason, facts)

    def _wrote(self, door: Door, action: Action, identity: Identity) -> Evidence:
        verb = VERBS[action][0]
        mine = [each for each in self.written.get(door.name, ()) if each.action is action]
        tried = [each for each in mine if each.actor.identity is identity]
        scene = self._scene(door)
        facts: dict[str, Any] = dict(scene.facts) if scene is not None else {}
        if tried:
            facts["tries"] = {f"{each.what.name} as {each.actor.value}": each.answer.words for each in tried}
        shown = next((each for each in tried if each.reached), None)
        if shown is not None:
            found = self._evidence(
                door, action, identity, Verdict.LEAK, "rows of others were reached through it", facts
            )
            replay = shown.replay or shown_again(self.session, shown, door.behind, self.role)
            if replay is None:
                return found
            closing = self._closing(door, verb)
            key = str(self.session.ask(replay.control)[0])
            leak = Leak(leak_id(found), key, closing.responsible, closing.sql, replay)
            return replace(found, leak=leak)
        doubt = None if self.explain_only else _doubt(identity, tried, mine)
        if doubt is not None:
            return self._evidence(door, action, identity, Verdict.UNKNOWN, doubt, facts)
        reason = "nothing was executed" if self.explain_only else "no row of others was reached"
        cell = self._held(door, reason, verb)
        return self._evidence(door, action, identity, cell.verdict, cell.reason, facts)

    def _held(self, door: Door, reason: str, verb: Verb) -> Cell:
        """Held if the tables behind are, and everything happens with the caller's rights."""
        if not door.as_caller:
            why = f"{reason}, but it has rights of its own, so that other users may fare differently"
            return Cell(door.name, verb, Verdict.UNKNOWN, why)
        cells = [
            by_catalog(self.benches[target.name], verb) or self.benches[target.name].held(verb, reason)
            for target in door.behind
        ]
        return max(cells, key=lambda cell: badness(cell.verdict))

    def _leak(self, evidence: Evidence, door: Door, shown: Asked) -> Leak:
        target = door.behind[0]
        actor = self._actor(door, shown)
        closing = self._closing(door, Verb.READ)
        row = next(iter(actor.prey), None)
        control = f"SELECT {target.key} AS key FROM {target.sql} AS t0"
        control += f" WHERE {row.where}" if row is not None else " LIMIT 1"
        replay = Replay(
            self.role,
            self.session.setting,
            shown.value,
            (),
            shown.shows,
            None,
            control,
        )
        return Leak(leak_id(evidence), shown.key, closing.responsible, closing.sql, replay)

    def _closing(self, door: Door, verb: Verb) -> Closing:
        said = f"{door.kind.value} {door.name}"
        if door.kind is RelationKind.STORED_VIEW:
            return revoke(door.openers[0], self.role, said)
        return close_door(said, door.openers, [(t, self.benches[t.name]) for t in door.behind], verb)

    def _actor(self, door: Door, shown: Asked) -> Actor:
        scene = self._scene(door)
        assert scene is not None
        return next(each for each in scene.acting(shown.identity) if each.value == shown.value)

    def _scene(self, door: Door) -> Scene | None:
        found = (self.scenes[target.name] for target in door.behind)
        return next((each for each in found if isinstance(each, Scene)), None)

    def _evidence(
        self,
        door: Door,
        action: Action,
        identity: Identity,
        verdict: Verdict,
        reason: str,
        facts: Mapping[str, Any],
    ) -> Evidence:
        owned = tuple(target.parent.name for target in door.behind)
        return Evidence(door.name, door.kind, action, identity, verdict, reason, owned, facts)


def _doubt(identity: Identity, tried: Sequence[Written], all_: Sequence[Written]) -> str | None:
    """Why it means little that nothing was reached through a view; None if it means something."""
    own = [each for each in all_ if each.actor.identity is Identity.USER]
    if not any(each.answer.rows or each.answer.refused for each in own):
        return "no own row was reached through it either, so that silence proves nothing"
    for each in tried:
        answer = each.answer
        expected = answer.refused if identity is Identity.USER else answer.refused_identity
        if answer.state is not None and not expected:
            return f"stopped by something else ({answer.words})"
    return None if tried else "it was not tried"
