"""Rules about names, shapes of tables and what explains them."""

from toolkit.schema.advice.naming.comments import missing_comment
from toolkit.schema.advice.naming.identifiers import (
    identifier_mixed_case,
    identifier_reserved,
    identifier_truncated,
    naming_inconsistent,
)
from toolkit.schema.advice.naming.shape import (
    column_numbered_series,
    inheritance_used,
    table_isolated,
    table_too_narrow,
    table_too_wide,
)

RULES = (
    identifier_mixed_case,
    identifier_reserved,
    identifier_truncated,
    naming_inconsistent,
    column_numbered_series,
    table_too_wide,
    table_too_narrow,
    table_isolated,
    inheritance_used,
    missing_comment,
)
