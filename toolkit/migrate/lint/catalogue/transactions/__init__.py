"""Transactions and timeouts: what has to run alone, how long locks are held, which settings leak."""

from toolkit.migrate.lint.catalogue.transactions import boundaries, holding, settings

RULES = (
    boundaries.not_in_transaction,
    boundaries.not_on_this_version,
    boundaries.explicit_transaction,
    boundaries.guards_missing,
    boundaries.guard_misleading,
    holding.work_after_strong_lock,
    holding.many_strong_locks,
    holding.combine_alters,
    settings.lock_timeout_missing,
    settings.lock_timeout_too_long,
    settings.lock_timeout_set_late,
    settings.set_local_outside_transaction,
    settings.session_setting_leaks,
)
