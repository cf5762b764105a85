"""Rules about row-level security: whether it is on, for whom, and what its policies let through."""

from toolkit.schema.advice.row_security.cost import (
    rls_multiple_permissive,
    rls_per_row_function,
    rls_tenant_column_unindexed,
)
from toolkit.schema.advice.row_security.expressions import (
    rls_always_true,
    rls_refers_to_user_editable_claim,
    rls_write_check_missing,
)
from toolkit.schema.advice.row_security.reach import rls_bypass_role, rls_not_forced_for_owner
from toolkit.schema.advice.row_security.state import (
    rls_enabled_no_policy,
    rls_off_in_exposed_schema,
    rls_partition_not_covered,
    rls_policies_but_disabled,
)
from toolkit.schema.advice.row_security.views import (
    matview_exposed,
    view_leaky_without_barrier,
    view_not_security_invoker,
)

RULES = (
    rls_off_in_exposed_schema,
    rls_policies_but_disabled,
    rls_enabled_no_policy,
    rls_not_forced_for_owner,
    rls_bypass_role,
    rls_always_true,
    rls_write_check_missing,
    rls_multiple_permissive,
    rls_per_row_function,
    rls_tenant_column_unindexed,
    rls_partition_not_covered,
    rls_refers_to_user_editable_claim,
    view_not_security_invoker,
    view_leaky_without_barrier,
    matview_exposed,
)
