"""Find rows that are stored already by some of their columns, many in one statement. Nothing is written.

The values travel as texts and are cast to the column's type by the server, so it compares them exactly as it
will when rows are written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from toolkit.transfer.judge.ask import batches, quoted_name, values
from toolkit.transfer.target.table import TargetTable
from toolkit.transfer.target.wire import Wire

Sought = tuple[str, ...]


def stored_values(
    wire: Wire, target: TargetTable, by: Sequence[str], wanted: str, sought: Iterable[Sought]
) -> dict[Sought, list[str]]:
    """The texts of column `wanted` of the rows whose columns `by` have these values; of two at most."""
    match = " AND ".join(
        f"t.{quoted_name(name)} = s.v{place}::{target.columns[name].type.sql}"
        for place, name in enumerate(by)
    )
    table = target.sql.replace("%", "%%")
    # A lookup of two rows is as ambiguous as one of a thousand.
    found_one = f"SELECT t.{quoted_name(wanted)}::text AS key FROM {table} AS t WHERE {match} LIMIT 2"  # noqa: S608 - quoted
    sql = f"SELECT s.n, f.key FROM {values(len(by))}, LATERAL ({found_one}) AS f WHERE f.key IS NOT NULL"  # noqa: S608 - quoted
    found: dict[Sought, list[str]] = defaultdict(list)
    for batch in batches(list(dict.fromkeys(sought))):
        for number, key in wire.rows(sql, [list(column) for column in zip(*batch, strict=True)]):
            found[batch[number - 1]].append(key)
    return found
