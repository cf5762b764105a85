"""Read back what was written and compare it, value by value, with what was sent.

Both sides are turned into text by the server, so a difference is a difference of stored values: a trigger, a
rule or a type that changed them. The checksum of a side is the sum of its rows' hashes, so the order of rows
does not matter and the sums of batches add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.target.wire import Wire

_BATCH: Final = 2_000
_WIDTH: Final = 1 << 64


@dataclass(slots=True)
class Readback:
    """What is there of the rows that should be."""

    rows: int = 0
    found: int = 0
    expected_sum: int = 0
    """The checksum of the rows as they were sent, below 2**64."""
    stored_sum: int = 0
    """The checksum of the rows as they stand."""
    differing: list[Row] = field(default_factory=list)
    """Rows that are not there, or stand there with another value."""

    def take(self, other: Readback) -> None:
        """Add another part of the same table."""
        self.rows += other.rows
        self.found += other.found
        self.expected_sum = (self.expected_sum + other.expected_sum) % _WIDTH
        self.stored_sum = (self.stored_sum + other.stored_sum) % _WIDTH
        self.differing += other.differing

    def replace(self, old: Readback, new: Readback) -> None:
        """Take what stands of some rows now in place of what stood of them."""
        gone = set(old.differing)
        self.found += new.found - old.found
        self.expected_sum = (self.expected_sum + new.expected_sum - old.expected_sum) % _WIDTH
        self.stored_sum = (self.stored_sum + new.stored_sum - old.stored_sum) % _WIDTH
        self.differing = [row for row in self.differing if row not in gone] + new.differing


def keyed(table: TablePlan) -> bool:
    """Whether the rows bring a primary key by which they can be found again."""
    key = table.target.primary_key
    return bool(key) and all(name in table.columns for name in key)


def comparable(table: TablePlan) -> bool:
    """Whether all rows can be found again: by their key, in a table that hides none."""
    return keyed(table) and not table.target.row_security


def read_back(wire: Wire, table: TablePlan, rows: Iterable[Row], differs: str = "false") -> Readback:
    """Compare these rows with what stands under their keys; values that the server fills are left out.

    `differs` is a further SQL condition on the stored row `t` under which it counts as different.
    """
    whole = Readback()
    for columns, members in _by_known_columns(table, rows).items():
        sql = _query(table, columns, differs)
        for start in range(0, len(members), _BATCH):
            batch = members[start : start + _BATCH]
            arrays = [[row.cells[name] for row in batch] for name in columns]
            found, expected, stored, numbers = wire.rows(sql, arrays)[0]
            differing = [batch[number - 1] for number in sorted(numbers or ())]
            whole.take(
                Readback(len(batch), found, int(expected) % _WIDTH, int(stored or 0) % _WIDTH, differing)
            )
    return whole


def differing_rows(wire: Wire, table: TablePlan, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that are not in the table or stand there with another value; server defaults are left out."""
    yield from read_back(wire, table, rows).differing


def missing_rows(wire: Wire, table: TablePlan, rows: Sequence[Row]) -> list[Row]:
    """The rows under whose key nothing stands."""
    key = table.target.primary_key
    names = {name: f"v{number}" for number, name in enumerate(key)}
    match = " AND ".join(
        f"t.{_quoted(name)} = s.{names[name]}::{table.columns[name].target.type.sql}" for name in key
    )
    there = f"SELECT FROM {table.target.sql.replace('%', '%%')} AS t WHERE {match}"
    sql = f"SELECT s.n FROM {_given(names)} WHERE NOT EXISTS ({there})"  # noqa: S608 - values are bound
    known = [row for row in rows if all(isinstance(row.cells[name], str) for name in key)]
    return [known[n - 1] for (n,) in wire.rows(sql, [[row.cells[name] for row in known] for name in key])]


def _by_known_columns(table: TablePlan, rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        known = tuple(name for name in table.columns if not isinstance(row.cells[name], Fill))
        if all(name in known for name in table.target.primary_key):
            groups[known].append(row)
    return groups


def _quoted(name: str) -> str:
    """The name inside a statement with parameters."""
    return quote_identifier(name).replace("%", "%%")


def _given(names: dict[str, str]) -> str:
    arrays = ", ".join("%s::text[]" for _ in names)
    return f"unnest({arrays}) WITH ORDINALITY AS s({', '.join(names.values())}, n)"


def _query(table: TablePlan, columns: Sequence[str], differs: str) -> str:
    key = table.target.primary_key
    names = {name: f"v{number}" for number, name in enumerate(columns)}
    theirs = {name: f"t.{_quoted(name)}" for name in columns}
    ours = {name: f"s.{names[name]}::{table.columns[name].target.type.sql}" for name in columns}
    match = " AND ".join(f"{theirs[name]} = {ours[name]}" for name in key)
    there = f"{theirs[key[0]]} IS NOT NULL"
    sides = (
        f"ROW({', '.join(ours.values())})::text AS ours, ROW({', '.join(theirs.values())})::text AS theirs"
    )
    target = table.target.sql.replace("%", "%%")
    return (
        "SELECT count(*) FILTER (WHERE there), sum(hashtextextended(ours, 0)::numeric), "  # noqa: S608 - names are quoted, values bound
        "sum(hashtextextended(theirs, 0)::numeric) FILTER (WHERE there), "
        "array_agg(n) FILTER (WHERE NOT there OR ours IS DISTINCT FROM theirs OR differs) "
        f"FROM (SELECT s.n, {there} AS there, {sides}, {differs} AS differs "
        f"FROM {_given(names)} LEFT JOIN {target} AS t ON {match}) AS q"
    )
