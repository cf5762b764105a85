"""Columns: what adding, dropping, renaming and re-typing them costs and loses."""

from toolkit.migrate.lint.catalogue.columns import adding, changing, dropping, retyping

RULES = (
    adding.column_add_required,
    adding.column_add_volatile_default,
    adding.column_add_unknown_default,
    adding.column_add_serial_or_identity,
    adding.column_add_stored_generated,
    adding.column_add_inline_check,
    adding.column_add_constrained_domain,
    adding.column_add_inline_unique,
    retyping.type_change_rewrite,
    retyping.type_change_index_rebuild,
    retyping.type_change_timezone,
    retyping.type_change_referenced,
    retyping.type_change_blocked_by_view,
    retyping.type_narrowing_data_loss,
    retyping.generated_expression_change,
    retyping.stats_lost,
    dropping.column_drop,
    dropping.column_drop_collateral,
    dropping.column_drop_blocked_by_view,
    dropping.column_rename,
    dropping.rename_seen_as_drop_add,
    changing.default_change,
    changing.identity_change,
)
