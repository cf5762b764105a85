"""Whether what a statement says of a row binds it to the acting user.

Sound, not complete, as the room's `binding` of policies: rows are bound by equalities that hold together,
along the foreign keys to the owner. Two things are known besides: rows of one table with one primary key are
one row, and a foreign key that holds in a part that names one parent holds whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from toolkit.isolation.trace.requirement import Key, Way
from toolkit.isolation.trace.scope import Context, conditions_in
from toolkit.isolation.trace.terms import (
    All,
    Classes,
    Column,
    Condition,
    Either,
    Equal,
    Joined,
    Term,
    Value,
)
from toolkit.models.ownership import OwnerPath, OwnershipGraph, OwnershipKind
from toolkit.models.shapes import TableShape

_MOST_BRANCHES: Final = 64
Fact = tuple[Condition, tuple[frozenset[int], ...]]


class Bindings:
    """What the conditions around the places of one statement make equal; each place is worked out once."""

    def __init__(self, rows: Mapping[int, TableShape], graph: OwnershipGraph) -> None:
        self._rows = rows
        self._graph = graph
        self._known: dict[Context, list[Classes]] = {}

    def of_row(self, row: int, context: Context) -> tuple[Way, ...]:
        """For each way in which the conditions can hold, what the row's owner is then tied to.

        What holds whichever alternative is met is asked first: mostly that is all there is about the owner.
        """
        certain: list[Fact] = []
        if not _flatten([(each, ()) for each in conditions_in(context)], certain):
            return ()
        choices = [condition for condition, _ in certain if type(condition) is Either]
        if choices and not self._tell(choices, certain):
            way = self._way(row, _closed(_holding(certain, {row}), self._rows))
            if way.values:
                return (way,)
        return tuple(self._way(row, classes) for classes in self._classes(context, row))

    def _tell(self, choices: Iterable[Condition], certain: Iterable[Fact]) -> bool:
        """Whether alternatives may say anything about owners: of keys, or of what is compared elsewhere."""
        compared = {term for condition, _ in certain if isinstance(condition, Equal) for term in condition}
        todo = [*choices]
        while todo:
            each = todo.pop()
            if isinstance(each, All | Either):
                todo += each.parts
            else:
                columns = [term for term in each if isinstance(term, Column)] if type(each) is Equal else []
                if not columns or any(column in compared or self._is_key(column) for column in columns):
                    return True
        return False

    def _is_key(self, term: Column) -> bool:
        """Whether the column is part of a key, of a reference, or of the way to an owner."""
        shape = self._rows.get(term.row)
        if shape is None:
            return True
        path = self._graph.tables[shape.name].path
        keys = (shape.primary_key, *shape.uniques, *(key.columns for key in shape.foreign_keys))
        return any(term.name in key for key in keys) or (path is not None and term.name == path.column)

    def _way(self, row: int, classes: Classes) -> Way:
        owners = list(_owners(row, classes, self._rows, self._graph))
        values = frozenset(value for owner in owners for value in classes.values(owner))
        if values:
            return Way(values)
        found = {classes.find(owner) for owner in owners}
        return Way(values, frozenset(self._keys(row, found, classes)))

    def _keys(self, row: int, owners: set[Term], classes: Classes) -> Iterator[Key]:
        """The rows with this row's owner that the statement names by their primary key, itself among them."""
        for other, shape in self._rows.items():
            same = other == row or any(
                classes.find(each) in owners for each in _owners(other, classes, self._rows, self._graph)
            )
            if same and shape.primary_key:
                columns = [classes.values(Column(other, name)) for name in shape.primary_key]
                if all(columns):
                    yield shape.name, tuple(min(each, key=repr) for each in columns)

    def of_term(self, term: Term, context: Context) -> tuple[frozenset[Value], ...]:
        """For each way in which the conditions can hold, the values that the term is then equal to."""
        row = term.row if isinstance(term, Column) else None
        return tuple(classes.values(term) for classes in self._classes(context, row))

    def _classes(self, context: Context, row: int | None) -> list[Classes]:
        """The terms that are equal where the row is there, once for each way."""
        if context in self._known:
            return self._known[context]
        branches = list(_branches([(each, ()) for each in conditions_in(context)]))
        present = set() if row is None else {row}
        classes = [_closed(_holding(each, present), self._rows) for each in branches]
        if not any(sides for branch in branches for _, sides in branch):
            self._known[context] = classes  # without outer joins it does not matter which row is there
        return classes


