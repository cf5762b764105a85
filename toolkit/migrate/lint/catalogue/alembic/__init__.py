"""Revisions as Python, the way back, the graph, and `env.py`."""

from toolkit.migrate.lint.catalogue.alembic import downgrades, environment, graph, python, statements

RULES = (
    downgrades.downgrade_missing,
    downgrades.downgrade_empty,
    downgrades.downgrade_raises,
    downgrades.downgrade_not_inverse,
    python.revision_imports_application,
    python.revision_orm_session,
    python.revision_needs_live_database,
    python.revision_branches_on_offline,
    python.metadata_create_all,
    python.default_not_deterministic,
    python.default_only_in_python,
    python.raw_sql_built_from_values,
    python.batch_alter,
    python.constraint_without_name,
    python.upgrade_empty,
    statements.revision_mixes_commit_modes,
    statements.autocommit_not_alone,
    graph.heads_multiple,
    graph.id_too_long,
    graph.message_missing,
    environment.env_executes_before_configure,
    environment.env_lock_on_migration_connection,
    environment.env_one_transaction_for_all,
)
