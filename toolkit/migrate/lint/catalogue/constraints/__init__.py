"""Constraints: checks, keys, references, what they scan and what they lock."""

from toolkit.migrate.lint.catalogue.constraints import checks, foreign_keys, keys, loosening, not_null

RULES = (
    checks.check_add_validated,
    checks.domain_constraint_add,
    checks.constraint_not_enforced,
    checks.constraint_enforced_later,
    checks.constraint_unnamed,
    checks.validate_in_adding_transaction,
    checks.not_valid_never_validated,
    foreign_keys.fk_add_validated,
    foreign_keys.fk_not_valid_on_partitioned,
    foreign_keys.fk_drop_locks_parent,
    foreign_keys.fk_inline_new_table,
    foreign_keys.fk_inline_new_column,
    keys.unique_inline,
    keys.pk_inline,
    keys.pk_using_index_nullable,
    keys.unique_using_unfit_index,
    keys.exclusion_add,
    not_null.not_null_unproven,
    not_null.not_null_constraint_validated,
    loosening.constraint_drop,
    loosening.not_null_drop,
    loosening.trigger_deferred_pending,
)
