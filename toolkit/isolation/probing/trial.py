"""One try with what it would mean if it worked, and the pieces of statements that tries share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from toolkit.isolation.catalog import Column
from toolkit.isolation.probing.actions import Action
from toolkit.isolation.probing.batch import Answer, Try
from toolkit.isolation.probing.locating import Located
from toolkit.isolation.probing.scene import Actor, Row
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.verdict import Verb
from toolkit.sql.quoting import quote_identifier, quote_literal

IGNORE_KEYS: Final = "SELECT pg_catalog.set_config('session_replication_role', 'replica', true)"
HEED_KEYS: Final = "SELECT pg_catalog.set_config('session_replication_role', 'origin', true)"
KEY: Final = "\ue000"
"""Stands for the key of a row, as a literal, in what a replay runs."""
CURRENT_XID: Final = "pg_catalog.pg_current_xact_id()::pg_catalog.xid"


class Reach(Enum):
    """How it shows that a row of another user was reached."""

    SEEN = "seen"
    """Its key came back."""
    CHANGED = "changed"
    """The rows that are not the user's are different afterwards."""
    GROWN = "grown"
    """There are as many rows of others as before one was taken away."""
    DONE = "done"
    """The statement did it: any row counts."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One try of one actor."""

    action: Action
    actor: Actor
    what: Try
    reach: Reach
    control: bool = False
    """Whether it is done on an own row, to show that it would work."""
    row: Row | None = None
    """The row that is aimed at; None if every row is."""
    replay: str | None = None
    """The statement for a replay, if it is not that of the try; `KEY` in it is filled in."""
    reached: str | None = None
    """For a replay: asks for the row afterwards; `KEY` in it is filled in."""
    compared_with: str | None = None
    """The try that aims at a row that is not there: a different end tells which rows are."""
    absent: bool = False
    """Whether it aims at a row that is not there: then it reaches nothing, whatever it does."""


@dataclass(frozen=True, slots=True)
class Played:
    """A trial and what came of it."""

    trial: Trial
    answer: Answer
    reached: bool
    keys: tuple[str, ...] = ()
    place: str = ""
    """The name of the target."""
    watched: tuple[Target, ...] = ()
    """Every relation whose rows of others were compared."""
    located: Located | None = None
    """The row that was reached, where it could only be told at once."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every try on a target needs to know."""

    target: Target
    role: str
    superuser: bool
    """Whether the role of the connection can put foreign keys and triggers to sleep."""
    version: int
    watched: tuple[Target, ...]
    """Every relation that a write might reach."""
    open: frozenset[Verb]
    """What the role has the right to, and some policy allows."""
    every_own: bool = False
    """Whether each own row is given away, and not one for all."""

    def witness(self, user: str | None) -> str:
        """A query for the state of everything a write might reach that is not the user's."""
        parts = ", ".join(f"({each.fingerprint(user)})" for each in self.watched)
        return f"SELECT pg_catalog.jsonb_build_array({parts})"

    def attempt(
        self,
        actor: Actor,
        name: str,
        statement: str,
        *,
        returns: bool = False,
        prepare: tuple[str, ...] = (),
    ) -> Try:
        """A try of the actor as the application's role, that changes nothing."""
        return Try(name, statement, self.role, actor.value, returns, prepare)

    def writing(
        self,
        actor: Actor,
        name: str,
        statement: str,
        *,
        returns: bool = False,
        prepare: tuple[str, ...] = (),
        at: str | None = None,
        always: bool = False,
        removes: bool = False,
    ) -> Try:
        """A try to write, with the witness asked if it reached a row or may have side effects."""
        always = always or self.target.has_side_effects
        witness = self.witness(actor.user)
        plain = not always and len(self.watched) == 1
        own = self._only_own(actor, removes) if plain else None
        return Try(name, statement, self.role, actor.value, returns, prepare, at, witness, always, own)

    def control(self, actor: Actor, name: str, statement: str, *, prepare: tuple[str, ...] = ()) -> Try:
        """A write to an own row. Rows of others are looked at only if it might go on to them."""
        if self.target.has_side_effects or len(self.watched) > 1:
            return self.writing(actor, name, statement, prepare=prepare)
        return self.attempt(actor, name, statement, prepare=prepare)

    def _only_own(self, actor: Actor, removes: bool) -> str | None:
        """Whether as many of the user's own rows were written, or are gone, as were reached at all.

        What others wrote is older than this transaction, whose snapshot was there before its number.
        """
        if actor.user is None or actor.own_rows is None:
            return None
        now = "pg_catalog.age(t0.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::pg_catalog.xid)"
        written = f"count(*) = {actor.own_rows} AND count(*) FILTER (WHERE {now}) = $1"
        return (
            f"SELECT {f'count(*) = {actor.own_rows} - $1' if removes else written}"
            f" FROM {self.target.source} WHERE {self.target.of_owner(actor.user)}"
        )

    def removing(self, row: Row) -> tuple[str, ...]:
        """Takes a row away, as the role of the connection."""
        remove = f"DELETE FROM {self.target.sql} AS t0 WHERE {row.where}"
        return (IGNORE_KEYS, remove, HEED_KEYS) if self.superuser else (remove,)


