"""a role for the application

`neonkit_demo_app` owns nothing, bypasses nothing and cannot log in: it is what the application may do. The
login that the application uses, whose password has no place here, becomes a member of it:

    GRANT neonkit_demo_app TO the_login_of_the_application

Roles belong to the whole server, not to this database: one that is there already is kept if it is harmless,
and the way back only drops it when no other database and no login uses it.

Revision ID: c68d2b4f19e5
Revises: 92f3e6a7b01d
Create Date: 2025-11-03 13:10:20+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "c68d2b4f19e5"
down_revision: str | tuple[str, ...] | None = "92f3e6a7b01d"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

CREATE_ROLE = """
DO $$
BEGIN
    CREATE ROLE neonkit_demo_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname = 'neonkit_demo_app' AND (rolsuper OR rolbypassrls OR rolcanlogin)
    ) THEN
        RAISE EXCEPTION 'role neonkit_demo_app exists and could log in or bypass the policies';
    END IF;
END
$$
"""

DROP_ROLE = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_auth_members AS membership
        WHERE membership.roleid = 'neonkit_demo_app'::regrole AND membership.member <> current_user::regrole
    ) THEN
        RAISE NOTICE 'role neonkit_demo_app stays: it has members';
    ELSE
        DROP ROLE neonkit_demo_app;
    END IF;
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
    RAISE NOTICE 'role neonkit_demo_app stays: %', SQLERRM;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute(CREATE_ROLE)
    op.execute("GRANT USAGE ON SCHEMA public TO neonkit_demo_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON users, tasks, tags TO neonkit_demo_app")
    # A link is made or removed, never changed.
    op.execute("GRANT SELECT, INSERT, DELETE ON task_tag_links TO neonkit_demo_app")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("REVOKE ALL ON users, tasks, tags, task_tag_links FROM neonkit_demo_app")
    op.execute("REVOKE USAGE ON SCHEMA public FROM neonkit_demo_app")
    op.execute(DROP_ROLE)
