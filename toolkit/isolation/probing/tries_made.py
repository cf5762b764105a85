"""Tries that make rows or combine rules: inserting, upserting, merging, and what RETURNING gives back.

The row that is made is one that exists: it is taken away first, inside the savepoint, so that no key and no
check can stand in the way and only the policies decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.isolation.probing.actions import Action
from toolkit.isolation.probing.scene import Actor, Row
from toolkit.isolation.probing.trial import (
    Ground,
    Reach,
    Trial,
    assign,
    free_to_keep,
    gone,
    insert,
    written_now,
)
from toolkit.isolation.verdict import Verb
from toolkit.sql.quoting import quote_identifier

MERGE_SINCE: Final = 150000


def insert_for_another(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """Make each row of others again."""
    for row, control in _rows(actor):
        name = "own row" if control else f"row {row.key} of another owner"
        write = ground.control if control else ground.writing
        what = write(actor, name, insert(ground.target, row.values), prepare=ground.removing(row))
        yield Trial(Action.INSERT, actor, what, Reach.GROWN, control, row, reached=written_now(ground.target))


def upsert(ground: Ground, actor: Actor, mine: tuple[Row, ...]) -> Iterator[Trial]:
    """Insert over the key of another user's row, as a row of theirs and as an own one."""
    target, columns, conflict = ground.target, free_to_keep(ground.target), arbiter(ground)
    if conflict is None or not columns:
        return
    names = ", ".join(map(quote_identifier, conflict))
    own_key = bool({*conflict} & {*target.table.owner_columns})  # an own row then runs into own ones only
    for row, control in _rows(actor, most=1):
        pattern = (*mine, row)[0]
        deciding = {name: pattern.values[name] for name in target.table.owner_columns}
        rest = f" ON CONFLICT ({names}) DO UPDATE SET {assign(columns, row.values)}"
        forms = {"as theirs": row.values, "as mine": {**row.values, **deciding}}
        for how, values in forms.items():
            if how == "as mine" and (control or own_key or actor.user is None):
                continue
            name = "own row" if control else f"over {row.key} {how}"
            write = ground.control if control else ground.writing
            what = write(actor, name, insert(target, values) + rest)
            yield Trial(Action.UPSERT, actor, what, Reach.CHANGED, control, row, reached=written_now(target))


def merge(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """Change and remove a row of others by MERGE, and make one."""
    if ground.version < MERGE_SINCE or ground.target.rewritten:
        return
    kept = free_to_keep(ground.target)
    for row, control in _rows(actor, most=1):
        start = f"MERGE INTO {ground.target.sql} AS t0 USING (SELECT 1) AS s ON {row.where} WHEN"
        forms = [
            (Verb.UPDATE, f"{start} MATCHED THEN UPDATE SET {assign(kept, row.values)}"),
            (Verb.DELETE, f"{start} MATCHED THEN DELETE"),
            (Verb.INSERT, f"{start} NOT MATCHED THEN INSERT {_values(ground, row)}"),
        ]
        for verb, statement in _possible(ground, forms, few=control):
            if verb is Verb.DELETE and actor.user is None:
                continue
            made = verb is Verb.INSERT
            name = "own row" if control else f"{verb.value} {row.key}"
            prepare = ground.removing(row) if made else ()
            if control:
                what = ground.control(actor, name, statement, prepare=prepare)
            else:
                removes = verb is Verb.DELETE
                what = ground.writing(actor, name, statement, prepare=prepare, removes=removes)
            reached = gone(ground.target) if verb is Verb.DELETE else written_now(ground.target)
            reach = Reach.GROWN if made else Reach.CHANGED
            yield Trial(Action.MERGE, actor, what, reach, control, row, reached=reached)


def returning(ground: Ground, actor: Actor) -> Iterator[Trial]:
    """What a write gives back of a row of others."""
    target = ground.target
    back = f" RETURNING {target.key} AS key"
    kept = free_to_keep(target)
    for row, control in _rows(actor, most=1):
        change = f"UPDATE {target.sql} AS t0 SET {assign(kept, row.values)} WHERE {row.where}{back}"
        forms = [
            (Verb.UPDATE, change),
            (Verb.DELETE, f"DELETE FROM {target.sql} AS t0 WHERE {row.where}{back}"),
        ]
        if not target.has_side_effects:  # a trigger may make it somebody else's, and then it may be seen
            forms.append((Verb.INSERT, insert(target, row.values) + back))
        for verb, statement in _possible(ground, forms, few=control or actor.user is None):
            prepare = ground.removing(row) if verb is Verb.INSERT else ()
            collected = f"WITH r AS ({statement}) SELECT pg_catalog.jsonb_agg(r.key) FROM r"
            name = "own row" if control else f"{verb.value} {row.key}"
            what = ground.attempt(actor, name, collected, returns=True, prepare=prepare)
            yield Trial(Action.RETURNING, actor, what, Reach.SEEN, control, row, replay=statement)


def _possible(ground: Ground, forms: list[tuple[Verb, str]], *, few: bool) -> list[tuple[Verb, str]]:
    """The forms that the role may use at all, or the first of them."""
    settable = bool(free_to_keep(ground.target))
    found = [form for form in forms if form[0] in ground.open and (form[0] is not Verb.UPDATE or settable)]
    return found[: 1 if few else None]


def arbiter(ground: Ground) -> tuple[str, ...] | None:
    """The key that an upsert can run into."""
    shape = ground.target.table.shape
    return shape.primary_key or next(iter(shape.uniques), None)


def _rows(actor: Actor, most: int | None = None) -> Iterator[tuple[Row, bool]]:
    """The rows aimed at, and an own one as the control."""
    yield from ((row, False) for row in actor.prey[:most])
    yield from ((row, True) for row in actor.mine[:1])


def _values(ground: Ground, row: Row) -> str:
    """`(a, b) VALUES (...)`, as MERGE writes it."""
    return insert(ground.target, row.values).partition(" AS t0 ")[2]
