"""Whether a clause lets a user reach no row but the own ones, told from the clause alone.

Sound, not complete: what is said to bind, binds for every user and every row; what is not understood does
not count. A row is bound when its owner is in one class with the acting user's identity, where classes are
made from equalities that hold together, and when each step of the way to the owner is such an equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from toolkit.isolation.expression import (
    SELF,
    All,
    Call,
    Cast,
    Column,
    Compares,
    Constant,
    Either,
    Equals,
    Exists,
    IsNull,
    Node,
)
from toolkit.models.ownership import OwnerPath
from toolkit.models.shapes import TableShape

_FAITHFUL: Final = frozenset({"int2", "int4", "int8", "uuid", "text", "varchar"})
"""Types to which a cast keeps different users different, or fails."""
_ME: Final = Column("the acting user", "")
_MOST_BRANCHES: Final = 64
_SETTING: Final = ("current_setting", "pg_catalog.current_setting")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clause is read with."""

    setting: str
    shape: TableShape
    path: OwnerPath
    trusted: Callable[[str], bool]
    """Whether a table shows each user own rows only, so that a row that is seen is the user's."""
    names_user: Callable[[str], bool]
    """Whether a function without arguments names the acting user, whoever that is."""


def binds(clause: Node, reading: Reading) -> bool:
    """Whether only rows of the acting user can satisfy the clause."""
    return all(_bound(branch, reading) for branch in _branches([clause], reading))


def impossible(clause: Node, reading: Reading) -> bool:
    """Whether nobody can satisfy the clause, with any row."""
    return not list(_branches([clause], reading))


def legible(node: Node, reading: Reading, shown: Callable[[str], bool]) -> bool:
    """Whether a clause asks for nothing but rows, literals and the acting user, so that trying decides it.

    `shown` says the same of what a table lets the user see.
    """
    match node:
        case Column() | Constant():
            return True
        case Cast(value) | IsNull(value):
            return legible(value, reading, shown)
        case Call(name, arguments):
            if name in ("nullif", "coalesce"):
                return all(legible(each, reading, shown) for each in arguments)
            return _is_identity(node, reading)
        case Equals(left, right) | Compares(left, right):
            return legible(left, reading, shown) and legible(right, reading, shown)
        case All(parts) | Either(parts):
            return all(legible(each, reading, shown) for each in parts)
        case Exists(tables, condition):
            return all(shown(table) for _, table in tables) and legible(condition, reading, shown)
        case _:
            return False


def _branches(conditions: list[Node], reading: Reading) -> Iterator[list[Node]]:
    """The ways in which all conditions can hold, as lists without alternatives; at most so many."""
    done: list[list[Node]] = []
    todo = [conditions]
    while todo:
        if len(done) + len(todo) > _MOST_BRANCHES:
            yield []  # a way that nothing is known of
            return
        flat = list(_flat(todo.pop()))
        if _contradicts_itself(flat, reading):
            continue
        choice = next((each for each in flat if isinstance(each, Either)), None)
        if choice is None:
            done.append(flat)
        else:
            rest = [each for each in flat if each is not choice]
            todo += [[*rest, part] for part in choice.parts]
    yield from done


def _flat(conditions: Iterable[Node]) -> Iterator[Node]:
    """Conditions and, beside each subquery, the conditions inside it: its rows have names of their own."""
    for each in conditions:
        if isinstance(each, All):
            yield from _flat(each.parts)
        elif isinstance(each, Exists):
            yield Exists(each.tables, All(()))
            yield from _flat([each.condition])
        else:
            yield each


def _contradicts_itself(conditions: list[Node], reading: Reading) -> bool:
    """Whether conditions cannot hold together: one never holds, or a value is NULL that must not be."""
    if any(each in (Constant(False), Constant(None)) for each in conditions):
        return True
    compared = [each for each in conditions if isinstance(each, Equals | Compares)]
    there = {node for each in compared for side in (each.left, each.right) for node in _needed(side)}
    empty = [each.value for each in conditions if isinstance(each, IsNull)]
    return any(_is_steady(node) and (node in there or _is_required(node, reading)) for node in empty)


def _needed(node: Node) -> Iterator[Node]:
    """What must not be NULL if a value is not."""
    yield node
    if isinstance(node, Cast):
        yield from _needed(node.value)
    elif isinstance(node, Call) and node.name == "nullif":
        yield from _needed(node.arguments[0])


def _is_steady(node: Node) -> bool:
    """Whether it is the same wherever it stands in a clause: calls of functions need not be."""
    if isinstance(node, Cast):
        return _is_steady(node.value)
    if isinstance(node, Call):
        known = node.name in (*_SETTING, "nullif", "coalesce")
        return known and all(_is_steady(each) for each in node.arguments)
    return isinstance(node, Column | Constant)


def _is_required(node: Node, reading: Reading) -> bool:
    return isinstance(node, Column) and node.row == SELF and reading.shape.requires([node.name])


def _bound(conditions: list[Node], reading: Reading) -> bool:
    classes = _Classes()
    tables: list[tuple[str, str]] = []
    for each in conditions:
        if isinstance(each, Equals):
            left, right = (_term(side, reading) for side in (each.left, each.right))
            if left is not None and right is not None:
                classes.join(left, right)
        elif isinstance(each, Exists):
            tables += each.tables
    return _arrives(reading, classes, tables, SELF, 0)


def _arrives(reading: Reading, classes: _Classes, tables: list[tuple[str, str]], row: str, step: int) -> bool:
    """Whether the way to the owner, from its `step` on and from this row, ends at the acting user."""
    path = reading.path
    if step == len(path.hops):
        return classes.same(Column(row, path.column), _ME)
    hop = path.hops[step]
    for name, table in tables:
        pairs = hop.foreign_key.pairs
        joined = table == hop.target and all(
            classes.same(Column(row, here), Column(name, there)) for here, there in pairs
        )
        if joined and (reading.trusted(hop.target) or _arrives(reading, classes, tables, name, step + 1)):
            return True
    return False


def _term(node: Node, reading: Reading) -> Column | None:
    """What takes part in an equality: a column, or the acting user."""
    if _is_identity(node, reading):
        return _ME
    if isinstance(node, Cast) and node.type in ("text", "varchar"):
        node = node.value
    return node if isinstance(node, Column) else None


def _is_identity(node: Node, reading: Reading) -> bool:
    if isinstance(node, Cast):
        return node.type in _FAITHFUL and _is_identity(node.value, reading)
    if not isinstance(node, Call):
        return False
    if node.name in _SETTING:
        first = node.arguments[0] if node.arguments else None
        return isinstance(first, Constant) and str(first.value).lower() == reading.setting.lower()
    if node.name in ("nullif", "coalesce") and len(node.arguments) == 2:
        return node.arguments[1] == Constant("") and _is_identity(node.arguments[0], reading)
    return not node.arguments and reading.names_user(node.name)


class _Classes:
    """Terms known to be equal: a union-find."""

    def __init__(self) -> None:
        self._parents: dict[Column, Column] = {}

    def find(self, term: Column) -> Column:
        while (parent := self._parents.get(term, term)) != term:
            term = parent
        return term

    def join(self, one: Column, other: Column) -> None:
        first, second = self.find(one), self.find(other)
        if first != second:
            self._parents[first] = second

    def same(self, one: Column, other: Column) -> bool:
        return self.find(one) == self.find(other)
