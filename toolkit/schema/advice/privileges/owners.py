"""Who owns what, and references into what somebody else owns."""

from __future__ import annotations

from collections import Counter, defaultdict

from toolkit.schema.advice.fixes import alter, statements, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Key, Kind, Origin, SchemaObject, Table
from toolkit.sql.quoting import quote_identifier


@rule(
    "owner-is-superuser",
    INFO,
    name="Tables owned by a superuser",
    why="Functions and views of that owner run above every rule, and migrations need a superuser for ever.",
    example="-- run by a superuser\nCREATE TABLE tasks (id bigint PRIMARY KEY);",
    fix="An owner role without login that migrations become.",
)
def owner_is_superuser(scope: Scope) -> Found:
    """A schema whose tables are owned by a superuser. One finding for each schema and owner."""
    owned = Counter((table.schema, table.owner) for table in scope.every_table)
    for (schema, owner), count in sorted(owned.items()):
        role = scope.role(owner)
        if role is not None and role.superuser:
            yield Advice(
                Key(Kind.SCHEMA, (schema,)),
                f"{count} tables of {quote_identifier(schema)} are owned by {owner}, a superuser.",
                words("make an owner role without login, and REASSIGN OWNED in a pause"),
                {"owner": owner, "tables": count},
            )


@rule(
    "owner-mixed",
    INFO,
    name="Tables of one schema with several owners",
    why="A migration run by one of them fails on the tables of the others, and default privileges hold "
    "for each alone.",
    example="-- app is a role\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY);\n"
    "CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE notes (id bigint PRIMARY KEY);\n"
    "ALTER TABLE notes OWNER TO app;",
    fix="One owner for all.",
)
def owner_mixed(scope: Scope) -> Found:
    """A table that is owned by another role than most tables of its schema."""
    owners: dict[str, Counter[str]] = defaultdict(Counter)
    for table in scope.every_table:
        owners[table.schema][table.owner] += 1
    for table in scope.tables:
        usual, most = owners[table.schema].most_common(1)[0]
        if table.owner != usual and owners[table.schema][table.owner] < most:
            yield Advice(
                table.key,
                f"{table.qualified} is owned by {table.owner}; {most} tables of its schema by {usual}.",
                alter("give it to the same owner", table.qualified, f"OWNER TO {quote_identifier(usual)}"),
                {"owners": dict(owners[table.schema])},
            )


@rule(
    "fk-across-privilege-boundary",
    WARNING,
    name="Reference into what somebody else keeps",
    why="The platform or an extension may change its tables at any upgrade, and the reference stands in "
    "its way: the upgrade fails, or the rows go.",
    example="-- the platform keeps the schema neon_auth\n"
    "CREATE TABLE members (id bigint PRIMARY KEY, account_id bigint REFERENCES neon_auth.accounts);",
    fix="Keep a copy of the key without a foreign key, or agree on it with who keeps the table.",
)
def fk_across_privilege_boundary(scope: Scope) -> Found:
    """A foreign key to a table that belongs to an extension or to the platform, or that stands in another
    schema and belongs to another role.
    """
    for key in scope.foreign_keys:
        target: SchemaObject | None = scope.snapshot.relation(key.references) if key.references else None
        if isinstance(target, Table) and _is_of_others(scope.table(key.relation), target):
            yield Advice(
                key.key,
                f"{key.relation} refers to {key.references}, which belongs to {target.owner}.",
                words("agree on it with who keeps the table, or keep the value without a reference"),
                {"references": str(key.references), "kept by": target.owner},
            )
        elif target is not None and target.origin in (Origin.EXTENSION, Origin.PLATFORM):
            name = quote_identifier(key.name)
            yield Advice(
                key.key,
                f"{key.relation} refers to {key.references}, which belongs to the {target.origin}.",
                statements(
                    "drop the reference and keep the value",
                    f"ALTER TABLE {key.relation} DROP CONSTRAINT {name}",
                ),
                {"references": str(key.references), "kept by": str(target.origin)},
            )


def _is_of_others(table: Table | None, target: Table) -> bool:
    return (
        table is not None
        and target.origin is Origin.USER
        and table.schema != target.schema
        and table.owner != target.owner
    )
