"""users see and change their own rows only

The acting user is the transaction's setting `app.user_id`, which the application sets from the token that it
verified (SET LOCAL, so that a pool cannot carry it over). Unset or empty means nobody: no rows.

The identity is read in a subquery, once per statement instead of once per row. Policies are made before they
are switched on, in one transaction: at no time does a table hide everything.

FORCE binds the owner of the tables too. Superusers and roles with BYPASSRLS, such as the owner role of a Neon
project, are exempt all the same: they may migrate and import, and must not serve users. An owner without that
right is held by the policies, which name only the application's role: it sees no rows and can add none.

Revision ID: 15b7e9d0a8c4
Revises: c68d2b4f19e5
Create Date: 2025-11-04 15:27:33+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "15b7e9d0a8c4"
down_revision: str | tuple[str, ...] | None = "c68d2b4f19e5"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

IDENTITY = "(SELECT nullif(current_setting('app.user_id', true), '')::uuid)"

EVERY_VERB = ("SELECT", "INSERT", "UPDATE", "DELETE")
TABLES = {
    "users": ("id", EVERY_VERB),
    "tasks": ("user_id", EVERY_VERB),
    "tags": ("user_id", EVERY_VERB),
    "task_tag_links": ("user_id", ("SELECT", "INSERT", "DELETE")),
}
RULES = {
    "SELECT": "USING ({mine})",
    "INSERT": "WITH CHECK ({mine})",
    "UPDATE": "USING ({mine}) WITH CHECK ({mine})",
    "DELETE": "USING ({mine})",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table, (owner, verbs) in TABLES.items():
        mine = f"{owner} = {IDENTITY}"
        for verb in verbs:
            op.execute(
                f"CREATE POLICY {table}_{verb.lower()}_own ON {table} FOR {verb} TO neonkit_demo_app"
                f" {RULES[verb].format(mine=mine)}"
            )
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table, (_, verbs) in TABLES.items():
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
        for verb in verbs:
            op.execute(f"DROP POLICY {table}_{verb.lower()}_own ON {table}")
