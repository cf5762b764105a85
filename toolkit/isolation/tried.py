"""The cells of the verdict table, from what a probe found out.

A verb is held if its plain actions are, with every identity; a leak by any other action of it counts as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from toolkit.isolation import judge
from toolkit.isolation.data_audit import DataAudit
from toolkit.isolation.grounds import Edge
from toolkit.isolation.judge import Bench
from toolkit.isolation.probing.actions import VERBS, Action, Identity
from toolkit.isolation.probing.batch import REFUSING
from toolkit.isolation.probing.evidence import Evidence
from toolkit.isolation.verdict import BADNESS, Cell, Verb, Verdict

_PLAIN: Final[Mapping[Verb, tuple[Action, ...]]] = {
    Verb.READ: (Action.READ,),
    Verb.INSERT: (Action.INSERT,),
    Verb.UPDATE: (Action.UPDATE, Action.CHANGE_OWNER),
    Verb.DELETE: (Action.DELETE,),
    Verb.REFERENCES: (Action.REFERENCE,),
}
_CIRCLE: Final = "42P17"
_REFUSED: Final = "refused"
_UNREADABLE: Final = tuple(f"error {state}" for state in REFUSING)
_TOUCHED: Final = {"CASCADE": Verb.DELETE, "SET NULL": Verb.UPDATE, "SET DEFAULT": Verb.UPDATE}


def cells_of_table(
    bench: Bench,
    edges: Collection[Edge],
    valid: frozenset[str],
    tried: Iterable[Evidence],
    wrong: DataAudit | None,
) -> Iterator[Cell]:
    """One cell per verb of an owned table: `edges` are the references that leave it, `valid` keys hold.

    `wrong` is None if no stored row was looked at.
    """
    mine = [each for each in tried if each.relation == bench.table.name]
    for verb in Verb:
        cell = _by_constraint(bench, edges, valid, wrong) if verb is Verb.REFERENCES else None
        cell = cell or judge.by_catalog(bench, verb) or _worst(bench, verb, mine)
        yield _unless_cascading(bench, cell, wrong)


def _worst(bench: Bench, verb: Verb, evidence: Sequence[Evidence]) -> Cell:
    plain = {each: _plain_verdict(each, evidence) for each in Verb}
    found = [each for each in evidence if each.action in _PLAIN[verb] or _at_fault(each, verb, plain)]
    if not found:
        return bench.cell(verb, Verdict.UNKNOWN, "it was not tried")
    told = [_told(bench, verb, each) for each in found]
    worst = max(told, key=lambda each: (BADNESS[each.verdict], each.identity is Identity.USER))
    verdict, reason = worst.verdict, worst.reason
    if verdict is Verdict.LEAK and bench.table.is_root and worst.action is Action.INSERT:
        verdict = Verdict.UNKNOWN
        reason = "a new user may be made under any key; whether that is signing up, only the program knows"
    if worst.identity is not Identity.USER and verdict is Verdict.LEAK:
        reason = f"{reason}, while the identity is {worst.identity.value}"
    cell = bench.cell(verb, verdict, reason, **worst.facts)
    if verdict is Verdict.HELD:  # by this action; a rule or an open child may still be beside it
        return bench.closed(verb, reason, **worst.facts)
    return cell


def _told(bench: Bench, verb: Verb, each: Evidence) -> Evidence:
    """Evidence again, where an own row that was not reached either says more than nothing."""
    if each.verdict is not Verdict.UNKNOWN or not each.executed or not each.facts["own row"]:
        return each
    words = {*each.facts["tries"].values(), *each.facts["own row"]}
    if words == {f"error {_CIRCLE}"}:
        reason = "its policies lead back to themselves: every such statement fails"
        return replace(each, verdict=Verdict.HELD, reason=reason)
    loose = bench.rules.loose(bench.table, verb)
    clear = all(_is_clear(word, each.identity) for word in words)
    if clear and not (loose.rows or loose.values) and each.action is not Action.REFERENCE:
        reason = "no row of others was reached, though not every own row either, and every policy binds"
        return replace(each, verdict=Verdict.HELD, reason=reason)
    return each


def _is_clear(word: str, identity: Identity) -> bool:
    """Whether an end says that a policy let nobody through; one may fail on an identity it cannot read."""
    if word in (_REFUSED, f"error {_CIRCLE}") or word.endswith(" rows"):
        return True
    return identity is not Identity.USER and word.startswith(_UNREADABLE) and not word.endswith("around it")


def _plain_verdict(verb: Verb, evidence: Iterable[Evidence]) -> Verdict:
    found = [each.verdict for each in evidence if each.action in _PLAIN[verb]]
    return max(found, key=lambda each: BADNESS[each], default=Verdict.UNKNOWN)


def _at_fault(each: Evidence, verb: Verb, plain: Mapping[Verb, Verdict]) -> bool:
    """Whether a leak by an action that needs several verbs is due to this one, by what plain actions tell."""
    if each.verdict is not Verdict.LEAK:
        return False
    verbs = VERBS[each.action]
    broken = [other for other in verbs if plain[other] is Verdict.LEAK]
    unheld = [other for other in verbs if plain[other] not in (Verdict.HELD, Verdict.PROVEN)]
    return verb is (broken or unheld or verbs)[0]


def _by_constraint(
    bench: Bench, edges: Collection[Edge], valid: frozenset[str], wrong: DataAudit | None
) -> Cell | None:
    """The verdict on references that rows and constraints give, whatever the policies are."""
    verb = Verb.REFERENCES
    for name, rows in wrong.crossed.items() if wrong is not None else ():
        if rows.count:
            reason = f"{rows.count} rows along {name} have another owner than their parent"
            return bench.cell(verb, Verdict.LEAK, reason, keys=list(rows.keys))
    if bench.security is None:
        return None
    if not edges:
        return bench.closed(verb, "no foreign key leads to another owned table")
    if all(edge.is_proven(valid) for edge in edges):
        names = [edge.foreign_key.name for edge in edges]
        return bench.cell(verb, Verdict.PROVEN, "every reference carries the owner in its key", keys=names)
    return None


def _unless_cascading(bench: Bench, cell: Cell, wrong: DataAudit | None) -> Cell:
    """A crossed row goes, or changes, when the owner of its parent deletes that; then nothing else counts."""
    crossed = wrong is not None and any(_TOUCHED.get(action or "") is cell.verb for action in wrong.cascades)
    if not crossed or cell.verdict is Verdict.LEAK:
        return cell
    reason = "a row stands under the parent of another user, whose deletion reaches it"
    return bench.cell(cell.verb, Verdict.UNKNOWN, reason)


def with_doors_tried(cells: Iterable[Cell], evidence: Iterable[Evidence]) -> Iterator[Cell]:
    """The cells of the ways past the tables: a leak that was seen counts; silence proves nothing there."""
    leaks = {
        (each.relation, VERBS[each.action][0]): each for each in evidence if each.verdict is Verdict.LEAK
    }
    for cell in cells:
        name = cell.table.partition("(")[0] if cell.kind == "function" else cell.table
        seen = leaks.get((cell.table, cell.verb)) or leaks.get((name, cell.verb))
        if seen is None:
            yield cell
        elif cell.verdict is Verdict.LEAK:
            yield replace(cell, evidence={**cell.evidence, **seen.facts})
        else:
            yield replace(cell, verdict=Verdict.LEAK, reason=seen.reason, evidence=seen.facts)
