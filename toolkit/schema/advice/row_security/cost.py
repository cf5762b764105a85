"""What policies cost each query."""

from __future__ import annotations

import re
from collections import defaultdict

from toolkit.schema.advice.fixes import create_index, statements, words
from toolkit.schema.advice.row_security.calls import calls_per_row, wrapped
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Function, Policy
from toolkit.sql.quoting import quote_identifier

_VERBS = ("select", "insert", "update", "delete")


@rule(
    "rls-multiple-permissive",
    INFO,
    name="Several permissive policies for one verb",
    why="Each is evaluated for each row until one is true, and a row is visible if any of them says so: "
    "what a user may see stands in no one place.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL, team_id bigint NOT "
    "NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY own ON tasks FOR SELECT USING (user_id = 1);\n"
    "CREATE POLICY team ON tasks FOR SELECT USING (team_id = 1);",
    fix="Merge them with OR, or make the one that narrows RESTRICTIVE.",
)
def rls_multiple_permissive(scope: Scope) -> Found:
    """Two permissive policies or more of one table that hold for the same role and verb."""
    for table in scope.every_table:
        reaching: dict[tuple[str, str], list[str]] = defaultdict(list)
        for policy in scope.policies(table.qualified):
            if policy.permissive:
                for verb in _VERBS if policy.command == "all" else (policy.command,):
                    for role in policy.roles or ("PUBLIC",):
                        reaching[role, verb].append(policy.name)
        several = {key: names for key, names in reaching.items() if len(names) > 1}
        if several:
            (role, verb), names = next(iter(several.items()))
            yield Advice(
                table.key,
                f"{len(names)} permissive policies of {table.qualified} hold for {role} and {verb}:"
                f" {', '.join(names)}.",
                words("merge them, or make what narrows RESTRICTIVE"),
                {f"{role} {verb}": names for (role, verb), names in several.items()},
            )


@rule(
    "rls-per-row-function",
    WARNING,
    name="Policy that calls a function for each row",
    why="The acting user is the same for the whole statement, and a bare call asks for it at every row. "
    "In a subquery it is asked once, and an index on the owner can be used.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id text NOT NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY own ON tasks USING (user_id = current_setting('app.user_id', true));",
    fix="Write the call as `(SELECT current_setting(...))`.",
)
def rls_per_row_function(scope: Scope) -> Found:
    """A policy that calls `current_setting`, or a stable function of the user's without arguments,
    outside of a subquery.
    """
    names = {"current_setting"} | {
        f"{quote_identifier(function.schema)}.{quote_identifier(function.name)}"
        for function in scope.snapshot.of(Function)
        if function.volatility == "stable" and function.identity == ""
    }
    for table in scope.every_table:
        for policy in scope.policies(table.qualified):
            calls = {
                call
                for text in (policy.using, policy.with_check)
                if text is not None
                for call in calls_per_row(text, names)
            }
            if calls:
                yield Advice(
                    policy.key,
                    f"The policy {policy.name} of {table.qualified} calls {min(calls)} for each row.",
                    statements("ask once for each statement", _asked_once(policy, names)),
                    {"calls": sorted(calls)},
                )


@rule(
    "rls-tenant-column-unindexed",
    WARNING,
    name="Policy by a column that no index begins with",
    why="Every query of every user gets this condition; without an index each reads the rows of all users.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, holder bigint NOT NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON tasks USING (holder = 1);",
    fix="An index that begins with the column.",
)
def rls_tenant_column_unindexed(scope: Scope) -> Found:
    """A column that a policy for reading compares by equality, and that is the first key of no valid
    index.
    """
    for table in scope.tables:
        found: dict[str, tuple[Column, list[str]]] = {}
        for policy in scope.policies(table.qualified):
            for column in scope.parts(table.qualified).columns:
                if policy.command != "insert" and _compares(policy.using or "", column):
                    found.setdefault(column.name, (column, []))[1].append(policy.name)
        for column, policies in found.values():
            if any(index.keys[0].column == column.name for index in scope.usable_indexes(table.qualified)):
                continue
            name = scope.free_name(table.schema, f"ix_{table.name}_{column.name}")
            yield Advice(
                column.key,
                f"Policies of {table.qualified} ask for {column.name}, and no index begins with it.",
                create_index("index what every query asks for", table, [column.name], name),
                {"policies": policies, "rows": scope.rows(table.qualified)},
            )


def _compares(using: str, column: Column) -> bool:
    """Whether the column stands beside an equals sign. Boolean columns have nothing to gain from an index."""
    name = rf"(?<![\w\".]){re.escape(quote_identifier(column.name))}(?:\)?::[a-z ]+(?:\(\d+\))?)?(?![\w\"])"
    return column.type != "boolean" and re.search(rf"{name} = |= \(?{name}", using) is not None


def _asked_once(policy: Policy, names: set[str]) -> str:
    using = "" if policy.using is None else f" USING ({wrapped(policy.using, names)})"
    check = "" if policy.with_check is None else f" WITH CHECK ({wrapped(policy.with_check, names)})"
    return f"ALTER POLICY {quote_identifier(policy.name)} ON {policy.relation}{using}{check}"
