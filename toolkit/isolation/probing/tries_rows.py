"""Tries on rows that are stored: reading, locking, changing, removing.

A write without a condition refers to no column, so the rule for reading does not help the rule for writing:
only this shows a policy that is narrow for SELECT and wide for UPDATE or DELETE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from toolkit.isolation.catalog import Column
from toolkit.isolation.probing.actions import Action, Identity
from toolkit.isolation.probing.batch import ROW
from toolkit.isolation.probing.scene import Actor, Row
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import (
    KEY,
    Ground,
    Reach,
    Trial,
    assign,
    deciding,
    free_to_keep,
    free_to_set,
    gone,
    written_now,
    written_row,
)

MOST_KEYS: Final = 1000
"""So many rows of others are taken along when rows are read."""
_LOCKS: Final = ("FOR UPDATE OF t0", "FOR SHARE OF t0")


def read(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """Everything that is not the user's, over the whole table."""
    yield from _seen(ground, actor, Action.READ, "read all", "")


def lock(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """The same, locked: the rule for updating takes part."""
    for how in _LOCKS[: None if actor.user is not None else 1]:
        yield from _seen(ground, actor, Action.LOCK, how.removesuffix(" OF t0").lower(), how)


def _seen(ground: Ground, actor: Actor, action: Action, name: str, lock: str) -> Iterator[Trial]:
    target = ground.target
    source = target.source if actor.user is not None else f"{target.sql} AS t0"

    def keys(condition: str, most: int) -> str:
        return (
            f"SELECT pg_catalog.jsonb_agg(s.k) FROM (SELECT {target.key} AS k FROM {source}"
            f" WHERE {condition} LIMIT {most} {lock}) AS s"
        )

    shown = f"SELECT {target.key} AS key FROM {target.sql} AS t0 WHERE {target.key} = {KEY} {lock}".rstrip()
    others = keys(target.of_others(actor.user), MOST_KEYS)
    yield Trial(action, actor, ground.attempt(actor, name, others, returns=True), Reach.SEEN, replay=shown)
    if actor.user is not None and actor.mine:
        own = ground.attempt(actor, name, keys(target.of_owner(actor.user), 1), returns=True)
        yield Trial(action, actor, own, Reach.SEEN, control=True, row=actor.mine[0])


def update(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """Set what is harmless: of all rows to what an own one has, of single ones to what it is."""
    columns, kept = free_to_set(ground.target), free_to_keep(ground.target)
    change = Change(ground.target, "change", columns, (*actor.mine, *actor.prey)[0].values)
    if columns:
        yield change.of_all(ground, actor, Action.UPDATE)
    yield from _singly(
        ground, actor, Action.UPDATE, actor.prey, lambda row: replace_columns(change, kept, row)
    )
    if actor.mine:
        row = actor.mine[0]
        yield replace_columns(change, kept, row).own(ground, actor, Action.UPDATE, row)


def change_owner(ground: Ground, actor: Actor, mine: tuple[Row, ...]) -> Iterator[Trial]:
    """Take rows over, and give own ones away. `mine` are rows whose owner others are made to have."""
    target, columns = ground.target, deciding(ground.target)
    if not columns or target.table.is_root or not mine:
        return
    prey = tuple(row for row in actor.prey if row.owner != mine[0].owner)
    take = Change(target, "take over", columns, mine[0].values)
    yield take.of_all(ground, actor, Action.CHANGE_OWNER)
    yield from _singly(ground, actor, Action.CHANGE_OWNER, prey, lambda _: take)
    if actor.user is None or not prey:
        return
    for number, values in enumerate(_owners(prey, columns) if ground.every_own else [prey[0].values]):
        give = Change(target, f"give away {number + 1}" if number else "give away", columns, values)
        for row in actor.mine if ground.every_own else actor.mine[:1]:
            for alone in (False, True):
                yield give.of(ground, actor, Action.CHANGE_OWNER, row, alone=alone)
    for row in actor.mine[:1]:
        yield take.own(ground, actor, Action.CHANGE_OWNER, row)


def _owners(rows: Sequence[Row], columns: Sequence[Column]) -> list[Mapping[str, str | None]]:
    """The values of one row for each way in which the owner's columns are filled."""
    found = {tuple(row.values[column.name] for column in columns): row.values for row in rows}
    return list(found.values())


def delete(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """Remove everything, and by key. What is removed needs no check, so no row is tried alone."""
    remove = Change(ground.target, "remove", [], {})
    yield remove.of_all(ground, actor, Action.DELETE)
    for row in actor.prey[:1]:
        yield remove.of(ground, actor, Action.DELETE, row, alone=False)
    if actor.mine:
        yield remove.own(ground, actor, Action.DELETE, actor.mine[0])


def truncate(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """No policy holds it; a key from elsewhere may."""
    if not ground.target.security.can_truncate or actor.identity is not Identity.USER:
        return
    for how in ("", " CASCADE"):
        statement = f"TRUNCATE {ground.target.sql}{how}"
        what = ground.writing(actor, f"truncate{how.lower()}", statement, always=True)
        yield Trial(Action.TRUNCATE, actor, what, Reach.CHANGED, reached=gone(ground.target))


def _singly(
    ground: Ground, actor: Actor, action: Action, prey: tuple[Row, ...], change: Callable[[Row], Change]
) -> Iterator[Trial]:
    """By key, and as if it were the only row: a rule may depend on it, and one refused row hides the rest."""
    for number, row in enumerate(prey):
        if number == 0 and actor.user is not None:
            yield change(row).of(ground, actor, action, row, alone=False)
        yield change(row).of(ground, actor, action, row, alone=True)


@dataclass(frozen=True, slots=True)
class Change:
    """An UPDATE to some values; with no columns, a DELETE."""

    target: Target
    name: str
    columns: Sequence[Column]
    values: Mapping[str, str | None]

    @property
    def statement(self) -> str:
        """Without any condition."""
        if not self.columns:
            return f"DELETE FROM {self.target.sql} AS t0"
        return f"UPDATE {self.target.sql} AS t0 SET {assign(self.columns, self.values)}"

    def of_all(self, ground: Ground, actor: Actor, action: Action) -> Trial:
        """At all rows."""
        what = ground.writing(actor, f"{self.name} all", self.statement, removes=not self.columns)
        return Trial(action, actor, what, Reach.CHANGED, reached=self._afterwards(None))

    def of(self, ground: Ground, actor: Actor, action: Action, row: Row, *, alone: bool) -> Trial:
        """At one row: by its key, or without a condition that refers to a column."""
        name = f"{self.name} {row.key} {'alone' if alone else 'by key'}"
        here = f"SELECT 1 FROM {self.target.sql} AS t0 WHERE {row.where}"
        statement = f"{self.statement} WHERE {f'CURRENT OF {ROW}' if alone else row.where}"
        what = ground.writing(actor, name, statement, at=here if alone else None, removes=not self.columns)
        return Trial(action, actor, what, Reach.CHANGED, row=row, reached=self._afterwards(row))

    def own(self, ground: Ground, actor: Actor, action: Action, row: Row) -> Trial:
        """The control: by key at an own row."""
        what = ground.control(actor, "own row", f"{self.statement} WHERE {row.where}")
        return Trial(action, actor, what, Reach.CHANGED, control=True, row=row)

    def _afterwards(self, row: Row | None) -> str:
        if not self.columns:
            return gone(self.target)
        changes = {column.name: self.values[column.name] for column in self.columns}
        return written_now(self.target) if row is None else written_row(self.target, row, changes)


def replace_columns(change: Change, columns: Sequence[Column], row: Row) -> Change:
    """The change that sets some columns of a row to what they are."""
    return replace(change, columns=columns, values=row.values)
