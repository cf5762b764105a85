"""Indexes: how they are built, dropped and rebuilt, and which are worth having."""

from toolkit.migrate.lint.catalogue.indexes import building, concurrently, dropping, shape

RULES = (
    building.index_create_blocking,
    building.unique_index_duplicates,
    building.index_only_parent_left_invalid,
    dropping.index_drop_blocking,
    dropping.reindex_blocking,
    dropping.reindex_concurrently_leftovers,
    concurrently.concurrently_on_partitioned_parent,
    concurrently.concurrently_short_lock_timeout,
    concurrently.concurrently_if_not_exists_hides_invalid,
    concurrently.concurrently_not_repeatable,
    shape.index_redundant,
    shape.index_wide,
    shape.index_duplicate_column,
    shape.fk_unindexed,
    shape.name_truncated,
)
