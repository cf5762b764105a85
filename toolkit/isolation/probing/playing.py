"""Playing trials: what is sent for each target, and whether a row of another user was reached.

What a key stopped before a policy could is tried again with keys and triggers asleep, so that it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from toolkit.isolation.grounds import Grounds
from toolkit.isolation.probing.actions import Action, Identity
from toolkit.isolation.probing.batch import ROW, Answer, Session, Try
from toolkit.isolation.probing.locating import locate
from toolkit.isolation.probing.scene import FEW, Actor, Scene
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import HEED_KEYS, IGNORE_KEYS, Ground, Played, Reach, Trial
from toolkit.isolation.probing.tries_made import insert_for_another, merge, returning, upsert
from toolkit.isolation.probing.tries_pointing import Parents, reference
from toolkit.isolation.probing.tries_rows import change_owner, delete, lock, read, truncate, update
from toolkit.isolation.verdict import Verb
from toolkit.sql.quoting import quote_literal

_BY_A_KEY: Final = "23"
_NO_CURSOR: Final = "24000"
_CASCADES: Final = ("CASCADE", "SET NULL", "SET DEFAULT")


@dataclass(frozen=True, slots=True)
class Play:
    """One actor on one target: its trials, and what the rows of others look like before."""

    scene: Scene
    actor: Actor
    ground: Ground
    trials: tuple[Trial, ...]

    @property
    def place(self) -> tuple[str, str | None]:
        """What plays with the same baseline share."""
        return self.ground.target.name, self.actor.user

    @property
    def baseline(self) -> Try:
        """The state of everything a write might reach that is not the user's."""
        return Try("before", self.ground.witness(self.actor.user), None, returns=True)


def plays(
    grounds: Grounds,
    scene: Scene,
    identities: Iterable[Identity],
    parents: dict[tuple[str, str], Parents],
    every: dict[str, Target],
    *,
    role: str,
    superuser: bool,
    version: int,
    open_verbs: frozenset[Verb],
) -> Iterator[Play]:
    """The plays of one scene, for some identities."""
    watched = _watched(grounds, scene.target, every)
    wide = scene.width is not FEW
    ground = Ground(scene.target, role, superuser, version, watched, open_verbs, wide)
    for identity in identities:
        for actor in scene.acting(identity):
            yield Play(scene, actor, ground, tuple(_trials(grounds, scene, ground, actor, parents)))


Baselines = dict[tuple[str, str | None], Any]
"""By target and user: the state of everything a write might reach that is not the user's."""


def play(session: Session, chosen: Sequence[Play], baselines: Baselines) -> list[Played]:
    """Play them in one round trip; again what a key stopped; compare where rows may have been reached."""
    groups = session.run_in_turn([t.what for t in each.trials] for each in chosen)
    done: list[tuple[Play, Trial, Answer]] = []
    again: list[tuple[Play, Trial]] = []
    for each, answers in zip(chosen, groups, strict=True):
        for trial, answer in zip(each.trials, answers, strict=True):
            second = _asleep(each, trial, answer) or _cleared(each, trial, answer)
            if second is not None:
                again.append((each, second))
            else:
                done.append((each, trial, answer))
    answers = session.run([trial.what for _, trial in again])
    done += [(*asked, answer) for asked, answer in zip(again, answers, strict=True)]
    new = {each.place: each for each, _, answer in done if answer.witness is not None}
    new = {place: each for place, each in new.items() if place not in baselines}
    before = session.run([each.baseline for each in new.values()])
    baselines.update(zip(new, (answer.value for answer in before), strict=True))
    found = (_played(session, each, trial, answer, baselines.get(each.place)) for each, trial, answer in done)
    return [_located(session, each) for each in found]


def _located(session: Session, played: Played) -> Played:
    """With the row that was reached, where nobody was named: later the setting is no longer unset."""
    trial = played.trial
    at_all = trial.row is None and trial.reach is Reach.CHANGED
    if not (played.reached and at_all and trial.actor.identity is Identity.UNSET):
        return played
    return replace(played, located=locate(session, trial.what, played.watched, trial.actor.user))


def _trials(
    grounds: Grounds,
    scene: Scene,
    ground: Ground,
    actor: Actor,
    parents: dict[tuple[str, str], Parents],
) -> Iterator[Trial]:
    mine = actor.mine or scene.actors[0].mine
    read_, insert_, update_, delete_ = (
        verb in ground.open for verb in (Verb.READ, Verb.INSERT, Verb.UPDATE, Verb.DELETE)
    )
    if read_:
        yield from read(ground, actor)
    if read_ and update_ and not actor.brief:
        yield from lock(ground, actor)
    if insert_:
        yield from insert_for_another(ground, actor)
    if update_:
        yield from update(ground, actor)
        yield from change_owner(ground, actor, mine)
    if delete_:
        yield from delete(ground, actor)
    if read_ and insert_ and update_ and not actor.brief:
        yield from upsert(ground, actor, mine)
    if read_ and not actor.brief:
        yield from merge(ground, actor)
        yield from returning(ground, actor)
    yield from truncate(ground, actor)
    if actor.user is not None:
        along = (parents.get((edge.name, actor.user)) for edge in grounds.edges(ground.target.table))
        yield from reference(ground, actor, [each for each in along if each is not None])


