"""Whether row security is on where it has to be."""

from __future__ import annotations

from typing import Final

from toolkit.schema.advice.fixes import alter, statements, words
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Grants, Table
from toolkit.sql.quoting import quote_identifier

ROWS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
"""The privileges that reach rows."""


@rule(
    "rls-off-in-exposed-schema",
    ERROR,
    name="The application reaches a table without row security",
    why="Every row of the table is open to every user of the application: nothing but its own queries "
    "keeps them apart.",
    example="-- app is the application's role\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "GRANT SELECT ON tasks TO app;",
    fix="Policies for what each user may do, then ENABLE ROW LEVEL SECURITY; before them it hides "
    "everything.",
    needs_app_role=True,
)
def rls_off_in_exposed_schema(scope: Scope) -> Found:
    """A table that an application role may reach, with an owner column or policies elsewhere in its
    schema, and no row security. Tables without an owner column in schemas where nothing has row security
    are a warning.
    """
    protected = {table.schema for table in scope.tables if table.row_security}
    for table in scope.tables:
        holders = scope.holders(_grants(scope, table), ROWS)
        usable = {role for role in holders if role in scope.may_use(table.schema)}
        if table.row_security or not usable:
            continue
        owned = scope.owner_column(table.qualified) is not None or table.schema in protected
        rights = sorted({right for role in usable for right in holders[role]})
        yield Advice(
            table.key,
            f"{', '.join(sorted(usable))} may {', '.join(rights)} every row of {table.qualified}.",
            alter(
                "write the policies first, then switch it on", table.qualified, "ENABLE ROW LEVEL SECURITY"
            ),
            {"roles": sorted(usable), "privileges": rights},
            None if owned else WARNING,
        )


@rule(
    "rls-policies-but-disabled",
    ERROR,
    name="Policies that are not in force",
    why="They read like protection and do nothing until row security is enabled.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "CREATE POLICY own ON tasks USING (user_id = 1);",
    fix="ENABLE ROW LEVEL SECURITY, and FORCE where the owner is to be held too.",
)
def rls_policies_but_disabled(scope: Scope) -> Found:
    """A table that has policies, and row security disabled."""
    for table in scope.every_table:
        policies = scope.policies(table.qualified)
        if policies and not table.row_security:
            yield Advice(
                table.key,
                f"{table.qualified} has {len(policies)} policies that are not in force.",
                alter("put them in force", table.qualified, "ENABLE ROW LEVEL SECURITY"),
                {"policies": [policy.name for policy in policies]},
            )


@rule(
    "rls-enabled-no-policy",
    INFO,
    name="Row security without a policy",
    why="Everybody but the owner sees no row and can write none: safe, and rarely what is meant for long.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY);\nALTER TABLE tasks ENABLE ROW LEVEL SECURITY;",
    fix="A policy, or a comment that says that nobody is to see it.",
)
def rls_enabled_no_policy(scope: Scope) -> Found:
    """A table with row security enabled, no policy, and no comment."""
    for table in scope.tables:
        if table.row_security and not scope.policies(table.qualified) and table.comment is None:
            yield Advice(
                table.key,
                f"{table.qualified} has row security and no policy: nobody but its owner sees a row.",
                words("add a policy, or a comment that says that this is meant"),
                {"forced": table.row_security_forced},
            )


@rule(
    "rls-partition-not-covered",
    WARNING,
    name="Partition that goes around the policies",
    why="The policies of the parent hold for queries of the parent. Who may name the partition reads its "
    "rows without them.",
    example="CREATE TABLE events (user_id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);\n"
    "ALTER TABLE events ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON events USING (user_id = 1);\n"
    "CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2025-01-01');\n"
    "GRANT SELECT ON events_old TO PUBLIC;",
    fix="Take the rights on partitions away; queries of the parent do not need them.",
)
def rls_partition_not_covered(scope: Scope) -> Found:
    """A partition without row security, of a table that has it, that others than its owner may reach."""
    for name, partitions in scope.partitions.items():
        parent = scope.table(name)
        for partition in partitions if parent is not None and parent.row_security else []:
            others = sorted(
                {
                    grant.grantee
                    for grant in partition.grants
                    if grant.privilege in ROWS and grant.grantee != partition.owner
                }
            )
            if others and not partition.row_security:
                named = ["PUBLIC" if other == "PUBLIC" else quote_identifier(other) for other in others]
                yield Advice(
                    partition.key,
                    f"{', '.join(others)} may reach {partition.qualified} around the policies of {name}.",
                    statements(
                        "take the rights away",
                        *(f"REVOKE ALL ON {partition.qualified} FROM {other}" for other in named),
                    ),
                    {"roles": others},
                )


def _grants(scope: Scope, table: Table) -> Grants:
    """Grants on the table and on any of its columns."""
    columns: list[Column] = scope.parts(table.qualified).columns
    return (*table.grants, *(grant for column in columns for grant in column.grants))
