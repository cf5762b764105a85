"""Changing rows as a user: by key, without any condition, taking over, giving away.

A write without a condition refers to no column, so the rule for reading does not help the rule for writing:
only this shows a policy that is narrow for SELECT and wide for UPDATE.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text

from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.catalog import Column
from toolkit.isolation.grounds import OwnedTable, sql_name
from toolkit.isolation.probe_write import (
    Fingerprint,
    WriteProbe,
    fingerprint,
    heed_keys,
    ignore_keys,
    row_values,
)
from toolkit.isolation.sample import Sample
from toolkit.models.shapes import ForeignKeyShape

Update = tuple[str, dict[str, object]]
"""A statement without condition, and its binds."""
Referring = Sequence[tuple[str, ForeignKeyShape]]
"""Foreign keys to a table, each with the quoted name of the table that has it."""


def update(
    stage: Stage,
    table: OwnedTable,
    sample: Sample,
    columns: tuple[Column, ...],
    referring: Referring,
    *,
    superuser: bool,
) -> WriteProbe | str:
    """Try to change what is B's, to take it over, and to give an own row away; or why it cannot be tried.

    `referring` are the foreign keys that lead here: a row that something hangs on cannot be given away, one
    that stands alone can.
    """
    if sample.key_a is None:
        return "A has no row here"
    neutral = neutral_column(table, columns)
    deciding = [column for column in columns if column.name in table.owner_columns and column.can_update]
    control = [neutral] if neutral else deciding
    if not control:
        return "there is no column that may be set without touching a key"
    ours, theirs = (row_values(stage, table, columns, key) for key in (sample.key_a, sample.key_b))
    others = fingerprint(stage, table, sample.a)
    plain = _assign(table, control, ours)
    own = stage.attempt(sample.a, *_keyed(table, plain, sample.key_a), fingerprint=others)
    tries = _Tries(stage, table, sample, referring, superuser, others)
    found = dict(tries.at_others("change", plain))
    found["change all without identity"] = stage.attempt(
        "", *plain, fingerprint=fingerprint(stage, table, "")
    )
    if len(deciding) == len(table.owner_columns) and not table.is_root:
        found |= dict(tries.at_others("take over", _assign(table, deciding, ours)))
        found |= dict(tries.giving_away(_assign(table, deciding, theirs)))
    return WriteProbe(own, found)


@dataclass(frozen=True, slots=True)
class _Tries:
    """The ways to run one UPDATE. A rule may depend on the row, and one refused row hides the rest."""

    stage: Stage
    table: OwnedTable
    sample: Sample
    referring: Referring
    superuser: bool
    others: Fingerprint

    def at_others(self, what: str, change: Update) -> Iterator[tuple[str, Outcome]]:
        """At all rows, at each prey by its key, and at each prey as if it were the only row."""
        stage, table, a = self.stage, self.table, self.sample.a
        yield f"{what} all", _blind(stage, table, self.sample, change, self.superuser, self.others)
        for key in self.sample.prey:
            keyed = _keyed(table, change, key)
            yield f"{what} {key} by key", stage.attempt(a, *keyed, fingerprint=self.others)
            yield f"{what} {key} alone", self._alone(key, change)

    def giving_away(self, change: Update) -> Iterator[tuple[str, Outcome]]:
        """Each own row alone. Without a condition: with one, the rule for reading would guard the new row."""
        for key in self.sample.mine:
            yield f"give away {key}", self._alone(key, change)

    def _alone(self, key: str, change: Update) -> Outcome:
        clear = partial(_leave_alone, self.stage, self.table, key, self.referring, self.superuser)
        return self.stage.attempt(self.sample.a, *change, prepare=clear, fingerprint=self.others)


def neutral_column(table: OwnedTable, columns: tuple[Column, ...]) -> Column | None:
    """A column that the user may set and that no key, reference or owner rests on."""
    shape = table.shape
    bound = {*shape.primary_key, *table.owner_columns}
    for names in (*shape.uniques, *(key.columns for key in shape.foreign_keys)):
        bound.update(names)
    free = (c for c in columns if c.can_update and not c.generated and not c.always and c.name not in bound)
    return next(free, None)


def _assign(
    table: OwnedTable, columns: list[Column], values: Mapping[str, str | None]
) -> tuple[str, dict[str, object]]:
    """`UPDATE ... SET` with constants only, and its binds."""
    parts = [f"{sql_name(c.name)} = CAST(:v{n} AS {c.type})" for n, c in enumerate(columns)]
    binds: dict[str, object] = {f"v{n}": values[c.name] for n, c in enumerate(columns)}
    return f"UPDATE {table.sql} AS t0 SET {', '.join(parts)}", binds


def _keyed(
    table: OwnedTable, update: tuple[str, dict[str, object]], key: str
) -> tuple[str, dict[str, object]]:
    statement, binds = update
    return f"{statement} WHERE {table.key} = :key", {**binds, "key": key}


def _blind(
    stage: Stage,
    table: OwnedTable,
    sample: Sample,
    update: tuple[str, dict[str, object]],
    superuser: bool,
    fingerprint: Fingerprint,
) -> Outcome:
    """Without a condition; again without A's own rows if those got in the way of a unique key."""
    statement, binds = update
    first = stage.attempt(sample.a, statement, binds, fingerprint=fingerprint)
    if not (first.failed and superuser):
        return first

    def clear_the_way() -> None:
        ignore_keys(stage)
        stage.observe(
            "WITH mine AS (SELECT t0.tableoid AS o, t0.ctid AS c"
            f" FROM {table.source} WHERE {table.owner} = :a)"
            f" DELETE FROM {table.sql} AS d USING mine WHERE d.tableoid = mine.o AND d.ctid = mine.c"
            " RETURNING 1",
            a=sample.a,
        )

    return stage.attempt(sample.a, statement, binds, prepare=clear_the_way, fingerprint=fingerprint)


def _leave_alone(stage: Stage, table: OwnedTable, key: str, referring: Referring, superuser: bool) -> None:
    """Remove every other row, and what refers to this one, so that no key keeps it where it is."""
    if superuser:
        ignore_keys(stage)
    for child, foreign_key in referring:
        pairs = " AND ".join(f"c.{sql_name(c)} = t0.{sql_name(t)}" for c, t in foreign_key.pairs)
        stage.connection.execute(
            text(f"DELETE FROM {child} AS c USING {table.sql} AS t0 WHERE {pairs} AND {table.key} = :key"),
            {"key": key},
        )
    stage.connection.execute(text(f"DELETE FROM {table.sql} AS t0 WHERE {table.key} <> :key"), {"key": key})
    if superuser:
        heed_keys(stage)
