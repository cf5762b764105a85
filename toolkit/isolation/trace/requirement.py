"""What a statement must fulfil so that it touches the acting user's rows only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from toolkit.isolation.trace.terms import Identity, Literal, Parameter, Value


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


@dataclass(frozen=True, slots=True)
class Requirement:
    """One reference to a table, and what binds it.

    `ways` are the ways in which a row can be meant: in each, one of the values must be the acting user. A way
    without values is not bound. `doubt` says why nothing can be told, and then there are no ways.
    """

    table: str
    action: Action
    ways: tuple[frozenset[Value], ...] = ()
    key: tuple[frozenset[Value], ...] = ()
    """The values of the primary key, if it names one row and the owner is not bound."""
    doubt: str = ""
    reason: str = ""
    """Why a way without values is not bound."""

    @property
    def is_hopeless(self) -> bool:
        """Whether no values could bind it."""
        return not self.doubt and any(not way for way in self.ways)

    def standing(self, value_of: Callable[[int], Any], user: object) -> Standing:
        """How it stands with these values (by number, from 1), for the acting user."""
        if self.doubt:
            return Standing.UNKNOWN
        bound = all(any(_is_user(each, value_of, user) for each in way) for way in self.ways)
        return Standing.BOUND if bound else Standing.UNBOUND

    def key_with(self, value_of: Callable[[int], Any]) -> tuple[str, ...] | None:
        """The primary key that the statement names with these values; None if it names none."""
        if not self.key:
            return None
        values = [_value(min(each, key=repr), value_of) for each in self.key]
        return None if None in values else tuple(map(str, values))


def _value(term: Value, value_of: Callable[[int], Any]) -> object:
    if isinstance(term, Literal):
        return term.value
    return value_of(term.number) if isinstance(term, Parameter) and not term.each else None


def _is_user(term: Value, value_of: Callable[[int], Any], user: object) -> bool:
    if isinstance(term, Identity):
        return True
    if isinstance(term, Literal):
        return is_same(term.value, user)
    value = value_of(term.number)
    if term.each:
        return isinstance(value, list | tuple) and all(is_same(each, user) for each in value)
    return is_same(value, user)


def is_same(value: object, user: object) -> bool:
    """Whether a bound value is the user's key, in whatever form each was given."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(user, UUID) and isinstance(value, str):
        return value.lower().strip("{}") == str(user)
    return str(value) == str(user)
