"""What indexes are used for, and what they cost."""

from __future__ import annotations

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import drop_index, words
from toolkit.schema.advice.rule import INFO, Advice, Found, Silence, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Index, Qualified
from toolkit.sql.quoting import quote_identifier


@rule(
    "index-unused",
    INFO,
    name="Index that was never used",
    why="Every write maintains it. But figures lie easily: they begin anew at a reset or a restart, "
    "replicas count for themselves, and a report of December is not seen in June. Hence never more than "
    "information.",
    example="-- never scanned, counted for more than two weeks\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, title text);\nCREATE INDEX by_title ON tasks (title);",
    fix="Watch it for a full cycle of your business, then drop it concurrently.",
    needs_statistics=True,
)
def index_unused(scope: Scope) -> Found:
    """An index without a scan since counting began, that serves no constraint and covers no foreign key."""
    age = scope.statistics.age
    if age is None or age.days < scope.settings.statistics_days:
        counted = "an unknown time" if age is None else f"{age.days} days"
        yield Silence(
            f"counted for {counted}; at least {scope.settings.statistics_days} days are needed to call"
            " one unused"
        )
        return
    for index in scope.indexes:
        known = scope.statistics.indexes.get(Qualified(index.schema, index.name))
        if known is None or known.scans or index.unique or index.constraint or not index.valid:
            continue
        if _covers_foreign_key(scope, index) or _is_replica_identity(scope, index):
            continue
        yield Advice(
            index.key,
            f"{index.name} of {index.relation} was not scanned in {age.days} days.",
            drop_index("watch it for a full cycle of the business, then drop it", index),
            {
                "bytes": known.bytes,
                "counted since": scope.statistics.since.isoformat() if scope.statistics.since else None,
                "last scan": known.last_scan.isoformat() if known.last_scan else None,
                "not known": "scans on replicas",
            },
        )


@rule(
    "index-too-many",
    INFO,
    name="Table with very many indexes",
    why="Each is written for each insert and for most updates, and the planner looks at all of them.",
    example="-- more than `most_indexes`\n"
    "CREATE TABLE facts (id bigint PRIMARY KEY, a int, b int, c int, d int);\n"
    "CREATE INDEX ON facts (a);\n"
    "CREATE INDEX ON facts (b);\n"
    "CREATE INDEX ON facts (c);\n"
    "CREATE INDEX ON facts (d);\n"
    "CREATE INDEX ON facts (a, b);\n"
    "CREATE INDEX ON facts (b, c);\n"
    "CREATE INDEX ON facts (c, d);\n"
    "CREATE INDEX ON facts (d, a);\n"
    "CREATE INDEX ON facts (a, c);\n"
    "CREATE INDEX ON facts (b, d);",
    fix="See which of them statistics show in use.",
)
def index_too_many(scope: Scope) -> Found:
    """A table with more indexes than `most_indexes`, 10 by default."""
    for table in scope.tables:
        indexes = scope.parts(table.qualified).indexes
        known = scope.table_statistics(table.qualified)
        if len(indexes) > scope.settings.most_indexes:
            yield Advice(
                table.key,
                f"{table.qualified} has {len(indexes)} indexes.",
                words("drop those that statistics show unused"),
                {
                    "indexes": len(indexes),
                    "rows written": known.inserted + known.updated if known else None,
                },
            )


@rule(
    "index-skip-scan-candidate",
    INFO,
    name="Index that a skip scan may replace",
    why="PostgreSQL 18 searches an index over (a, b) by b alone where a has few values: an index over (b) "
    "beside it may be needless.",
    example="-- kind has few values\nCREATE TABLE events (id bigint PRIMARY KEY, kind text, day date);\n"
    "CREATE INDEX by_day ON events (day);\nCREATE INDEX by_kind_day ON events (kind, day);",
    fix="Compare plans without it before dropping it.",
    needs_statistics=True,
    since=18,
)
def index_skip_scan_candidate(scope: Scope) -> Found:
    """A B-tree index of one column that is the second key of another, whose first key has at most 20
    values.
    """
    for index in scope.indexes:
        if index.unique or index.method != "btree" or len(index.keys) != 1 or not index.keys[0].column:
            continue
        for other in scope.usable_indexes(index.relation):
            if len(other.keys) < 2 or other.method != "btree" or other.predicate != index.predicate:
                continue
            first = other.keys[0].column
            known = scope.statistics.columns.get((index.schema, index.table, first or ""))
            if other.keys[1] == index.keys[0] and known is not None and 0 < known.distinct <= 20:
                yield Advice(
                    index.key,
                    f"{other.name} may answer what {index.name} does: {first} has {known.distinct:.0f}"
                    " values.",
                    _after_looking(index),
                    {"other": other.name, "distinct": known.distinct},
                )
                break


def _after_looking(index: Index) -> Fix:
    name = Qualified(index.schema, index.name)
    return words(f"compare plans without it, then DROP INDEX CONCURRENTLY {name}")


def _covers_foreign_key(scope: Scope, index: Index) -> bool:
    """Whether it is the index that a foreign key of the table stands on."""
    return any(
        scope.covering_index(key.relation, key.columns) == index
        for key in scope.parts(index.relation).foreign_keys
    )


def _is_replica_identity(scope: Scope, index: Index) -> bool:
    table = scope.table(index.relation)
    return table is not None and table.replica_identity in (
        f"index {index.name}",
        f"index {quote_identifier(index.name)}",
    )
