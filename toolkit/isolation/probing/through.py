"""What the role reaches through views and functions: the questions, their answers, and the evidence.

What is not tried is there too, with the reason: foreign tables, functions that may do something.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from toolkit.isolation.judge import Bench, by_catalog
from toolkit.isolation.probing.actions import Action, Identity
from toolkit.isolation.probing.batch import Session
from toolkit.isolation.probing.doors import Function, View, named_in
from toolkit.isolation.probing.evidence import Evidence, Leak, RelationKind, Replay, badness
from toolkit.isolation.probing.interference import Asked, Question, ask
from toolkit.isolation.probing.scene import Actor, Scene
from toolkit.isolation.probing.showing import leak_id
from toolkit.isolation.probing.stored import ask_stored
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import literal
from toolkit.isolation.replay.closing import Closing, close_door, revoke
from toolkit.isolation.verdict import Cell, Verb, Verdict
from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier

_MOST_CALLS: Final = 4


@dataclass(frozen=True, slots=True)
class Door:
    """A view or a function, the owned tables behind it, and whom its policies are read for."""

    name: str
    kind: RelationKind
    action: Action
    behind: tuple[Target, ...]
    questions: tuple[Question, ...]
    as_caller: bool
    """Whether everything in it happens with the rights of the user who asks."""
    openers: tuple[str, ...]
    """The SQL that makes it so; for a stored view, its quoted name."""
    untried: str | None = None
    """Why it is not tried; None if it is."""
    of: str | None = None
    """The table whose key it shows; None if it shows none."""


@dataclass(frozen=True, slots=True)
class Doors:
    """All of them in one database."""

    session: Session
    role: str
    scenes: Mapping[str, Scene | str]
    benches: Mapping[str, Bench]
    doors: tuple[Door, ...]
    asked: dict[str, list[Asked]] = field(default_factory=dict)

    def ask(self, identity: Identity) -> None:
        """Ask every question as everybody who has one kind of identity."""
        for door in self.doors:
            scene = self._scene(door)
            if door.untried is not None or scene is None or not door.questions:
                continue
            for actor in scene.acting(identity):
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
                yield self._evidence(door, Identity.USER, Verdict.UNKNOWN, door.untried, {})
                continue
            for identity in Identity:
                mine = [each for each in self.asked.get(door.name, ()) if each.identity is identity]
                yield self._judged(door, identity, mine)

    def _judged(self, door: Door, identity: Identity, mine: Sequence[Asked]) -> Evidence:
        scene = self._scene(door)
        facts: dict[str, Any] = dict(scene.facts) if scene is not None else {}
        if not mine:
            reasons = [each for t in door.behind if isinstance(each := self.scenes[t.name], str)]
            reason = (*reasons, "it was not tried")[0]
            return self._evidence(door, identity, Verdict.UNKNOWN, reason, facts)
        facts["tries"] = {f"{each.question.name} as {each.value}": each.words for each in mine}
        shown = next((each for each in mine if each.verdict), None)
        if shown is not None:
            facts["keys"] = [shown.key]
            found = self._evidence(door, identity, Verdict.LEAK, shown.reason, facts)
            return replace(found, leak=self._leak(found, door, shown))
        doubts = [
            each.reason
            for each in self.asked.get(door.name, ())
            if each.verdict is None and each.identity in (identity, Identity.USER)
        ]
        if doubts:
            return self._evidence(door, identity, Verdict.UNKNOWN, doubts[0], facts)
        cell = self._held(door, mine[0].reason)
        return self._evidence(door, identity, cell.verdict, cell.reason, facts)

    def _held(self, door: Door, reason: str) -> Cell:
        """Held if the tables behind are, and everything happens with the caller's rights."""
        if not door.as_caller:
            why = (
                f"{reason}, but it does not read with the rights of the user who asks: others were not tried"
            )
            return Cell(door.name, Verb.READ, Verdict.UNKNOWN, why)
        cells = [
            by_catalog(self.benches[target.name], Verb.READ)
            or self.benches[target.name].held(Verb.READ, reason)
            for target in door.behind
        ]
        return max(cells, key=lambda cell: badness(cell.verdict))

    def _leak(self, evidence: Evidence, door: Door, shown: Asked) -> Leak:
        target = door.behind[0]
        actor = self._actor(door, shown)
        closing = self._closing(door)
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

    def _closing(self, door: Door) -> Closing:
        said = f"{door.kind.value} {door.name}"
        if door.kind is RelationKind.STORED_VIEW:
            return revoke(door.openers[0], self.role, said)
        return close_door(said, door.openers, [(t, self.benches[t.name]) for t in door.behind])

    def _actor(self, door: Door, shown: Asked) -> Actor:
        scene = self._scene(door)
        assert scene is not None
        return next(each for each in scene.acting(shown.identity) if each.value == shown.value)

    def _scene(self, door: Door) -> Scene | None:
        found = (self.scenes[target.name] for target in door.behind)
        return next((each for each in found if isinstance(each, Scene)), None)

    def _evidence(
        self, door: Door, identity: Identity, verdict: Verdict, reason: str, facts: Mapping[str, Any]
    ) -> Evidence:
        owned = tuple(target.parent.name for target in door.behind)
        return Evidence(door.name, door.kind, door.action, identity, verdict, reason, owned, facts)


