"""Rules about columns and the constraints on them."""

from toolkit.schema.advice.columns.audit import (
    missing_audit_columns,
    soft_delete_column_missing,
    updated_at_without_trigger,
)
from toolkit.schema.advice.columns.nullability import (
    all_columns_nullable,
    boolean_without_default,
    not_null_without_default_soon,
)
from toolkit.schema.advice.columns.trust import constraint_not_enforced, constraint_not_validated
from toolkit.schema.advice.columns.values import choice_column_unchecked, text_without_limit

RULES = (
    constraint_not_validated,
    constraint_not_enforced,
    all_columns_nullable,
    boolean_without_default,
    not_null_without_default_soon,
    choice_column_unchecked,
    text_without_limit,
    missing_audit_columns,
    updated_at_without_trigger,
    soft_delete_column_missing,
)
