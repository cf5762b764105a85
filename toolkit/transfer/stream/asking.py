"""Ask the server about a block before it is written: which keys are there already, which parents are not.

A clean block needs no question, because the server answers both while it takes the rows. They are asked where
rows that are there are not simply wrong, and once a block was refused for one of the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.sql.quoting import qualified, quote_identifier
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.target.table import ForeignKey, UniqueRule
from toolkit.transfer.target.wire import Wire


def rows_there(
    wire: Wire, table: TablePlan, unique: UniqueRule, columns: Mapping[str, Sequence[Cell]]
) -> list[int]:
    """The places of the rows whose key under this rule is in the table."""
    same = "=" if unique.nulls_distinct else "IS NOT DISTINCT FROM"
    match = _match(table, unique.columns, unique.columns, same)
    exists = f"EXISTS (SELECT FROM {_doubled(table.target.sql)} AS t WHERE {match})"
    return _asked(wire, exists, [columns[name] for name in unique.columns])


def rows_orphaned(
    wire: Wire, table: TablePlan, foreign: ForeignKey, columns: Mapping[str, Sequence[Cell]]
) -> list[int]:
    """The places of the rows whose parent is not there. Rows with NULL in the key have none to seek."""
    parent = _doubled(qualified(foreign.schema, foreign.table))
    match = _match(table, foreign.columns, foreign.referred, "=")
    given = " AND ".join(f"s.v{place} IS NOT NULL" for place in range(len(foreign.columns)))
    missing = f"{given} AND NOT EXISTS (SELECT FROM {parent} AS t WHERE {match})"
    return _asked(wire, missing, [columns[name] for name in foreign.columns])


def _asked(wire: Wire, condition: str, cells: Sequence[Sequence[Cell]]) -> list[int]:
    """The places of the rows for which the condition holds; each key is asked once."""
    places: dict[tuple[Cell, ...], list[int]] = {}
    for place, key in enumerate(zip(*cells, strict=True)):
        places.setdefault(key, []).append(place)
    keys = [key for key in places if all(cell is None or isinstance(cell, str) for cell in key)]
    if not keys:
        return []
    arrays = ", ".join("%s::text[]" for _ in cells)
    names = ", ".join(f"v{place}" for place in range(len(cells)))
    sql = f"SELECT s.n FROM unnest({arrays}) WITH ORDINALITY AS s({names}, n) WHERE {condition}"  # noqa: S608 - values are bound
    found = wire.rows(sql, [list(column) for column in zip(*keys, strict=True)])
    return [place for (number,) in found for place in places[keys[number - 1]]]


def _match(table: TablePlan, ours: Sequence[str], theirs: Sequence[str], same: str) -> str:
    return " AND ".join(
        f"t.{_doubled(quote_identifier(there))} {same} s.v{place}::{table.columns[name].target.type.sql}"
        for place, (name, there) in enumerate(zip(ours, theirs, strict=True))
    )


def _doubled(sql: str) -> str:
    return sql.replace("%", "%%")