def _watched(grounds: Grounds, target: Target, every: dict[str, Target]) -> tuple[Target, ...]:
    """The target, and wherever triggers or cascades of a write here could reach past the policies."""
    further = [
        edge.child.name
        for edge in grounds.every_edge
        if edge.parent == target.table and not edge.guarded and edge.foreign_key.ondelete in _CASCADES
    ]
    if target.acts_for_others:
        further = list(every)
    return (target, *(every[name] for name in dict.fromkeys(further) if name != target.name))


def _asleep(each: Play, trial: Trial, answer: Answer) -> Trial | None:
    """The trial with keys and triggers asleep, if one of them stopped it and that can be done."""
    by_key = answer.acting and (answer.state or "").startswith(_BY_A_KEY)
    if not by_key or not each.ground.superuser or trial.reach is Reach.DONE:
        return None
    kept = tuple(step for step in trial.what.prepare if step not in (IGNORE_KEYS, HEED_KEYS))
    own = trial.control or (trial.row is not None and trial.row in each.actor.mine)
    cleared = (_without_the_new_owners(each),) if trial.action is Action.CHANGE_OWNER and not own else ()
    name = f"{trial.what.name} with keys asleep"
    return replace(trial, what=replace(trial.what, name=name, prepare=(IGNORE_KEYS, *kept, *cleared)))


def _cleared(each: Play, trial: Trial, answer: Answer) -> Trial | None:
    """The trial on a row that is left alone, where no cursor can stand on one: the table has children."""
    if answer.state != _NO_CURSOR or trial.what.at is None or trial.row is None:
        return None
    target = each.ground.target
    key = quote_literal(trial.row.key)
    clear = f"DELETE FROM {target.sql} AS t0 WHERE {target.key} <> {key}"
    prepare = (IGNORE_KEYS, clear, HEED_KEYS) if each.ground.superuser else (clear,)
    statement = trial.what.statement.removesuffix(f" WHERE CURRENT OF {ROW}")
    what = replace(trial.what, statement=statement, prepare=prepare, at=None, witness=None, only_own=None)
    return replace(trial, what=what, reach=Reach.DONE)


def _without_the_new_owners(each: Play) -> str:
    """Takes away the rows of who takes over: one may hold the unique key of the row taken over."""
    target = each.ground.target
    return (
        f"DELETE FROM {target.sql} AS d USING (SELECT t0.tableoid AS o, t0.ctid AS c FROM {target.source}"
        f" WHERE {target.of_owner(each.actor.user or each.scene.facts['user'])}) AS m"
        " WHERE d.tableoid = m.o AND d.ctid = m.c"
    )


def _played(session: Session, each: Play, trial: Trial, answer: Answer, before: Any) -> Played:
    reached, keys = _reached(session, each, trial, answer, before)
    return Played(trial, answer, reached, keys, each.ground.target.name, each.ground.watched)


def _reached(
    session: Session, each: Play, trial: Trial, answer: Answer, before: Any
) -> tuple[bool, tuple[str, ...]]:
    """Whether the trial worked, and the rows of others that it reached."""
    prepare = trial.what.prepare
    # With keys asleep nothing follows elsewhere, and rows whose parent is gone look like others' there.
    asleep = IGNORE_KEYS in prepare and HEED_KEYS not in prepare
    seen = slice(1) if asleep else slice(None)
    there = answer.witness is not None and before is not None
    changed = there and answer.witness[seen] != before[seen]
    if trial.control:
        return bool(answer.value) or bool(answer.rows), (each.ground.target.name,) if changed else ()
    if answer.state is not None:
        return False, ()
    if trial.reach is Reach.SEEN:
        keys = _confirmed(session, each, answer.value) if answer.value else ()
        return bool(keys), keys
    key = () if trial.row is None else (trial.row.key,)
    if trial.reach is Reach.DONE:
        return bool(answer.rows), key
    if trial.reach is Reach.GROWN:
        return there and bool(answer.rows) and answer.witness[0][0] >= before[0][0], key
    return changed, key


def _confirmed(session: Session, each: Play, seen: Sequence[str]) -> tuple[str, ...]:
    """Those that are not the user's: a parent that is not seen makes an own row look foreign."""
    target = each.ground.target
    if each.actor.user is None:
        return tuple(seen[:3])
    listed = ", ".join(map(quote_literal, seen))
    found = session.ask(
        f"SELECT {target.key} FROM {target.source} WHERE {target.of_others(each.actor.user)}"
        f" AND {target.key} IN ({listed}) ORDER BY 1 LIMIT 3"
    )
    return tuple(found)
