"""Materialized views that cannot be read, or cannot be refreshed while they are."""

from __future__ import annotations

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope


@rule(
    "matview-unpopulated",
    WARNING,
    name="Materialized view that was never filled",
    why="Reading it is an error until it is refreshed.",
    example="CREATE MATERIALIZED VIEW totals AS SELECT 1 AS total WITH NO DATA;",
    fix="`REFRESH MATERIALIZED VIEW`.",
)
def matview_unpopulated(scope: Scope) -> Found:
    """A materialized view without data."""
    for view in scope.materialized_views:
        if not view.populated:
            yield Advice(
                view.key,
                f"{view.qualified} was never filled: reading it fails.",
                statements("fill it", f"REFRESH MATERIALIZED VIEW {view.qualified}"),
            )


@rule(
    "matview-without-unique-index",
    INFO,
    name="Materialized view that blocks its readers",
    why="`REFRESH ... CONCURRENTLY` needs a unique index over all rows; without it every refresh locks "
    "readers out.",
    example="CREATE MATERIALIZED VIEW totals AS SELECT 1 AS day, 2 AS total;",
    fix="A unique index on the columns that tell its rows apart.",
)
def matview_without_unique_index(scope: Scope) -> Found:
    """A materialized view without a valid unique index over plain columns and all rows."""
    for view in scope.materialized_views:
        indexes = scope.usable_indexes(view.qualified)
        if not any(
            index.unique and index.predicate is None and all(key.column for key in index.keys)
            for index in indexes
        ):
            yield Advice(
                view.key,
                f"{view.qualified} has no unique index: it cannot be refreshed while it is read.",
                words("make a unique index on the columns that tell its rows apart"),
                {"indexes": len(scope.parts(view.qualified).indexes)},
            )
