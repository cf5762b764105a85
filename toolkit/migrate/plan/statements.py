"""From a recorded statement to a planned one: the matrix's word, what was seen, and the live sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.migrate.plan.estimating import estimate
from toolkit.migrate.plan.losses import losses_of
from toolkit.migrate.plan.throughput import Throughput
from toolkit.migrate.plan.values import Answer, PlannedLock, PlannedStatement, TableFacts
from toolkit.migrate.trial import TriedStatement
from toolkit.schema.objects import Qualified
from toolkit.sql.classify import Classified, RelationName, Role, classify
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.locks.modes import LockMode
from toolkit.sql.locks.verdict import Answer as Told
from toolkit.sql.locks.verdict import Verdicts, verdict_of

_NAMED: Final = ("column", "constraint", "index", "policy", "trigger", "rule")
_ORDER: Final = (Told.YES, Told.DEPENDS, Told.UNKNOWN, Told.NO)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What statements are held against."""

    sizes: Mapping[Qualified, TableFacts]
    throughput: Throughput | None
    major: int


def planned(one: TriedStatement, around: Surroundings) -> PlannedStatement:
    """The recorded statement as a planned one."""
    names = dict(one.names)
    tables = _tables(one.classified, names, around.sizes)
    return PlannedStatement(
        number=one.number,
        sql=one.sql,
        line=one.line,
        transaction=one.transaction,
        autocommit=one.autocommit,
        bookkeeping=one.bookkeeping,
        times=one.times,
        kinds=() if one.classified is None else tuple(kind.value for kind in one.classified.kinds),
        locks=locks_of(one, around.sizes),
        rewrites=_told(one.verdicts, "rewrites"),
        scans=_told(one.verdicts, "scans"),
        builds_index=_told(one.verdicts, "builds_index"),
        tables=tuple(dict.fromkeys(tables.values())),
        objects=_objects(one.classified, names),
        losses=() if one.classified is None or one.bookkeeping else losses_of(one.classified, tables),
        estimate=estimate(one.verdicts, _worked_on(one, tables), around.throughput),
    )


def offline(sql: str, number: int, around: Surroundings) -> PlannedStatement:
    """A statement of Alembic's offline text, for which nothing but the text is known."""
    try:
        classified: Classified | None = classify(sql)
    except SqlSyntaxError:
        classified = None
    verdicts = None if classified is None else verdict_of(classified, around.major)
    names = {
        named.relation: Qualified(named.relation.schema or "public", named.relation.name)
        for part in (() if classified is None else classified.parts)
        for named in part.relations
    }
    tables = _tables(classified, names, around.sizes)
    facts = TriedStatement(
        number, sql, 1, None, None, 0.0, None, False, classified, verdicts, tuple(names.items()), None
    )
    made = planned(facts, around)
    return PlannedStatement(
        **{
            **{name: getattr(made, name) for name in PlannedStatement.__slots__},
            "autocommit": False,
            "tables": tuple(dict.fromkeys(tables.values())),
            "bookkeeping": "alembic_version" in sql,
        }
    )


def locks_of(one: TriedStatement, sizes: Mapping[Qualified, TableFacts]) -> tuple[PlannedLock, ...]:
    """The locks on tables that others use: seen on the copy, and said by the matrix for those it names."""
    seen: dict[str, LockMode] = {}
    for lock in one.locks or ():
        seen[str(lock.relation)] = lock.mode
    said, certain = _said(one, sizes)
    found = []
    for relation in sorted(seen.keys() | said.keys()):
        mode = max(seen.get(relation, LockMode.ACCESS_SHARE), said.get(relation, LockMode.ACCESS_SHARE))
        both = relation in seen and seen[relation] == said.get(relation)
        basis = "seen and matrix" if both else "seen" if seen.get(relation) == mode else "matrix"
        blocks = tuple(sorted(str(work.value) for work in mode.blocks))
        found.append(PlannedLock(relation, mode.sql, blocks, basis, relation in seen or certain[relation]))  # type: ignore[arg-type]  # a literal by its parts
    return tuple(sorted(found, key=lambda lock: (-LockMode[lock.mode.replace(" ", "_")], lock.relation)))


def _said(
    one: TriedStatement, sizes: Mapping[Qualified, TableFacts]
) -> tuple[dict[str, LockMode], dict[str, bool]]:
    """What the matrix says of relations that the statement names and that were there."""
    names, modes, certain = dict(one.names), dict[str, LockMode](), dict[str, bool]()
    del sizes
    for part in () if one.verdicts is None else one.verdicts.parts:
        for lock in part.locks:
            for relation in lock.relations:
                if relation in names:
                    name = str(names[relation])
                    if lock.mode > modes.get(name, 0):
                        modes[name], certain[name] = lock.mode, lock.certain
    return modes, certain


def _tables(
    classified: Classified | None,
    names: Mapping[RelationName, Qualified],
    sizes: Mapping[Qualified, TableFacts],
) -> dict[RelationName, TableFacts]:
    parts = () if classified is None else classified.parts
    named = [one.relation for part in parts for one in part.relations if one.role is not Role.NEW]
    return {name: sizes[names[name]] for name in named if name in names and names[name] in sizes}


def _worked_on(one: TriedStatement, tables: Mapping[RelationName, TableFacts]) -> Sequence[TableFacts]:
    """The tables whose size the statement's time grows with: the scanned ones, else all it names."""
    if one.verdicts is None or one.classified is None:
        return tuple(tables.values())
    scanned: set[RelationName] = set()
    for part, verdict in zip(one.classified.parts, one.verdicts.parts, strict=True):
        for role in {*verdict.scanned_roles, Role.TABLE}:
            scanned |= set(part.named(role))
    return tuple(dict.fromkeys(facts for name, facts in tables.items() if name in scanned))


def _told(verdicts: Verdicts | None, question: str) -> Answer:
    """The strongest of the parts' answers: yes, else what is not sure, else no."""
    if verdicts is None:
        return "unknown"
    answers: Iterable[Told] = {getattr(part, question) for part in verdicts.parts}
    return next((one for one in _ORDER if one in answers), Told.NO).value


def _objects(classified: Classified | None, names: Mapping[RelationName, Qualified]) -> tuple[str, ...]:
    found: list[str] = []
    for part in () if classified is None else classified.parts:
        found += [f"{one.role.value} {names.get(one.relation, one.relation)}" for one in part.relations]
        found += [f"{kind} {part.attributes[kind]}" for kind in _NAMED if kind in part.attributes]
    return tuple(dict.fromkeys(found))
