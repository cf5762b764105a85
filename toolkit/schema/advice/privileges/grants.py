"""Rights that are held by more than need them."""

from __future__ import annotations

from toolkit.schema.advice.fixes import statements
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import DefaultPrivileges, Schema
from toolkit.sql.quoting import quote_identifier


@rule(
    "public-can-create-in-schema",
    ERROR,
    name="Everybody may create objects in a schema",
    why="Any role can put a function or table in front of the one that others mean. Before PostgreSQL 15 "
    "this was the default of `public`, and upgraded databases still have it.",
    example="CREATE SCHEMA shared;\nGRANT CREATE ON SCHEMA shared TO PUBLIC;",
    fix="Take CREATE from PUBLIC.",
)
def public_can_create_in_schema(scope: Scope) -> Found:
    """A schema in which PUBLIC holds CREATE."""
    for schema in scope.snapshot.own(Schema):
        if any(grant.to_public and grant.privilege == "CREATE" for grant in schema.grants):
            yield Advice(
                schema.key,
                f"Every role may create objects in {schema.key.name}.",
                statements("take it away", f"REVOKE CREATE ON SCHEMA {schema.key.name} FROM PUBLIC"),
                {"owner": schema.owner},
            )


@rule(
    "public-table-grant",
    WARNING,
    name="Everybody has rights on a table",
    why="PUBLIC is every role of the cluster, those of tomorrow included.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY);\nGRANT SELECT ON tasks TO PUBLIC;",
    fix="Grant to the roles that need it.",
)
def public_table_grant(scope: Scope) -> Found:
    """A table, view or materialized view on which PUBLIC holds a right."""
    for thing in scope.readable:
        rights = sorted(grant.privilege for grant in thing.grants if grant.to_public)
        if rights:
            yield Advice(
                thing.key,
                f"Every role may {', '.join(rights)} {thing.qualified}.",
                statements("grant it to those who need it", f"REVOKE ALL ON {thing.qualified} FROM PUBLIC"),
                {"privileges": rights},
            )


@rule(
    "grant-with-grant-option",
    INFO,
    name="Right that may be passed on",
    why="Its holder decides who else gets it; taking it back then needs CASCADE.",
    example="-- app is a role\nCREATE TABLE tasks (id bigint PRIMARY KEY);\n"
    "GRANT SELECT ON tasks TO app WITH GRANT OPTION;",
    fix="Revoke the option; the right itself stays.",
)
def grant_with_grant_option(scope: Scope) -> Found:
    """A right on a table, view or materialized view with the grant option, held by another than the owner."""
    for thing in scope.readable:
        passing: dict[str, list[str]] = {}
        for grant in thing.grants:
            if grant.grantable and grant.grantee != thing.owner:
                passing.setdefault(grant.grantee, []).append(grant.privilege)
        for grantee, rights in passing.items():
            yield Advice(
                thing.key,
                f"{grantee} may pass on {', '.join(rights)} on {thing.qualified}.",
                statements(
                    "take the option away",
                    f"REVOKE GRANT OPTION FOR {', '.join(rights)} ON {thing.qualified}"
                    f" FROM {quote_identifier(grantee)} CASCADE",
                ),
                {"grantee": grantee, "privileges": rights},
            )


@rule(
    "default-privileges-open",
    WARNING,
    name="New objects are open to everybody",
    why="Every table made from now on can be reached by every role, before anybody thinks of policies.",
    example="CREATE SCHEMA drafts;\n"
    "ALTER DEFAULT PRIVILEGES IN SCHEMA drafts GRANT SELECT ON TABLES TO PUBLIC;",
    fix="Revoke the default; grant for each table.",
)
def default_privileges_open(scope: Scope) -> Found:
    """Default privileges that grant rights on tables, sequences or schemas to PUBLIC or to one of
    `low_roles`.
    """
    for default in scope.snapshot.own(DefaultPrivileges):
        holders = scope.low_holders(default.grants)
        rights = sorted({right for held in holders.values() for right in held})
        if rights and default.object_type in ("tables", "sequences", "schemas"):
            within = f" IN SCHEMA {quote_identifier(default.schema)}" if default.schema else ""
            yield Advice(
                default.key,
                f"New {default.object_type} of {default.role} are open to"
                f" {'every role' if 'PUBLIC' in holders else ', '.join(holders)}: {', '.join(rights)}.",
                statements(
                    "take the default back",
                    f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote_identifier(default.role)}{within}"
                    f" REVOKE ALL ON {default.object_type.upper()} FROM {', '.join(holders)}",
                ),
                {"privileges": rights, "schema": default.schema},
            )
