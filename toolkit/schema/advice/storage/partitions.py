"""Partitions: gaps, the future, the default, and indexes that only some of them have."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.advice.storage.ranges import Range, ranges_of, ranges_to_come
from toolkit.schema.objects import Qualified, Table
from toolkit.schema.spelling import index_text

_MOST_AT_ONCE = 100
"""Partitions that a fix creates."""
_PARENT = (
    "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
    "CREATE TABLE events_01 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');\n"
)


@rule(
    "partition-range-gap",
    WARNING,
    name="Gap between partitions",
    why="A row that falls into the gap is refused, or lands in the default partition, which then cannot "
    "be given a partition for the gap without moving rows.",
    example=_PARENT
    + "CREATE TABLE events_03 PARTITION OF events FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');",
    fix="Create the missing partition.",
)
def partition_range_gap(scope: Scope) -> Found:
    """Two neighbouring range partitions, by one key, where the second does not begin where the first ends."""
    for parent, ranges in _ranged(scope):
        for one, other in pairwise(ranges):
            if one.end is not None and other.begin is not None and one.end != other.begin:
                name = scope.free_name(parent.schema, f"{parent.name}_from_{one.end}".replace("-", "_")[:55])
                bounds = f"FOR VALUES FROM ({one.end_text}) TO ({other.begin_text})"
                yield Advice(
                    parent.key,
                    f"No partition of {parent.qualified} takes what is between {one.end} and {other.begin}.",
                    statements("create the missing partition", _create(parent, name, bounds)),
                    {"after": one.partition.name, "before": other.partition.name},
                )


@rule(
    "partition-index-missing",
    WARNING,
    name="Index on some partitions only",
    why="A query of the parent is fast or slow by the partition it falls into, and a new partition gets "
    "no such index.",
    example=_PARENT
    + "CREATE TABLE events_02 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');\n"
    "CREATE INDEX by_day ON events_01 (day);",
    fix="Make the index on the parent; partitions that have it already are taken over.",
)
def partition_index_missing(scope: Scope) -> Found:
    """An index of a partition, of no parent's index, that other partitions of the same table lack."""
    for name, partitions in scope.partitions.items():
        parent = scope.table(name)
        forms: dict[str, list[Table]] = defaultdict(list)
        for partition in partitions:
            for index in scope.usable_indexes(partition.qualified):
                if index.parent is None and index.constraint is None:
                    forms[index_text(index)].append(partition)
        for form, having in forms.items():
            if parent is not None and len(having) < len(partitions):
                yield Advice(
                    parent.key,
                    f"{len(having)} of {len(partitions)} partitions of {name} have the index {form}.",
                    words("make the index on the parent, with ON ONLY and ATTACH where it must not block"),
                    {"index": form, "partitions": [one.name for one in having]},
                )


@rule(
    "partition-default-holding-rows",
    WARNING,
    name="Rows in the default partition",
    why="They fit no other partition; a new one for them cannot be made before they are moved, and making "
    "any partition reads the default one under a lock.",
    example="-- the default partition has rows\n"
    + _PARENT
    + "CREATE TABLE events_other PARTITION OF events DEFAULT;",
    fix="Move the rows into a partition of their own.",
    needs_statistics=True,
)
def partition_default_holding_rows(scope: Scope) -> Found:
    """A default partition with rows, as statistics show."""
    for partitions in scope.partitions.values():
        for partition in partitions:
            known = scope.table_statistics(partition.qualified)
            written = (known.rows or 0) + known.inserted - known.deleted if known else 0
            if partition.partition_bound == "DEFAULT" and known is not None and written > 0:
                yield Advice(
                    partition.key,
                    f"{partition.qualified} takes what fits no other partition, about"
                    f" {known.rows or written:,} rows.",
                    words("detach it, make the missing partitions, and move its rows in"),
                    {"rows": known.rows, "inserted": known.inserted},
                )


@rule(
    "partition-future-missing",
    WARNING,
    name="Partitions end soon, or have ended",
    why="On the day after the last one inserts fail, or fill the default partition.",
    example="-- long past\n" + _PARENT.strip(),
    fix="Create the next one now, and by a job from now on.",
    needs_statistics=True,
)
def partition_future_missing(scope: Scope) -> Found:
    """A table partitioned by ranges of dates whose last range ends within 14 days, by the server's clock."""
    horizon = (scope.statistics.now + timedelta(days=scope.settings.partition_days)).date()
    for parent, ranges in _ranged(scope):
        last = ranges[-1]
        missing = ranges_to_come(last, horizon)
        if not missing:
            continue
        created = [
            _create(
                parent,
                scope.free_name(parent.schema, f"{parent.name}_{begin:%Y_%m_%d}"),
                f"FOR VALUES FROM ('{begin}') TO ('{end}')",
            )
            for begin, end in missing[:_MOST_AT_ONCE]
        ]
        yield Advice(
            parent.key,
            f"The partitions of {parent.qualified} end at {last.end}.",
            statements("create what comes next", *created),
            {"last": last.partition.name, "ends": str(last.end), "missing": len(missing)},
        )


def _create(parent: Table, name: str, bounds: str) -> str:
    made = Qualified(parent.schema, name)
    return f"CREATE TABLE {made} PARTITION OF {parent.qualified} {bounds}"


def _ranged(scope: Scope) -> list[tuple[Table, list[Range]]]:
    """Parents whose partitions are ranges of one key, each with the ranges in order."""
    found = []
    for name, partitions in scope.partitions.items():
        parent = scope.table(name)
        ranges = ranges_of(partitions)
        if parent is not None and ranges:
            found.append((parent, ranges))
    return found