def assign(columns: Iterable[Column], values: Mapping[str, str | None]) -> str:
    """`a = 'x', b = NULL`, each of its column's type."""
    return ", ".join(f"{quote_identifier(c.name)} = {literal(c, values[c.name])}" for c in columns)


def literal(column: Column, value: str | None) -> str:
    """A value as SQL of the column's type."""
    return f"CAST({'NULL' if value is None else quote_literal(value)} AS {column.type})"


def insert(target: Target, values: Mapping[str, str | None]) -> str:
    """`INSERT` of a whole row."""
    given = [column for column in target.columns if not column.generated]
    names = ", ".join(quote_identifier(column.name) for column in given)
    texts = ", ".join(literal(column, values[column.name]) for column in given)
    override = " OVERRIDING SYSTEM VALUE" if any(column.always for column in given) else ""
    return f"INSERT INTO {target.sql} AS t0 ({names}){override} VALUES ({texts})"


def neutral(target: Target) -> Column | None:
    """A column that the user may set and that no key, reference or owner rests on."""
    shape = target.table.shape
    bound = {*shape.primary_key, *target.table.owner_columns}
    for names in (*shape.uniques, *(key.columns for key in shape.foreign_keys)):
        bound.update(names)
    free = (
        c for c in target.columns if c.can_update and not c.generated and not c.always and c.name not in bound
    )
    return next(free, None)


def deciding(target: Target) -> list[Column]:
    """The columns that decide who owns a row, if the user may set all of them; else none."""
    names = target.table.owner_columns
    found = [column for column in target.columns if column.name in names and column.can_update]
    return found if len(found) == len(names) else []


def free_to_set(target: Target) -> list[Column]:
    """What a harmless update of all rows sets: a neutral column, else the owner's columns."""
    found = neutral(target)
    return [found] if found is not None else deciding(target)


def free_to_keep(target: Target) -> list[Column]:
    """What a harmless update of one row sets to what it is: any column, but the owner's only at last."""
    found = neutral(target)
    if found is not None:
        return [found]
    settable = [c for c in target.columns if c.can_update and not c.generated and not c.always]
    others = [c for c in settable if c.name not in target.table.owner_columns]
    return others[:1] or deciding(target)


def written_now(target: Target) -> str:
    """For replays: the row of that key if this transaction wrote it."""
    return (
        f"SELECT {target.key} AS key FROM {target.sql} AS t0"
        f" WHERE {target.key} = {KEY} AND t0.xmin = {CURRENT_XID}"
    )


def written_row(target: Target, row: Row, changes: Mapping[str, str | None]) -> str:
    """For replays: one row after some changes, if this transaction wrote it; its key may be new."""
    values = {**row.values, **changes}
    names = target.table.shape.primary_key or tuple(column.name for column in target.columns)
    same = " AND ".join(
        f"t0.{quote_identifier(name)}::text IS NOT DISTINCT FROM {_text(values[name])}" for name in names
    )
    return f"SELECT {target.key} AS key FROM {target.sql} AS t0 WHERE {same} AND t0.xmin = {CURRENT_XID}"


def _text(value: str | None) -> str:
    return "NULL" if value is None else quote_literal(value)


def gone(target: Target) -> str:
    """For replays: the key if there is no such row any more."""
    return f"SELECT {KEY} AS key WHERE NOT EXISTS (SELECT FROM {target.sql} AS t0 WHERE {target.key} = {KEY})"
