"""Indexes that were never finished."""

from __future__ import annotations

from toolkit.schema.advice.fixes import statements
from toolkit.schema.advice.rule import ERROR, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Qualified


@rule(
    "index-invalid",
    ERROR,
    name="Index that is not valid",
    why="A concurrent build that failed leaves an index behind that every write pays for and no query "
    "uses; a unique one goes on refusing rows. A retried migration with IF NOT EXISTS takes it for done.",
    example="-- left behind by a CREATE INDEX CONCURRENTLY that was cancelled; here an index of a "
    "partitioned table\n"
    "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
    "CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2025-01-01');\n"
    "CREATE INDEX by_day ON ONLY events (day);",
    fix="`REINDEX INDEX CONCURRENTLY`, or drop it and build it again. An index of a partitioned table "
    "becomes valid when each partition has one that is attached.",
)
def index_invalid(scope: Scope) -> Found:
    """An index that is not valid or not ready, and is not being built right now as far as statistics show."""
    builds = scope.statistics.builds if scope.has_statistics else frozenset()
    for table in scope.every_table:
        for index in scope.parts(table.qualified).indexes:
            name = Qualified(index.schema, index.name)
            if (index.valid and index.ready) or name in builds:
                continue
            fix = (
                statements(
                    "drop it, and build it on the parent and its partitions", f"DROP INDEX IF EXISTS {name}"
                )
                if table.partition_key is not None
                else statements("build it again", f"REINDEX INDEX CONCURRENTLY {name}")
            )
            yield Advice(
                index.key,
                f"{name} of {table.qualified} is not valid: writes pay for it and no query uses it.",
                fix,
                {"valid": index.valid, "ready": index.ready, "unique": index.unique},
            )