def doors_of(
    views: Sequence[View],
    functions: Sequence[Function],
    targets: Mapping[str, Target],
    scenes: Mapping[str, Scene | str],
    shared: Mapping[str, str],
) -> Iterator[Door]:
    """The doors to owned rows; what is declared as shared is none."""
    for view in views:
        behind = tuple(targets[name] for name, *_ in view.below if name in targets)
        if view.name in shared or not (behind or view.kind is RelationKind.FOREIGN_TABLE):
            continue
        yield _of_view(view, behind)
    names = {target.table.shape.table: target for target in targets.values()}
    for function in functions:
        behind = tuple(names[name] for name in sorted(named_in(function.body, names, functions)))
        if behind or (function.unsafe is not None and function.definer):
            yield _of_function(function, behind, scenes)


def _of_view(view: View, behind: tuple[Target, ...]) -> Door:
    untried = None
    if view.kind is RelationKind.FOREIGN_TABLE:
        untried = "not executed: another server would be asked, which no rollback undoes"
    elif not view.can_read:
        untried = "not executed: the role may not read it"
    nested = all(invoker for _, kind, invoker in view.below if kind == "v")
    plain = all(kind in ("r", "p", "v") for _, kind, _ in view.below)
    keys = {target.name: found for target in behind if (found := _key(view, target))}
    of, key = next(iter(keys.items()), (None, None))
    if view.kind is RelationKind.STORED_VIEW and key is None and untried is None:
        untried = "it shows no key, so whose rows it keeps cannot be told"
    question = Question(view.name, view.quoted, key or "pg_catalog.md5(q::text)", behind, not view.calls)
    wrong = [] if view.invoker else [view.quoted]
    wrong += [qualified(*split_table_name(name)) for name, kind, ok in view.below if kind == "v" and not ok]
    openers = tuple(f"ALTER VIEW {each} SET (security_invoker = true)" for each in wrong)
    if view.kind is RelationKind.STORED_VIEW:
        openers = (view.quoted,)
    return Door(
        view.name,
        view.kind,
        Action.READ,
        behind,
        (question,),
        view.invoker and nested and plain and not view.calls,
        openers,
        untried,
        of,
    )


def _key(view: View, target: Target) -> str | None:
    """The key of a row of the table, as a view of it shows it under the same names."""
    names = target.table.shape.primary_key
    if not names or not set(names) <= set(view.columns):
        return None
    return f"ROW({', '.join(f'q.{quote_identifier(name)}' for name in names)})::text"


def _of_function(function: Function, behind: tuple[Target, ...], scenes: Mapping[str, Scene | str]) -> Door:
    calls = list(_calls(function, behind, scenes))
    untried = f"not executed: {function.unsafe}" if function.unsafe is not None else None
    if untried is None and not calls:
        untried = "not executed: nobody could choose its arguments"
    openers = (f"ALTER ROUTINE {function.signature} SECURITY INVOKER",) if function.definer else ()
    return Door(
        f"{function.name}({function.arguments})",
        RelationKind.FUNCTION,
        Action.CALL,
        behind,
        tuple(Question(call, call, "pg_catalog.md5(q::text)", behind, harmless=False) for call in calls),
        not function.definer,
        openers,
        untried,
    )


def _calls(
    function: Function, behind: tuple[Target, ...], scenes: Mapping[str, Scene | str]
) -> Iterator[str]:
    """The calls to try: without arguments, or about the other user and a row of theirs."""
    known: dict[str, list[str]] = {}
    for target in behind:
        scene = scenes.get(target.name)
        actor = scene.acting(Identity.USER)[0] if isinstance(scene, Scene) else None
        if actor is None or not actor.prey:
            continue
        row = actor.prey[0]
        if row.owner is not None:
            known.setdefault(target.owner_type, []).append(target.literal(row.owner))
        for name in target.table.shape.primary_key:
            column = target.column(name)
            known.setdefault(column.type, []).append(literal(column, row.values[name]))
    chosen = [list(dict.fromkeys(known.get(wanted, ()))) for wanted in function.wanted]
    for arguments in itertools.islice(itertools.product(*chosen), _MOST_CALLS):
        yield f"{function.quoted}({', '.join(arguments)})"
