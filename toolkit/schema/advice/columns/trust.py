"""Constraints that the server does not vouch for."""

from __future__ import annotations

from toolkit.schema.advice.fixes import alter, words
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Domain, Qualified
from toolkit.sql.quoting import quote_identifier


@rule(
    "constraint-not-validated",
    WARNING,
    name="Constraint that old rows were never checked against",
    why="NOT VALID checks new rows only. What the constraint promises may be false for the old ones, and "
    "the planner does not use it. A column that PostgreSQL 18 calls NOT NULL may hold nulls.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, title text);\n"
    "ALTER TABLE tasks ADD CONSTRAINT titled CHECK (title <> '') NOT VALID;",
    fix="`VALIDATE CONSTRAINT`: it reads the table, and reading and writing go on meanwhile.",
)
def constraint_not_validated(scope: Scope) -> Found:
    """A check, foreign key, not-null or domain constraint that is NOT VALID."""
    for one in scope.constraints:
        if not one.validated and one.enforced:
            yield Advice(
                one.key,
                f"{one.name} of {one.relation} was never checked against the rows from before it.",
                alter(
                    "check the old rows", one.relation, f"VALIDATE CONSTRAINT {quote_identifier(one.name)}"
                ),
                {"type": one.type},
            )
    for table, column in scope.columns():
        if column.not_null is not None and not column.not_null.validated and column.not_null.name:
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is NOT NULL for new rows only; old ones may hold nulls.",
                alter(
                    "check the old rows",
                    table.qualified,
                    f"VALIDATE CONSTRAINT {quote_identifier(column.not_null.name)}",
                ),
                {"type": "not null"},
            )
    for domain in scope.snapshot.own(Domain):
        for check in domain.checks:
            if not check.validated:
                name = Qualified(domain.schema, domain.name)
                yield Advice(
                    domain.key,
                    f"{check.name} of the domain {name} was never checked against the values from before it.",
                    words(f"ALTER DOMAIN {name} VALIDATE CONSTRAINT {quote_identifier(check.name)}"),
                    {"type": "domain check"},
                )


@rule(
    "constraint-not-enforced",
    WARNING,
    name="Constraint that is not enforced",
    why="It reads like a promise and holds nothing: any row goes in.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, title text,\n"
    "  CONSTRAINT titled CHECK (title <> '') NOT ENFORCED);",
    fix="Enforce it, or drop it and write down what is expected in a comment.",
    since=18,
)
def constraint_not_enforced(scope: Scope) -> Found:
    """A check or foreign key declared NOT ENFORCED."""
    for one in scope.constraints:
        if not one.enforced:
            name = quote_identifier(one.name)
            check = one.type == "check"
            actions = (
                f"DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({one.expression}) NOT VALID"
                if check
                else f"ALTER CONSTRAINT {name} ENFORCED"
            )
            validate = (f"VALIDATE CONSTRAINT {name}",) if check else ()
            yield Advice(
                one.key,
                f"{one.name} of {one.relation} is not enforced.",
                alter("enforce it, once the rows keep it", one.relation, actions, *validate),
                {"type": one.type},
            )
