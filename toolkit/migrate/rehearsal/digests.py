"""Rows before and after: per table a count, and per column a sum of hashes that any changed value changes.

Not exact as a comparison of rows would be, but it needs one pass, no order and no copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from toolkit.schema import Snapshot
from toolkit.schema.objects import Qualified, Table
from toolkit.sql.quoting import quote_identifier


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds."""

    rows: int
    columns: Mapping[str, str]
    """A sum of the hashes of a column's values, by its name."""


def read_contents(connection: Connection, snapshot: Snapshot) -> dict[Qualified, Content]:
    """What the user's tables hold, partitioned ones through their partitions."""
    found = {}
    for table in snapshot.own(Table):
        if table.partition_key is not None:
            continue
        names = [column.name for column in snapshot.parts(table.qualified).columns]
        sums = [
            f"coalesce(sum(hashtextextended({quote_identifier(name)}::text, 0)::numeric), 0)::text"
            for name in names
        ]
        query = f"SELECT {', '.join(['count(*)', *sums])} FROM ONLY {table.qualified}"  # noqa: S608 - quoted
        row = connection.exec_driver_sql(query.replace("%", "%%")).one()
        found[table.qualified] = Content(int(row[0]), dict(zip(names, row[1:], strict=True)))
    return found


def losses(
    before: Mapping[Qualified, Content], after: Mapping[Qualified, Content]
) -> Iterator[tuple[Qualified, str]]:
    """What is not as before, in words, for tables that are there again."""
    for name, was in before.items():
        is_ = after.get(name)
        if is_ is None:
            if was.rows:
                yield name, f"its {was.rows:,} rows are gone with it"
        elif is_.rows != was.rows:
            yield name, f"it held {was.rows:,} rows and holds {is_.rows:,}"
        elif was.rows:
            changed = [c for c, one in was.columns.items() if c in is_.columns and is_.columns[c] != one]
            if changed:
                yield name, f"values of {', '.join(changed)} are not as before"
