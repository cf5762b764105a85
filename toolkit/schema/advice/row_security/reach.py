"""Who row security does not hold."""

from __future__ import annotations

from toolkit.schema.advice.fixes import alter, statements, words
from toolkit.schema.advice.rule import ERROR, Advice, Found, Silence, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Key, Kind
from toolkit.sql.quoting import quote_identifier


@rule(
    "rls-not-forced-for-owner",
    ERROR,
    name="The application owns the table that should restrain it",
    why="A table's owner is exempt from its policies unless they are forced.",
    example="-- app is the application's role\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY own ON tasks USING (user_id = 1);\n"
    "ALTER TABLE tasks OWNER TO app;",
    fix="FORCE ROW LEVEL SECURITY; better, another owner.",
    needs_app_role=True,
)
def rls_not_forced_for_owner(scope: Scope) -> Found:
    """A table with row security that is not forced, owned by an application role or a role it inherits
    from.
    """
    for table in scope.every_table:
        owning = sorted(role for role, reached in scope.reach.items() if table.owner in reached)
        if table.row_security and not table.row_security_forced and owning:
            yield Advice(
                table.key,
                f"{', '.join(owning)} owns {table.qualified} and is exempt from its policies.",
                alter("hold the owner too", table.qualified, "FORCE ROW LEVEL SECURITY"),
                {"owner": table.owner, "roles": owning},
            )


@rule(
    "rls-bypass-role",
    ERROR,
    name="The application's role is above row security",
    why="A superuser, and a role with BYPASSRLS, sees every row whatever the policies say. On Neon the "
    "owner role of a project has it: it is for migrations, not for users.",
    example="-- app_above is the application's role\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY);\nGRANT SELECT ON tasks TO app_above;",
    fix="A role of its own for the application, with neither.",
    needs_app_role=True,
)
def rls_bypass_role(scope: Scope) -> Found:
    """An application role that is a superuser, has BYPASSRLS, or may become such a role."""
    for name in scope.settings.app_roles:
        key = Key(Kind.ROLE, (name,))
        role = scope.role(name)
        if role is None:
            yield Silence(f"there is no role {name}, or it cannot be seen", key)
            continue
        above = sorted(
            reached
            for reached in scope.may_become(name)
            if (one := scope.role(reached)) and (one.superuser or one.bypass_rls)
        )
        if not above:
            continue
        itself = name in above
        shown = quote_identifier(name)
        fix = (
            statements(
                "take it away; or let the application use another role", f"ALTER ROLE {shown} NOBYPASSRLS"
            )
            if itself and not role.superuser
            else words("give the application a role of its own that is not above row security")
        )
        yield Advice(
            key,
            f"{name} is above row security{'' if itself else ' as a member of ' + ', '.join(above)}.",
            fix,
            {"through": above, "superuser": role.superuser, "bypass": role.bypass_rls},
        )
