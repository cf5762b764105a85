"""Rules about rights, owners, functions and triggers."""

from toolkit.schema.advice.privileges.functions import (
    definer_function_mutable_path,
    definer_function_public_execute,
    function_mutable_path,
)
from toolkit.schema.advice.privileges.grants import (
    default_privileges_open,
    grant_with_grant_option,
    public_can_create_in_schema,
    public_table_grant,
)
from toolkit.schema.advice.privileges.owners import (
    fk_across_privilege_boundary,
    owner_is_superuser,
    owner_mixed,
)
from toolkit.schema.advice.privileges.readable import foreign_table_exposed, sensitive_column_readable
from toolkit.schema.advice.privileges.triggers import event_trigger_disabled, rule_on_table, trigger_disabled

RULES = (
    definer_function_mutable_path,
    function_mutable_path,
    definer_function_public_execute,
    public_can_create_in_schema,
    public_table_grant,
    grant_with_grant_option,
    default_privileges_open,
    sensitive_column_readable,
    foreign_table_exposed,
    fk_across_privilege_boundary,
    owner_is_superuser,
    owner_mixed,
    trigger_disabled,
    event_trigger_disabled,
    rule_on_table,
)
