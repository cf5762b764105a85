"""The rules behind the findings of an isolation audit, each with what it says. There are no others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LEAK = "isolation.leak"
CONDITIONAL = "isolation.conditional"

RULES: Mapping[str, str] = MappingProxyType(
    {
        LEAK: "A user reads or changes rows of another user.",
        CONDITIONAL: "A table is isolated only under a condition that the database does not keep.",
        "isolation.bypass-setting": "A policy lets through who sets a parameter that anybody may set.",
        "isolation.child-table-open": "A partition or child is reached past the policies of its parent.",
        "isolation.crossed-owners": "Rows belong to another user than the row they refer to.",
        "isolation.default-privileges": "New tables are open to the role before they have a policy.",
        "isolation.definer-function": "A function acts as its owner, and the role can run it.",
        "isolation.definer-search-path": "A function acts as its owner on what the caller's path finds.",
        "isolation.expression-function": "An index, check or column calls a function with rows of all users.",
        "isolation.extension-relation": "A relation of an extension is open to the role, its rows nobody's.",
        "isolation.foreign-table-open": "A foreign table has no row security, and the role may use it.",
        "isolation.grant-beyond-rows": "The role has REFERENCES, TRIGGER or MAINTAIN, which obey no policy.",
        "isolation.identity-folded": "A policy calls an IMMUTABLE function: a kept plan may serve another.",
        "isolation.identity-preset": "A session that names no user acts as a preset one.",
        "isolation.identity-read-plainly": "A policy compares the identity as text: none is like ''.",
        "isolation.key-not-validated": "A constraint of an owned table was never validated.",
        "isolation.large-objects": "The role may read large objects, which no policy filters.",
        "isolation.leakproof-function": "A function may be run on rows before the policies hide them.",
        "isolation.materialised-view-open": "A materialised view keeps rows that no policy filters.",
        "isolation.namesake": "A relation of another schema has the name of an owned table.",
        "isolation.owner-default": "A row without a named owner gets one by default.",
        "isolation.owner-gone": "Rows belong to users that are deleted or switched off.",
        "isolation.owner-key-missing": "Nothing keeps an owner column to users that exist.",
        "isolation.owner-not-there": "Rows belong to an owner that does not exist.",
        "isolation.owner-type-differs": "An owner column has another type than the users' key.",
        "isolation.policy-always-true": "A policy lets everything pass.",
        "isolation.policy-for-public": "A policy is for every role, those to come too.",
        "isolation.policy-names-role": "A policy asks which database role acts, the same for all users.",
        "isolation.publication-without-filter": "A publication sends every row, whatever the policies say.",
        "isolation.restriction-not-for-role": "A restrictive policy does not apply to the role.",
        "isolation.rewrite-rule": "A rule turns statements into others, run as the owner of the relation.",
        "isolation.role-ignores-policies": "The application's role is a superuser or has BYPASSRLS.",
        "isolation.role-makes-roles": "The application's role has CREATEROLE.",
        "isolation.role-may-escape": "The application's role may become one that no policy binds.",
        "isolation.role-may-replicate": "The application's role has REPLICATION: it receives every row.",
        "isolation.role-sees-server": "The role sees statements of others, or may use every table.",
        "isolation.row-security-not-forced": "Row security does not bind the owner of the table.",
        "isolation.row-security-off": "Row security of a table with owners is off.",
        "isolation.row-without-owner": "Rows have no owner.",
        "isolation.self-granted": "A policy believes a table where the role may write for anybody.",
        "isolation.sentinel-owner": "Rows belong to an owner that looks like nobody: 0, '', nil UUID.",
        "isolation.sequence-open": "The role may read or set a sequence.",
        "isolation.server-not-patched": "The server lacks known fixes of row security.",
        "isolation.shadow-table": "A table that is nobody's has every column of an owned one.",
        "isolation.statement-unbound": "A statement of the program is not bound to its user.",
        "isolation.truncate-granted": "The role may TRUNCATE, which obeys no policy.",
        "isolation.two-owners": "Rows lead to two different owners, over two ways.",
        "isolation.unique-across-owners": "A unique key goes over the rows of all users.",
        "isolation.user-key-reused": "The next user may get the key of one that is or was there.",
        "isolation.users-alike": "Users differ only by case or blanks.",
        "isolation.view-with-owners-rights": "A view reads as its owner, not as the user who asks.",
        "isolation.view-without-barrier": "A view may run a user's condition before its own.",
        "ownership.ambiguous": "A table has more than one way to an owner, and they need not agree.",
        "ownership.link-unguarded": "A link table can join rows of two users.",
        "ownership.no-root": "Nothing says which table holds the users.",
        "ownership.nullable": "Rows of a table can have no owner.",
        "ownership.root-assumed": "The table of users was guessed, for nothing is declared.",
        "ownership.rule-without-table": "A declared rule names a table that is not there.",
        "ownership.shared-with-owner": "A table is declared as shared, and refers to the users.",
        "ownership.shared-without-reason": "A table is declared as shared without a reason.",
        "ownership.unclassified": "Nobody owns the rows of a table, and nobody declared it as shared.",
    }
)
"""Rule to what it says, of audits with and without tries."""

OF_ROWS = frozenset(
    f"isolation.{name}"
    for name in (
        "crossed-owners",
        "owner-gone",
        "owner-not-there",
        "row-without-owner",
        "sentinel-owner",
        "two-owners",
        "user-key-reused",
        "users-alike",
    )
)
"""The rules that look at stored rows: an audit that executes nothing does not ask them."""
