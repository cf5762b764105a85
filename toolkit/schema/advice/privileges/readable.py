"""What the application's roles may read and should not."""

from __future__ import annotations

from typing import Final

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, ForeignTable
from toolkit.sql.quoting import quote_identifier

_READ: Final = frozenset({"SELECT"})
_REACH: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


@rule(
    "sensitive-column-readable",
    WARNING,
    name="Secret that the application reads with every row",
    why="A password or token that `SELECT *` fetches ends in logs, answers and caches. Row security hides "
    "rows, not columns.",
    example="-- app is the application's role\n"
    "CREATE TABLE logins (id bigint PRIMARY KEY, password_hash text NOT NULL);\n"
    "GRANT SELECT ON logins TO app;",
    fix="Grant the other columns one by one, or keep the secret in a table of its own behind a function.",
    needs_app_role=True,
)
def sensitive_column_readable(scope: Scope) -> Found:
    """A column whose name says that it is secret, that an application role may read, in a table without
    row security.
    """
    for table, column in scope.columns():
        if table.row_security or not _sensitive(column, scope.settings.sensitive_words):
            continue
        roles = sorted(scope.holders((*table.grants, *column.grants), _READ))
        if roles:
            yield Advice(
                column.key,
                f"{', '.join(roles)} may read {table.qualified}.{column.name}.",
                words("grant SELECT on the other columns only, or keep it in a table of its own"),
                {"roles": roles},
            )


@rule(
    "foreign-table-exposed",
    WARNING,
    name="Foreign table that the application reaches",
    why="It has no row security, and what is read goes to the other server with that server's login for "
    "everybody.",
    example="-- app is the application's role\n"
    "CREATE FOREIGN DATA WRAPPER elsewhere;\nCREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere;\n"
    "CREATE FOREIGN TABLE remote_tasks (id bigint) SERVER elsewhere;\n"
    "GRANT SELECT ON remote_tasks TO app;",
    fix="Take the right away, and show it through a view that filters.",
    needs_app_role=True,
)
def foreign_table_exposed(scope: Scope) -> Found:
    """A foreign table that an application role may reach."""
    for table in scope.snapshot.own(ForeignTable):
        holders = scope.holders(table.grants, _REACH)
        reached = {name for role in holders for name in scope.reach[role]}
        grantees = sorted(
            {
                "PUBLIC" if grant.to_public else quote_identifier(grant.grantee)
                for grant in table.grants
                if grant.to_public or grant.grantee in reached
            }
        )
        if holders:
            yield Advice(
                table.key,
                f"{', '.join(sorted(holders))} may reach {table.qualified} on {table.server}.",
                statements(
                    "take the right away",
                    *(f"REVOKE ALL ON {table.qualified} FROM {one}" for one in grantees),
                ),
                {"roles": sorted(holders), "server": table.server},
            )


def _sensitive(column: Column, words_: tuple[str, ...]) -> bool:
    name = f"_{column.name.lower()}_"
    return any(f"_{word}_" in name for word in words_)
