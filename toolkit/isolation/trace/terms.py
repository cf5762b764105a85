"""What takes part in equalities, and which of it is known to be equal.

Here: terms, conditions as a small tree, and classes of equal terms. How a statement becomes conditions is
`reading`'s. Invariant: what is not understood is no condition, and makes nothing equal. Terms are named
tuples, as nothing is hashed more often; no two kinds have equal ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias


class Column(NamedTuple):
    """A column of one row of the statement. Rows are numbered, so a table named twice has two."""

    row: int
    name: str


class Parameter(NamedTuple):
    """The value of `$number`. With `each`, some element of it: another at each place, so they are counted."""

    number: int
    each: int = 0


class Literal(NamedTuple):
    """A value written into the statement."""

    value: str


class OneOf(NamedTuple):
    """One of several values, as in IN: another one at each place, so places are counted."""

    place: int
    values: tuple[Parameter | Literal | Identity, ...]


class Identity(NamedTuple):
    """The acting user as the session's setting has it."""


Value: TypeAlias = Parameter | Literal | Identity | OneOf
Term: TypeAlias = Column | Value


@dataclass(frozen=True, slots=True)
class Never:
    """A condition that no row meets."""


class Equal(NamedTuple):
    """Both terms are equal, and so neither is NULL."""

    left: Term
    right: Term


@dataclass(frozen=True, eq=False, slots=True)
class All:
    """Conditions that hold together; told apart by place, as the list of a WHERE may still grow."""

    parts: list[Condition]


@dataclass(frozen=True, eq=False, slots=True)
class Either:
    """Conditions of which one is enough."""

    parts: list[Condition]


@dataclass(frozen=True, eq=False, slots=True)
class Joined:
    """Holds whenever each of `sides` has a row that is there: the ON of an outer join."""

    condition: Condition
    sides: tuple[frozenset[int], ...]


Condition: TypeAlias = Never | Equal | All | Either | Joined


_NONE: Final[frozenset[Value]] = frozenset()


class Classes:
    """Terms known to be equal: a union-find."""

    def __init__(self, equalities: Iterable[Equal] = ()) -> None:
        self._parents: dict[Term, Term] = {}
        self._values: dict[Term, frozenset[Value]] | None = None
        """By representative; None after a change."""
        for each in equalities:
            self.join(each.left, each.right)

    def find(self, term: Term) -> Term:
        """The representative of a term's class."""
        while (parent := self._parents.get(term, term)) != term:
            term = parent
        return term

    def join(self, one: Term, other: Term) -> bool:
        """Make two terms equal. False if they were."""
        first, second = self.find(one), self.find(other)
        if first == second:
            return False
        self._parents.setdefault(second, second)
        self._parents[first] = second
        self._values = None
        return True

    def same(self, one: Term, other: Term) -> bool:
        """Whether two terms are known to be equal."""
        return self.find(one) == self.find(other)

    def values(self, term: Term) -> frozenset[Value]:
        """The values that the term is known to be equal to."""
        if self._values is None:
            members: dict[Term, set[Value]] = {}
            for each in self._parents:
                if not isinstance(each, Column):
                    members.setdefault(self.find(each), set()).add(each)
            self._values = {root: frozenset(values) for root, values in members.items()}
        known = self._values.get(self.find(term), _NONE)
        return known if isinstance(term, Column) else known | {term}