def _branches(facts: list[Fact]) -> Iterator[list[Fact]]:
    """The ways in which all conditions can hold, as lists of equalities; at most so many."""
    done: list[list[Fact]] = []
    todo = [facts]
    while todo:
        if len(done) + len(todo) > _MOST_BRANCHES:
            yield []  # a way that nothing is known of
            return
        flat: list[Fact] = []
        if not _flatten(todo.pop(), flat):
            continue
        for place, (condition, sides) in enumerate(flat):
            if type(condition) is Either:
                rest = flat[:place] + flat[place + 1 :]
                todo += [[*rest, (part, sides)] for part in condition.parts]
                break
        else:
            done.append(flat)
    yield from done


def _flatten(facts: Iterable[Fact], flat: list[Fact]) -> bool:
    """Put the conditions without their lists into `flat`. False if one of them no row meets."""
    for condition, sides in facts:
        kind = type(condition)
        if kind is Equal or kind is Either:
            flat.append((condition, sides))
        elif isinstance(condition, All):
            if not _flatten([(part, sides) for part in condition.parts], flat):
                return False
        elif isinstance(condition, Joined):
            if not _flatten([(condition.condition, (*sides, *condition.sides))], flat):
                return False
        elif not sides:
            return False
    return True


def _holding(facts: Sequence[Fact], rows: set[int]) -> list[Equal]:
    """The equalities that hold where these rows are there: an outer join's as soon as its sides are."""
    waiting = [(each, sides) for each, sides in facts if isinstance(each, Equal)]
    if not any(sides for _, sides in waiting):
        return [each for each, _ in waiting]
    holding: list[Equal] = []
    present = set(rows)
    while True:
        ready = [fact for fact in waiting if all(side & present for side in fact[1])]
        if not ready:
            return holding
        waiting = [fact for fact in waiting if fact not in ready]
        for each, _ in ready:
            holding.append(each)
            present |= {term.row for term in (each.left, each.right) if isinstance(term, Column)}


def _closed(equalities: list[Equal], rows: Mapping[int, TableShape]) -> Classes:
    classes = Classes(equalities)
    mentioned = sorted(
        {t.row for e in equalities for t in (e.left, e.right) if isinstance(t, Column) and t.row in rows}
    )
    pairs = [
        (one, other)
        for one in mentioned
        for other in mentioned
        if one != other and _are_related(rows[one], rows[other])
    ]
    while sum(_follow(one, other, classes, rows) for one, other in pairs):
        pass  # until nothing new follows
    return classes


def _are_related(here: TableShape, there: TableShape) -> bool:
    """Whether rows of the two can tell something of each other."""
    name = there.name
    return here is there or any(key.target == name for key in here.foreign_keys)


def _follow(one: int, other: int, classes: Classes, rows: Mapping[int, TableShape]) -> bool:
    """Whether two rows turned out to have more in common than was said."""
    here, there = rows[one], rows[other]
    changed = False
    key = there.primary_key
    if here is there and key and all(classes.same(Column(one, name), Column(other, name)) for name in key):
        for column in here.columns:
            if column.name not in key:
                changed |= classes.join(Column(one, column.name), Column(other, column.name))
    for foreign in here.foreign_keys:
        if foreign.target != there.name:
            continue
        equal = {pair for pair in foreign.pairs if _are_same(one, other, pair, classes)}
        # With a NULL in it a foreign key says nothing; what is equal to something is not NULL.
        whole = here.requires(name for name, target in foreign.pairs if (name, target) not in equal)
        known = {target for _, target in equal}
        if whole and any(unique and known.issuperset(unique) for unique in (key, *there.uniques)):
            for name, target in foreign.pairs:
                changed |= classes.join(Column(one, name), Column(other, target))
    return changed


def _are_same(one: int, other: int, pair: tuple[str, str], classes: Classes) -> bool:
    return classes.same(Column(one, pair[0]), Column(other, pair[1]))


def _owners(
    row: int, classes: Classes, rows: Mapping[int, TableShape], graph: OwnershipGraph
) -> Iterator[Column]:
    """The columns in which the statement has the owner of the row."""
    owned = graph.tables.get(rows[row].name)
    if owned is None or owned.path is None:
        return
    for path in (owned.path, *owned.paths) if owned.kind is OwnershipKind.LINK else (owned.path,):
        yield from _ends(row, path, 0, classes, rows)


def _ends(
    row: int, path: OwnerPath, step: int, classes: Classes, rows: Mapping[int, TableShape]
) -> Iterator[Column]:
    if step == len(path.hops):
        yield Column(row, path.column)
        return
    hop = path.hops[step]
    for other, shape in rows.items():
        if shape.name == hop.target and all(
            classes.same(Column(row, here), Column(other, there)) for here, there in hop.foreign_key.pairs
        ):
            yield from _ends(other, path, step + 1, classes, rows)
