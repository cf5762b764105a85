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
        "isolation.child-table-open": "A partition or child is reached past the policies of its parent.",
        "isolation.crossed-owners": "Rows belong to another user than the row they refer to.",
        "isolation.default-privileges": "New tables are open to the role before they have a policy.",
        "isolation.definer-function": "A function acts as its owner, and the role can run it.",
        "isolation.definer-search-path": "A function acts as its owner on what the caller's path finds.",
        "isolation.foreign-table-open": "A foreign table has no row security, and the role may use it.",
        "isolation.identity-preset": "A session that names no user acts as a preset one.",
        "isolation.leakproof-function": "A function may be run on rows before the policies hide them.",
        "isolation.materialised-view-open": "A materialised view keeps rows that no policy filters.",
        "isolation.owner-not-there": "Rows belong to an owner that does not exist.",
        "isolation.policy-always-true": "A policy lets everything pass.",
        "isolation.publication-without-filter": "A publication sends every row, whatever the policies say.",
        "isolation.role-ignores-policies": "The application's role is a superuser or has BYPASSRLS.",
        "isolation.role-may-escape": "The application's role may become one that no policy binds.",
        "isolation.row-security-not-forced": "Row security does not bind the owner of the table.",
        "isolation.row-security-off": "Row security of a table with owners is off.",
        "isolation.row-without-owner": "Rows have no owner.",
        "isolation.truncate-granted": "The role may TRUNCATE, which obeys no policy.",
        "isolation.view-with-owners-rights": "A view reads as its owner, not as the user who asks.",
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

OF_ROWS = frozenset({"isolation.crossed-owners", "isolation.owner-not-there", "isolation.row-without-owner"})
"""The rules that look at stored rows: an audit that executes nothing does not ask them."""
