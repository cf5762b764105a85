"""Which questions a coming schema asks of the rows that are there.

Made from two snapshots, the live one and that of the copy after the trial: what is new among not-null,
unique, foreign-key and check constraints and among types of columns that are there already. So a question is
asked once, whichever statements lead there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from toolkit.migrate.plan.types import type_questions
from toolkit.schema import Snapshot
from toolkit.schema.objects import Column, Constraint, Enum, Index, Qualified, Table
from toolkit.sql.quoting import quote_identifier

Asked = Literal[
    "nulls", "duplicates", "too long", "out of range", "rounded", "orphans", "violations", "no cast"
]
_KEYS: Final = ("primary key", "unique")


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the rows of one table: how many meet the condition."""

    asked: Asked
    subject: str
    """Column or constraint, as a report names it."""
    table: Qualified
    names: tuple[str, ...]
    """Columns and constraints by which the statement that brings it is found."""
    condition: str | None = None
    """SQL over the table's alias `t`; None for duplicates."""
    keys: tuple[str, ...] = ()
    """Of duplicates: the expressions that must be unique."""
    where: str | None = None
    """Of duplicates: the index's predicate."""
    nulls_count: bool = False
    """Of duplicates: whether nulls are equal to each other."""
    fails: bool = True
    unknown: str | None = None
    """Why it cannot be asked."""


def questions(live: Snapshot, after: Snapshot, major: int) -> Iterator[Question]:
    """The questions of what is new in `after`, about tables that `live` has."""
    for table in after.own(Table):
        name = table.qualified
        known = live.relation(name)
        if not isinstance(known, Table):
            continue
        old = {column.name: column for column in live.parts(name).columns}
        new = {column.name: column for column in after.parts(name).columns}
        yield from _of_columns(name, old, new, live, after, major)
        yield from _of_constraints(name, old, live, after)
        yield from _of_indexes(name, old, live, after)


def _of_columns(
    table: Qualified,
    old: dict[str, Column],
    new: dict[str, Column],
    live: Snapshot,
    after: Snapshot,
    major: int,
) -> Iterator[Question]:
    for name, column in new.items():
        was = old.get(name)
        subject, quoted = f"{table}.{quote_identifier(name)}", f"t.{quote_identifier(name)}"
        if was is None:
            continue
        if _is_required(column) and not _is_required(was):
            yield Question("nulls", subject, table, (name,), f"{quoted} IS NULL")
        if was.type != column.type or _labels(live, was) != _labels(after, column):
            labels = _labels(after, column)
            for asked, condition, fails, unknown in type_questions(
                quoted, was.type, column.type, labels, major
            ):
                yield Question(asked, subject, table, (name,), condition, fails=fails, unknown=unknown)


def _is_required(column: Column) -> bool:
    return column.not_null is not None and column.not_null.validated


def _labels(snapshot: Snapshot, column: Column) -> tuple[str, ...] | None:
    """The labels of the column's enum; None for other types."""
    plain = column.type.removesuffix("[]")
    for enum in snapshot.of(Enum):
        if plain in (enum.name, f"{enum.schema}.{enum.name}", str(Qualified(enum.schema, enum.name))):
            return enum.labels
    return None


def _of_constraints(
    table: Qualified, old: Mapping[str, Column], live: Snapshot, after: Snapshot
) -> Iterator[Question]:
    before = {one.name: one for one in live.parts(table).constraints}
    for one in after.parts(table).constraints:
        was = before.get(one.name)
        if not (one.validated and one.enforced) or one.parent is not None:
            continue
        if was is not None and was.validated and was.enforced and was == one:
            continue
        subject = f"{table} {quote_identifier(one.name)}"
        missing = [name for name in one.columns if name not in old]
        if one.type == "check":
            yield _ready(Question("violations", subject, table, (one.name,), _check(one)), missing)
        elif one.type == "foreign key":
            yield _ready(_orphans(one, subject, table, live), missing)
        elif one.type in _KEYS:
            keys = tuple(f"t.{quote_identifier(name)}" for name in one.columns)
            names = (one.name, *one.columns)
            dup = Question("duplicates", subject, table, names, keys=keys, nulls_count=one.nulls_not_distinct)
            yield _ready(dup, missing)


def _check(one: Constraint) -> str:
    return f"NOT ({one.expression})"


def _orphans(one: Constraint, subject: str, table: Qualified, live: Snapshot) -> Question:
    names = (one.name,)
    if one.references is None or live.relation(one.references) is None:
        return Question("orphans", subject, table, names, unknown="the table it points to is not there yet")
    there = {column.name for column in live.parts(one.references).columns}
    if not set(one.referenced_columns) <= there or one.temporal:
        return Question("orphans", subject, table, names, unknown="what it points to is not there yet")
    pairs = zip(one.columns, one.referenced_columns, strict=True)
    joined = " AND ".join(f"p.{quote_identifier(to)} = t.{quote_identifier(here)}" for here, to in pairs)
    joining = " OR " if one.match == "full" else " AND "
    given = joining.join(f"t.{quote_identifier(name)} IS NOT NULL" for name in one.columns)
    condition = f"({given}) AND NOT EXISTS (SELECT FROM {one.references} AS p WHERE {joined})"
    return Question("orphans", subject, table, names, condition)


def _of_indexes(
    table: Qualified, old: Mapping[str, Column], live: Snapshot, after: Snapshot
) -> Iterator[Question]:
    before = {one.name: one for one in live.parts(table).indexes}
    for one in after.parts(table).indexes:
        was = before.get(one.name)
        if not one.unique or one.constraint or (was is not None and was.valid):
            continue
        subject = f"{table} {quote_identifier(one.name)}"
        keys, missing = _index_keys(one), [k.column for k in one.keys if k.column and k.column not in old]
        dup = Question(
            "duplicates",
            subject,
            table,
            (one.name,),
            keys=keys,
            where=one.predicate,
            nulls_count=one.nulls_not_distinct,
        )
        yield _ready(dup, missing)


def _index_keys(one: Index) -> tuple[str, ...]:
    return tuple(
        f"t.{quote_identifier(key.column)}" if key.column else f"({key.expression})" for key in one.keys
    )


def _ready(question: Question, missing: Sequence[str]) -> Question:
    if not missing:
        return question
    reason = f"the column {missing[0]} comes with the plan, and its values with it"
    return Question(question.asked, question.subject, question.table, question.names, unknown=reason)
