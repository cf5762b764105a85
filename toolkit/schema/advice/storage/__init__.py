"""Rules about how rows are kept: settings, vacuum, bloat, partitions, materialized views, libraries."""

from toolkit.schema.advice.storage.bloat import column_padding_waste, dropped_column_debris, table_bloat
from toolkit.schema.advice.storage.index_bloat import index_bloat
from toolkit.schema.advice.storage.libraries import (
    collation_version_mismatch,
    extension_in_public,
    extension_outdated,
)
from toolkit.schema.advice.storage.materialized import matview_unpopulated, matview_without_unique_index
from toolkit.schema.advice.storage.partitions import (
    partition_default_holding_rows,
    partition_future_missing,
    partition_index_missing,
    partition_range_gap,
)
from toolkit.schema.advice.storage.upkeep import (
    autovacuum_disabled,
    table_empty,
    table_never_analyzed,
    unlogged_table,
    xid_age_high,
)

RULES = (
    unlogged_table,
    autovacuum_disabled,
    table_never_analyzed,
    table_empty,
    xid_age_high,
    table_bloat,
    index_bloat,
    dropped_column_debris,
    column_padding_waste,
    matview_unpopulated,
    matview_without_unique_index,
    partition_range_gap,
    partition_index_missing,
    partition_default_holding_rows,
    partition_future_missing,
    collation_version_mismatch,
    extension_outdated,
    extension_in_public,
)
