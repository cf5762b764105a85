"""Types: enums, and types that are regretted later."""

from toolkit.migrate.lint.catalogue.types import enums, style

RULES = (
    enums.enum_value_used_same_transaction,
    enums.enum_value_order,
    enums.enum_rebuilt_for_append,
    enums.enum_left_behind,
    enums.enum_value_rename,
    enums.enum_create,
    *style.RULES,
)
