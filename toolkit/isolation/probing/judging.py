"""From what was played to evidence. Pure, but for the policies that the rulebook reads.

HELD needs three things: nothing was reached, the same attempt on an own row worked, and every policy that
applies binds each row to the acting user. Anything less is UNKNOWN or CONDITIONAL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolkit.isolation.grounds import Grounds
from toolkit.isolation.judge import Bench, by_catalog
from toolkit.isolation.probing.actions import VERBS, Action, Identity
from toolkit.isolation.probing.evidence import Evidence, badness
from toolkit.isolation.probing.plans import Open
from toolkit.isolation.probing.scene import Scene
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import Played, free_to_keep
from toolkit.isolation.probing.tries_made import MERGE_SINCE
from toolkit.isolation.verdict import Cell, Verb, Verdict

_READING: Final = (Action.READ, Action.LOCK)
_WRITES: Final = (Verb.UPDATE, Verb.DELETE, Verb.INSERT)
_NEEDED: Final[Mapping[Action, tuple[tuple[Verb, ...], tuple[Verb, ...]]]] = {
    Action.LOCK: ((Verb.READ, Verb.UPDATE), ()),
    Action.UPSERT: ((Verb.READ, Verb.INSERT, Verb.UPDATE), ()),
    Action.MERGE: ((Verb.READ,), _WRITES),
    Action.RETURNING: ((Verb.READ,), _WRITES),
}
"""Actions that need several rights: each of the first, and one of the second."""
_BY_KEY: Final = "23503"
_ROWS: Final = (
    Action.READ,
    Action.LOCK,
    Action.INSERT,
    Action.UPDATE,
    Action.CHANGE_OWNER,
    Action.DELETE,
    Action.UPSERT,
    Action.MERGE,
    Action.RETURNING,
)


@dataclass(frozen=True, slots=True)
class Judge:
    """What every judgement needs."""

    grounds: Grounds
    valid_keys: frozenset[str]
    version: int
    forbidden: str | None
    """Why nothing could be tried, or not be believed; None if it could."""
    explained: Open | None = None
    """If nothing was to be executed: the plans that have no condition."""

    def table(
        self, target: Target, bench: Bench, scene: Scene | str, played: Sequence[Played]
    ) -> Iterator[tuple[Evidence, Played | None]]:
        """All evidence on one target, each with the try that shows a leak."""
        for action in (*_ROWS, Action.TRUNCATE, Action.REFERENCE):
            mine = [each for each in played if each.trial.action is action]
            known = self._without_trying(target, bench, scene, action)
            for identity in Identity if action in _ROWS else (Identity.USER,):
                yield self._one(target, bench, scene, action, identity, mine, known)

    def _one(
        self,
        target: Target,
        bench: Bench,
        scene: Scene | str,
        action: Action,
        identity: Identity,
        mine: Sequence[Played],
        known: Cell | None,
    ) -> tuple[Evidence, Played | None]:
        tried = [each for each in mine if each.trial.actor.identity is identity and not each.trial.control]
        controls = [each for each in mine if each.trial.control]
        shown = _shown(tried, controls if identity is Identity.USER else [])
        if shown is not None:
            cell = bench.cell(VERBS[action][0], Verdict.LEAK, _said(shown))
        else:
            cell = known or self._tried(target, bench, scene, action, identity, tried, controls)
        facts: dict[str, Any] = dict(scene.facts) if isinstance(scene, Scene) else {}
        if tried:
            facts["tries"] = {each.trial.what.name: each.answer.words for each in tried}
            facts["own row"] = [each.answer.words for each in controls]
        if shown is not None:
            facts["keys"] = list(shown.keys)
        evidence = Evidence(
            target.name,
            target.kind,
            action,
            identity,
            cell.verdict,
            cell.reason,
            (target.parent.name,),
            facts,
        )
        return evidence, shown

    def _without_trying(
        self, target: Target, bench: Bench, scene: Scene | str, action: Action
    ) -> Cell | None:
        """What is known without any try; None if only tries tell."""
        verb = VERBS[action][0]
        if bench.subject.role is None:
            return bench.cell(verb, Verdict.UNKNOWN, "the application's role is not known")
        decided = self._by_catalog(target, bench, action)
        if decided is not None:
            return decided
        if action is Action.REFERENCE:
            edges = self.grounds.edges(target.table)
            if edges and all(edge.is_proven(self.valid_keys) for edge in edges):
                return bench.cell(verb, Verdict.PROVEN, "every reference carries the owner in its key")
        if self.explained is not None and bench.subject.role is not None:
            return self._explained(target, bench, action, self.explained)
        if self.forbidden is not None:
            return bench.cell(verb, Verdict.UNKNOWN, self.forbidden)
        if isinstance(scene, str):
            return bench.cell(verb, Verdict.UNKNOWN, scene)
        return self._inapplicable(target, bench, action)

    def _explained(self, target: Target, bench: Bench, action: Action, plans: Open) -> Cell:
        """From policies and plans alone."""
        verb = VERBS[action][0]
        if (target.name, action) in plans:
            return bench.cell(verb, Verdict.LEAK, "the plan has no condition on the rows")
        inapplicable = self._inapplicable(target, bench, action)
        if inapplicable is not None or action is Action.REFERENCE:
            reason = "stored references were not looked at"
            return inapplicable or bench.cell(verb, Verdict.UNKNOWN, reason)
        loose = [
            name
            for each in _deciding(bench, action)
            for found in (bench.rules.loose(bench.table, each),)
            for name in (*found.rows, *found.values)
        ]
        if target.acts_for_others and action not in _READING:
            return bench.cell(verb, Verdict.UNKNOWN, f"{target.acts_for_others}; nothing was executed")
        if loose:
            unsure = ", ".join(dict.fromkeys(loose))
            return bench.cell(verb, Verdict.UNKNOWN, f"{unsure} may let others through; nothing was executed")
        return bench.closed(verb, "every policy binds each row to the acting user; nothing was executed")

    def _by_catalog(self, target: Target, bench: Bench, action: Action) -> Cell | None:
        security, verb = target.security, VERBS[action][0]
        if action is Action.TRUNCATE:
            if security.usable and security.can_truncate:
                return None
            return bench.closed(verb, "the role has no right to truncate")
        if action is Action.REFERENCE and not self.grounds.edges(target.table):
            return bench.closed(verb, "no foreign key leads to another owned table")
        if action is Action.REFERENCE:
            return None if security.can_insert or security.can_update else by_catalog(bench, verb)
        cells = {each: by_catalog(bench, each) for each in (*VERBS[action], Verb.READ)}
        shut = [each for each, cell in cells.items() if cell is not None and cell.verdict is not Verdict.LEAK]
        needed, any_of = _NEEDED.get(action, (VERBS[action], ()))
        for each in (*(n for n in needed if n in shut), *(any_of if {*any_of} <= {*shut} else ())):
            return cells[each]
        broken = [
            cell for each in (*needed, *any_of) if (cell := cells[each]) is not None and each not in shut
        ]
        return broken[0] if broken else None

    def _inapplicable(self, target: Target, bench: Bench, action: Action) -> Cell | None:
        """Actions that this table or server has no way for."""
        verb, table = VERBS[action][0], target.table
        if action is Action.UPSERT and not (table.shape.primary_key or table.shape.uniques):
            return bench.closed(verb, "there is no key that an insert could run into")
        if action is Action.MERGE and self.version < MERGE_SINCE:
            return bench.closed(verb, "this server has no MERGE")
        if action is Action.CHANGE_OWNER and table.is_root:
            return bench.closed(verb, "a user is nobody's row")
        columns = [c for c in target.columns if c.name in table.owner_columns]
        if action is Action.CHANGE_OWNER and not all(c.can_update for c in columns):
            return bench.closed(verb, "the role may not set who owns a row")
        if action is Action.UPDATE and not free_to_keep(target):
            reason = "there is no column that may be set without touching a key"
            return bench.cell(verb, Verdict.UNKNOWN, reason)
        return None

    def _tried(
        self,
        target: Target,
        bench: Bench,
        scene: Scene | str,
        action: Action,
        identity: Identity,
        tried: Sequence[Played],
        controls: Sequence[Played],
    ) -> Cell:
        verb, deciding = VERBS[action][0], _deciding(bench, action)
        everything = isinstance(scene, Scene) and scene.everybody and _exhausted(scene)
        # What is known to depend on rows and users alone needs no control, once all of them were tried.
        decided = action in _ROWS and everything
        decided = decided and all(bench.rules.legible(bench.table, each) for each in deciding)
        doubt = next(_doubts(action, identity, tried, controls, decided), None)
        if doubt is not None:
            return bench.cell(verb, Verdict.UNKNOWN, doubt)
        pointed = self._pointed(bench, tried) if action is Action.REFERENCE else None
        if pointed is not None and pointed.verdict is not Verdict.HELD:
            return pointed
        if target.acts_for_others and action not in _READING:
            reason = f"{target.acts_for_others}, so that other rows may fare differently"
            return bench.cell(verb, Verdict.UNKNOWN, reason)
        if pointed is not None:
            return pointed
        own = identity is Identity.USER and all(each.reached for each in controls)
        reason = "only own rows were reached" if own else "nothing was reached"
        cells = [bench.held(each, reason, exhausted=everything) for each in deciding]
        return max(cells, key=lambda cell: badness(cell.verdict)) if cells else bench.closed(verb, reason)

    def _pointed(self, bench: Bench, tried: Sequence[Played]) -> Cell:
        verb, told = Verb.REFERENCES, _telling(tried)
        for edge in self.grounds.edges(bench.table):
            along = f"along {edge.name}"
            aimed = [each for each in tried if each.trial.what.name.endswith(along)]
            if not aimed:
                reason = "there is no own row with a parent, or no parent of somebody else"
                return bench.cell(verb, Verdict.UNKNOWN, reason)
            by_key = edge.guarded and all(each.answer.state == _BY_KEY for each in aimed)
            loose = () if by_key else bench.rules.loose_along(edge)
            if loose:
                reason = f"{', '.join(loose)} may treat other parents along {edge.name} differently"
                return bench.cell(verb, Verdict.UNKNOWN, f"{reason}; {told}" if told else reason)
        if told is not None:
            return bench.cell(verb, Verdict.CONDITIONAL, f"safe while users see no errors: {told}")
        return bench.closed(verb, "no own row could be pointed at a row of others")


def _telling(tried: Sequence[Played]) -> str | None:
    """What tells that a row of others is there: an attempt at it ends otherwise than at nothing."""
    ends = {each.trial.what.name: each.answer.words for each in tried}
    for each in tried:
        other = each.trial.compared_with
        if other in ends and ends[other] != each.answer.words:
            return f"{each.trial.what.name} ends otherwise than at nothing, which tells of a row"
    return None


def _shown(tried: Iterable[Played], controls: Iterable[Played]) -> Played | None:
    """The try that shows a leak best: one that aims at a single row before one at all."""
    reached = [each for each in tried if each.reached and not each.trial.absent]
    reached += [each for each in controls if each.keys]
    return min(reached, key=_plainness, default=None)


def _plainness(each: Played) -> tuple[bool, bool, bool]:
    what = each.trial.what
    return (not each.keys, what.at is not None, bool(what.prepare))


def _said(shown: Played) -> str:
    how = shown.trial.what.name
    if shown.trial.control:
        return "a write of an own row reaches rows of others"
    return f"rows of others were reached: {how}"


def _doubts(
    action: Action,
    identity: Identity,
    tried: Sequence[Played],
    controls: Sequence[Played],
    decided: bool,
) -> Iterator[str]:
    """Why it means little that nothing was reached; `decided` if it does though no own row was either."""
    if not controls:
        yield "no user with an own row here could try it"
    for each in controls:
        if not each.reached and not (decided and _no_row(each)):
            yield f"the same attempt on an own row came to nothing ({each.answer.words})"
    if not tried:
        named = "the setting has a value in every session, so nobody is without one"
        yield named if identity is Identity.UNSET else "it was not tried"
    for each in tried:
        answer = each.answer
        expected = answer.refused_identity if identity is not Identity.USER else answer.refused
        if action is Action.REFERENCE and answer.state == _BY_KEY and answer.acting:
            continue
        if answer.state is not None and not expected:
            yield f"stopped by something else: {each.trial.what.name} ({answer.words})"


def _no_row(control: Played) -> bool:
    """Whether a policy, and nothing else, kept the user from the own row."""
    return control.answer.state is None or control.answer.refused


def _deciding(bench: Bench, action: Action) -> tuple[Verb, ...]:
    """The verbs whose policies decide whether the action is held.

    What reads the row too is held by the rule for reading, except for rows that a user makes up.
    """
    if action not in _NEEDED:
        return VERBS[action]
    reading = bench.rules.loose(bench.table, Verb.READ).rows
    if action is Action.LOCK:
        return (Verb.READ, Verb.UPDATE) if reading and bench.rules.loose_locks(bench.table) else ()
    open_ = open_verbs(bench)
    loose = {verb: bench.rules.loose(bench.table, verb) for verb in _WRITES if verb in open_}
    return tuple(verb for verb, found in loose.items() if found.values or (found.rows and reading))


def open_verbs(bench: Bench) -> frozenset[Verb]:
    """What the role has the right to, and some policy allows."""
    cells = {verb: by_catalog(bench, verb) for verb in Verb}
    return frozenset(verb for verb, cell in cells.items() if cell is None or cell.verdict is Verdict.LEAK)


def _exhausted(scene: Scene) -> bool:
    """Whether every row that is not the user's was aimed at, for every user."""
    users = scene.acting(Identity.USER)
    total = scene.facts["own rows"] + scene.facts["rows of others"]
    return all(len(actor.prey) + len(actor.mine) == total for actor in users)
