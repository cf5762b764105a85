"""Rules about primary keys, foreign keys, unique keys and the sequences that feed them."""

from toolkit.schema.advice.keys.cascades import fk_cascade_chain_deep, fk_cascade_into_large_table
from toolkit.schema.advice.keys.foreign_key_index import fk_without_index
from toolkit.schema.advice.keys.foreign_key_shape import (
    fk_composite_nullable,
    fk_duplicate,
    fk_overlapping,
    fk_self_reference_no_action,
)
from toolkit.schema.advice.keys.foreign_key_types import fk_type_mismatch, int_foreign_to_bigint
from toolkit.schema.advice.keys.owner import (
    fk_leaves_out_owner,
    tenant_column_not_leading,
    tenant_column_nullable,
)
from toolkit.schema.advice.keys.primary_key import pk_columns_not_first, table_without_primary_key
from toolkit.schema.advice.keys.primary_key_type import (
    pk_natural_or_text,
    pk_random_uuid,
    pk_varchar_holding_uuid,
)
from toolkit.schema.advice.keys.sequences import (
    pk_int4_running_out,
    sequence_behind_data,
    sequence_running_out,
    sequence_type_wider_than_column,
    serial_instead_of_identity,
)
from toolkit.schema.advice.keys.unique import soft_delete_blocks_unique, unique_over_nullable

RULES = (
    table_without_primary_key,
    pk_columns_not_first,
    pk_natural_or_text,
    pk_varchar_holding_uuid,
    pk_random_uuid,
    pk_int4_running_out,
    sequence_running_out,
    sequence_behind_data,
    sequence_type_wider_than_column,
    serial_instead_of_identity,
    fk_without_index,
    fk_type_mismatch,
    int_foreign_to_bigint,
    fk_duplicate,
    fk_overlapping,
    fk_composite_nullable,
    fk_self_reference_no_action,
    fk_cascade_into_large_table,
    fk_cascade_chain_deep,
    unique_over_nullable,
    soft_delete_blocks_unique,
    tenant_column_nullable,
    tenant_column_not_leading,
    fk_leaves_out_owner,
)
