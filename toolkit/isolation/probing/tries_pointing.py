"""Tries along foreign keys: an own row that points at a row of another user, made anew or changed.

A foreign key ignores policies. The same is tried with a parent that is not there: if the two end differently,
the key tells which rows there are, whoever they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.isolation.grounds import Edge
from toolkit.isolation.probing.actions import Action
from toolkit.isolation.probing.batch import Session
from toolkit.isolation.probing.scene import TYPED, Actor, Row, absent
from toolkit.isolation.probing.trial import Ground, Reach, Trial, assign, insert, written_row
from toolkit.models.ownership import owner_joins
from toolkit.sql.quoting import quote_identifier, quote_literal


@dataclass(frozen=True, slots=True)
class Parents:
    """Where an own row may be pointed along one edge."""

    edge: Edge
    theirs: Mapping[str, str | None]
    """Values of the referring columns: a parent of another user."""
    missing: Mapping[str, str | None] | None
    """Values that no parent has; None if nobody knows such values."""


def find_parents(session: Session, wanted: Sequence[tuple[Edge, str]]) -> dict[tuple[str, str], Parents]:
    """By the name of the edge and the user who acts: parents of others. What is not there is left out."""
    if not wanted:
        return {}
    rows = session.ask(" UNION ALL ".join(_theirs(edge, user) for edge, user in wanted))
    found: dict[tuple[str, str], Parents] = {}
    for (edge, user), said in zip(wanted, rows, strict=True):
        if said is not None:
            theirs = said if isinstance(said, dict) else json.loads(said)
            found[edge.name, user] = Parents(edge, theirs, _missing(session, edge))
    return found


def reference(ground: Ground, actor: Actor, parents: Sequence[Parents]) -> Iterator[Trial]:
    """Point an own row along each edge at what is there and at what is not."""
    for each in parents:
        kept = {name for name in each.theirs if name not in ground.target.table.owner_columns}
        if not kept or not actor.mine:
            continue
        own = next((row for row in actor.mine if all(row.values[c] for c in kept)), actor.mine[0])
        for name, make in _ways(ground, kept).items():
            if name == "changed" and all(own.values[column] == each.theirs[column] for column in kept):
                continue  # it stands there already, and a key that does not change is not looked at
            absent_name = f"{name} along {each.edge.name} at nothing"
            yield _trial(ground, actor, f"{name} along {each.edge.name}", make, own, each.theirs, absent_name)
            if each.missing is not None:
                yield _trial(ground, actor, absent_name, make, own, each.missing, None)
            yield _trial(ground, actor, f"own row {name}", make, own, {}, None, control=True)


_Make = Callable[[Row, Mapping[str, str | None]], tuple[str, tuple[str, ...]]]


def _ways(ground: Ground, kept: set[str]) -> dict[str, _Make]:
    target = ground.target
    columns = [column for column in target.columns if column.name in kept]
    ways: dict[str, _Make] = {}
    if target.security.can_insert:

        def made(row: Row, values: Mapping[str, str | None]) -> tuple[str, tuple[str, ...]]:
            return insert(target, {**row.values, **values}), ground.removing(row)

        ways["made"] = made
    if all(column.can_update for column in columns):

        def changed(row: Row, values: Mapping[str, str | None]) -> tuple[str, tuple[str, ...]]:
            change = assign(columns, {**row.values, **values})
            return f"UPDATE {target.sql} AS t0 SET {change} WHERE {row.where}", ()

        ways["changed"] = changed
    return ways


def _trial(
    ground: Ground,
    actor: Actor,
    name: str,
    make: _Make,
    own: Row,
    values: Mapping[str, str | None],
    compared_with: str | None,
    *,
    control: bool = False,
) -> Trial:
    kept = {key: value for key, value in values.items() if key not in ground.target.table.owner_columns}
    statement, prepare = make(own, kept)
    what = ground.attempt(actor, name, statement, prepare=prepare)
    return Trial(
        Action.REFERENCE,
        actor,
        what,
        Reach.DONE,
        control,
        own,
        reached=written_row(ground.target, own, kept),
        compared_with=compared_with,
        absent=not control and compared_with is None,
    )


def _theirs(edge: Edge, user: str) -> str:
    """The referring values of one parent that is not the user's, as one jsonb; NULL if there is none."""
    joins, owner = owner_joins(edge.parent.path, "t0")
    pairs = ", ".join(
        f"{quote_literal(column)}, t0.{quote_identifier(target)}::text"
        for column, target in edge.foreign_key.pairs
    )
    return (
        f"SELECT (SELECT pg_catalog.jsonb_build_object({pairs}) FROM {edge.parent.quoted} AS t0 {joins}"
        f" WHERE ({owner})::text <> {quote_literal(user)} LIMIT 1)"
    )


def _missing(session: Session, edge: Edge) -> dict[str, str | None] | None:
    """Values for the referring columns that no parent has."""
    found: dict[str, str | None] = {}
    for column, target in edge.foreign_key.pairs:
        shape = edge.parent.shape.column(target)
        of_type = shape.type if shape is not None else "text"
        name = f"t0.{quote_identifier(target)}"
        for value in absent(of_type):
            known = f"CAST({quote_literal(value)} AS {of_type})"
            same = f"{name} = {known}" if of_type in TYPED else f"{name}::text = {quote_literal(value)}"
            if not session.ask(f"SELECT 1 FROM {edge.parent.quoted} AS t0 WHERE {same} LIMIT 1"):
                found[column] = value
                break
        else:
            return None
    return found
