"""What a statement must fulfil so that it touches the acting user's rows only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product
from typing import Any, Final, Protocol, TypeAlias
from uuid import UUID

from toolkit.isolation.trace.terms import Identity, Literal, OneOf, Value

_MOST_KEYS: Final = 10_000
"""More rows than that are not looked up for one statement."""


class Action(StrEnum):
    """What is done to the rows of a table."""

    READ = "read"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    GIVE = "give"
    """A row gets another owner."""
    REFER = "refer"
    """A row is hung on a row of another table."""


class Standing(StrEnum):
    """How a reference of a statement stands."""

    BOUND = "BOUND"
    """Only rows of the acting user can be meant."""
    UNBOUND = "UNBOUND"
    """Rows of another user can be meant."""
    UNKNOWN = "UNKNOWN"
    """Nobody can tell from the statement."""


Key: TypeAlias = tuple[str, tuple[Value, ...]]
"""A row as a statement names it: its table and the values of its primary key."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a row can be meant, and what its owner is tied to then."""

    values: frozenset[Value]
    """One of them has to be the acting user."""
    keys: frozenset[Key] = frozenset()
    """Else, one of these rows has to be known as the user's: it has the same owner."""


class Question(Protocol):
    """What decides whether a way is bound: the values of one execution, and who acts."""

    @property
    def user(self) -> object: ...

    def value(self, number: int) -> Any:
        """The value of `$number`."""
        ...

    def is_own(self, table: str, key: tuple[str, ...]) -> bool:
        """Whether the row is known to be the user's."""
        ...


@dataclass(frozen=True, slots=True)
class Requirement:
    """One reference to a table, and what binds it, in each way in which a row can be meant.

    `doubt` says why nothing can be told, and then there are no ways.
    """

    table: str
    action: Action
    ways: tuple[Way, ...] = ()
    doubt: str = ""
    reason: str = ""
    """Why a way without values is not bound."""

    @property
    def is_hopeless(self) -> bool:
        """Whether no values could bind it."""
        return not self.doubt and any(not way.values for way in self.ways)

    def standing(self, question: Question) -> Standing:
        """How it stands in one execution."""
        if self.doubt:
            return Standing.UNKNOWN
        bound = all(_is_bound(way, question) for way in self.ways)
        return Standing.BOUND if bound else Standing.UNBOUND


def _is_bound(way: Way, question: Question) -> bool:
    return any(_is_user(each, question) for each in way.values) or any(
        _is_own(table, key, question) for table, key in way.keys
    )


def _is_user(term: Value, question: Question) -> bool:
    if isinstance(term, Identity):
        return True
    values = _values(term, question)
    return bool(values) and all(is_same(each, question.user) for each in values)


def _is_own(table: str, key: tuple[Value, ...], question: Question) -> bool:
    """Whether every row that the key may mean is known as the user's."""
    columns = [_values(each, question) for each in key]
    keys = list(islice(product(*columns), _MOST_KEYS + 1))
    return 0 < len(keys) <= _MOST_KEYS and all(
        None not in each and question.is_own(table, tuple(map(str, each))) for each in keys
    )


def _values(term: Value, question: Question) -> list[Any]:
    """The values that a term may have, all of them."""
    match term:
        case Literal():
            return [term.value]
        case OneOf():
            return [value for each in term.values for value in _values(each, question)]
        case Identity():
            return [question.user]
    value = question.value(term.number)
    if not term.each:
        return [value]
    return list(value) if isinstance(value, list | tuple) else [None]


def is_same(value: object, user: object) -> bool:
    """Whether a bound value is the user's key, in whatever form each was given."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(user, UUID) and isinstance(value, str):
        return value.lower().strip("{}") == str(user)
    return str(value) == str(user)
