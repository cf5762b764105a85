"""What the expressions of policies let through."""

from __future__ import annotations

import re
from typing import Final

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import ERROR, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Policy
from toolkit.sql.quoting import quote_identifier, quote_literal

_TRUE: Final = re.compile(
    r"true|not false|(?P<same>\d+|'[^']*'::text) = (?P=same)|1 is not null", re.IGNORECASE
)
_WRITES: Final = ("all", "insert", "update", "delete")


@rule(
    "rls-always-true",
    WARNING,
    name="Policy that lets every row through",
    why="Permissive policies are joined by OR: one that is always true undoes all others for its verbs "
    "and roles.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\nCREATE POLICY anybody ON tasks FOR DELETE USING (true);",
    fix="Narrow it to the rows that are meant. Reading for everybody may be meant, and is not reported.",
)
def rls_always_true(scope: Scope) -> Found:
    """A permissive policy for writing whose USING or WITH CHECK is a constant that is true."""
    for table in scope.every_table:
        for policy in scope.policies(table.qualified):
            parts = {
                name: text
                for name, text in (("using", policy.using), ("with check", policy.with_check))
                if text is not None and _TRUE.fullmatch(_bare(text))
            }
            if parts and policy.permissive and policy.command in _WRITES:
                yield Advice(
                    policy.key,
                    f"The policy {policy.name} of {table.qualified} lets every row be written by"
                    f" {', '.join(policy.roles) or 'PUBLIC'} ({policy.command}).",
                    _narrowed(scope, policy),
                    {"command": policy.command, "roles": [*policy.roles] or ["PUBLIC"], "expressions": parts},
                )


@rule(
    "rls-write-check-missing",
    WARNING,
    name="Policy that lets a row be given away",
    why="Without WITH CHECK the new row is judged by USING. Where USING does not look at the owner, a "
    "user may change a row into one of somebody else.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL, open boolean NOT NULL "
    "DEFAULT true);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY open ON tasks FOR UPDATE USING (open);",
    fix="WITH CHECK that binds the owner column to the acting user.",
)
def rls_write_check_missing(scope: Scope) -> Found:
    """A permissive policy for UPDATE or ALL without WITH CHECK, whose USING does not mention the owner
    column.
    """
    for table in scope.every_table:
        owner = scope.owner_column(table.qualified)
        for policy in scope.policies(table.qualified) if owner is not None else []:
            writes = policy.command in ("all", "update") and policy.permissive
            bound = owner is not None and _mentions(policy.using or "", owner.name)
            if writes and policy.with_check is None and not bound and owner is not None:
                yield Advice(
                    policy.key,
                    f"The policy {policy.name} of {table.qualified} lets an update set any {owner.name}.",
                    words(f"add WITH CHECK, binding {owner.name} to the acting user"),
                    {"command": policy.command, "using": policy.using},
                )


@rule(
    "rls-refers-to-user-editable-claim",
    ERROR,
    name="Policy that believes what the user writes",
    why="A claim that users can edit in their own profile decides what they may see: they will edit it.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, team text NOT NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON tasks USING\n"
    "  (team = current_setting('request.claims', true)::jsonb -> 'user_metadata' ->> 'team');",
    fix="A claim that only the server sets, or a table of memberships.",
)
def rls_refers_to_user_editable_claim(scope: Scope) -> Found:
    """A policy whose text names one of the `user_editable_claims`."""
    for table in scope.every_table:
        for policy in scope.policies(table.qualified):
            text = f"{policy.using or ''} {policy.with_check or ''}"
            claims = [claim for claim in scope.settings.user_editable_claims if claim in text]
            if claims:
                yield Advice(
                    policy.key,
                    f"The policy {policy.name} of {table.qualified} decides by {claims[0]}, which users"
                    " can edit.",
                    words("decide by what only the server sets"),
                    {"claims": claims},
                )


def _bare(text: str) -> str:
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text


def _mentions(text: str, column: str) -> bool:
    return re.search(rf"(?<![\w\"]){re.escape(quote_identifier(column))}(?![\w\"])", text) is not None


def _narrowed(scope: Scope, policy: Policy) -> Fix:
    """The policy bound to the owner, as the project names its acting user; words where there is no owner
    column.
    """
    owner = scope.owner_column(policy.relation)
    if owner is None:
        return words("narrow it to the rows of the acting user")
    setting = f"nullif(current_setting({quote_literal(scope.settings.identity_setting)}, true), '')"
    who = f"{quote_identifier(owner.name)} = (SELECT {setting}::{owner.type})"
    using = "" if policy.using is None else f" USING ({who})"
    check = "" if policy.with_check is None else f" WITH CHECK ({who})"
    return statements(
        "bind it to the acting user",
        f"ALTER POLICY {quote_identifier(policy.name)} ON {policy.relation}{using}{check}",
    )
