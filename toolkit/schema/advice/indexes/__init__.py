"""Rules about indexes: broken, needless, unfit or missing."""

from toolkit.schema.advice.indexes.duplicates import (
    index_duplicate,
    index_redundant_prefix,
    index_unique_and_constraint,
)
from toolkit.schema.advice.indexes.invalid import index_invalid
from toolkit.schema.advice.indexes.keys import (
    array_with_btree,
    index_low_selectivity,
    index_null_heavy,
    index_pointless_predicate,
    index_range_column_in_middle,
)
from toolkit.schema.advice.indexes.missing import (
    filtered_column_without_index,
    soft_delete_without_partial_index,
    table_seq_scan_heavy,
)
from toolkit.schema.advice.indexes.use import index_skip_scan_candidate, index_too_many, index_unused

RULES = (
    index_invalid,
    index_duplicate,
    index_redundant_prefix,
    index_unique_and_constraint,
    index_unused,
    index_too_many,
    index_skip_scan_candidate,
    index_low_selectivity,
    index_null_heavy,
    index_pointless_predicate,
    index_range_column_in_middle,
    array_with_btree,
    filtered_column_without_index,
    soft_delete_without_partial_index,
    table_seq_scan_heavy,
)
