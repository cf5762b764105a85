"""Read back what was written and compare it, value by value, with what was sent.

Both sides are turned into text by the server, so a difference is a difference of stored values: a trigger, a
rule or a type that changed them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from toolkit.sql.quoting import quote_identifier
from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Fill, Row
from toolkit.transfer.target.wire import Wire

_BATCH: Final = 2_000


def comparable(table: TablePlan) -> bool:
    """Whether rows can be found again: by a primary key that the rows bring, in a table that hides none."""
    key = table.target.primary_key
    return bool(key) and not table.target.row_security and all(name in table.columns for name in key)


def differing_rows(wire: Wire, table: TablePlan, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that are not in the table or stand there with another value; server defaults are left out."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        known = tuple(name for name in table.columns if not isinstance(row.cells[name], Fill))
        if all(name in known for name in table.target.primary_key):
            groups[known].append(row)
    for columns, members in groups.items():
        sql = _query(table, columns)
        for start in range(0, len(members), _BATCH):
            batch = members[start : start + _BATCH]
            arrays = [[row.cells[name] for row in batch] for name in columns]
            for (number,) in wire.rows(sql, arrays):
                yield batch[number - 1]


def _query(table: TablePlan, columns: Sequence[str]) -> str:
    key = table.target.primary_key
    names = {name: f"v{number}" for number, name in enumerate(columns)}
    theirs = {name: f"t.{quote_identifier(name)}".replace("%", "%%") for name in columns}
    ours = {name: f"s.{names[name]}::{table.columns[name].target.type.sql}" for name in columns}
    arrays = ", ".join("%s::text[]" for _ in columns)
    match = " AND ".join(f"{theirs[name]} = {ours[name]}" for name in key)
    differs = " OR ".join(f"{theirs[name]}::text IS DISTINCT FROM ({ours[name]})::text" for name in columns)
    target = table.target.sql.replace("%", "%%")
    return (
        f"SELECT s.n FROM unnest({arrays}) WITH ORDINALITY AS s({', '.join(names.values())}, n) "  # noqa: S608 - names are quoted, values bound
        f"LEFT JOIN {target} AS t ON {match} WHERE {theirs[key[0]]} IS NULL OR {differs}"
    )
