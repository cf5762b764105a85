"""Foreign keys that repeat, overlap, let half a reference through, or do not say what a delete does."""

from __future__ import annotations

from itertools import combinations, groupby

from toolkit.schema.advice.fixes import alter, set_not_null, statements, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Constraint
from toolkit.sql.quoting import quote_identifier


@rule(
    "fk-duplicate",
    WARNING,
    name="Two foreign keys for one reference",
    why="Every write checks both, and the stricter action on delete wins silently.",
    example="CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE tasks (user_id bigint REFERENCES users,\n"
    "  CONSTRAINT again FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE);",
    fix="Drop one of them, having looked at their actions.",
)
def fk_duplicate(scope: Scope) -> Found:
    """Two foreign keys of one table over the same columns to the same columns."""
    for _, group in _by_tables(scope):
        for one, other in combinations(group, 2):
            if _pairs(one) == _pairs(other):
                yield Advice(
                    other.key,
                    f"{other.name} of {other.relation} says the same as {one.name}.",
                    alter(
                        f"drop it, if the actions of {one.name} are the ones that are meant",
                        other.relation,
                        f"DROP CONSTRAINT {quote_identifier(other.name)}",
                    ),
                    {"same as": one.name, "on delete": [one.on_delete, other.on_delete]},
                )


@rule(
    "fk-overlapping",
    INFO,
    name="Overlapping foreign keys",
    why="A column that is part of two references to one table often means that one of them is left over from"
    " before the key was widened.",
    example="CREATE TABLE users (id bigint PRIMARY KEY, tenant_id bigint, UNIQUE (tenant_id, id));\n"
    "CREATE TABLE tasks (tenant_id bigint, user_id bigint REFERENCES users,\n"
    "  CONSTRAINT wide FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id));",
    fix="Keep the wider one if it implies the other.",
)
def fk_overlapping(scope: Scope) -> Found:
    """Two foreign keys from one table to another that share a column without being the same."""
    for _, group in _by_tables(scope):
        for one, other in combinations(group, 2):
            shared = {*one.columns} & {*other.columns}
            if shared and _pairs(one) != _pairs(other):
                narrow = min(one, other, key=lambda key: (len(key.columns), key.name))
                yield Advice(
                    narrow.key,
                    f"{one.name} and {other.name} of {one.relation} both use {', '.join(sorted(shared))}"
                    f" to refer to {one.references}.",
                    words("drop the narrower one if the wider one implies it"),
                    {"shared": sorted(shared), "constraints": [one.name, other.name]},
                )


@rule(
    "fk-composite-nullable",
    WARNING,
    name="Foreign key of several columns, some nullable",
    why="With MATCH SIMPLE, the default, a null in any column switches the whole check off: the others "
    "may hold what refers to nothing.",
    example="CREATE TABLE users (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id));\n"
    "CREATE TABLE tasks (tenant_id bigint NOT NULL, user_id bigint,\n"
    "  FOREIGN KEY (tenant_id, user_id) REFERENCES users);",
    fix="Make the columns NOT NULL; where a reference may be missing, MATCH FULL.",
)
def fk_composite_nullable(scope: Scope) -> Found:
    """A foreign key of two columns or more, MATCH SIMPLE, with a nullable column beside another."""
    for key in scope.foreign_keys:
        if len(key.columns) < 2 or key.match != "simple":
            continue
        nullable = [
            name for name in key.columns if (column := scope.column(key.relation, name)) and column.nullable
        ]
        if nullable:
            yield Advice(
                key.key,
                f"{key.name} of {key.relation} is not checked where {' or '.join(nullable)} is null.",
                set_not_null("refuse nulls, or use MATCH FULL", key.relation, *nullable),
                {"nullable": nullable, "columns": [*key.columns]},
            )


@rule(
    "fk-self-reference-no-action",
    INFO,
    name="Reference to the same table without an action",
    why="Without an action a parent can only be deleted after all below it, in the right order; nobody "
    "wrote down whether that is meant.",
    example="CREATE TABLE folders (id bigint PRIMARY KEY, parent_id bigint REFERENCES folders);",
    fix="Say what a delete does: CASCADE, SET NULL, or stay.",
)
def fk_self_reference_no_action(scope: Scope) -> Found:
    """A foreign key of a table to itself that neither cascades nor sets anything on delete."""
    for key in scope.foreign_keys:
        if key.references != key.relation or key.on_delete not in ("no action", "restrict"):
            continue
        name, columns = quote_identifier(key.name), ", ".join(map(quote_identifier, key.columns))
        targets = ", ".join(map(quote_identifier, key.referenced_columns))
        nullable = all((column := scope.column(key.relation, one)) and column.nullable for one in key.columns)
        action = "SET NULL" if nullable else "CASCADE"
        text = f"say what a delete does, such as {action}"
        plain = (
            key.match == "simple" and key.on_update == "no action" and not key.deferrable and not key.temporal
        )
        yield Advice(
            key.key,
            f"{key.name} of {key.relation} refers to its own table and says {key.on_delete} for deletes.",
            statements(
                text,
                f"ALTER TABLE {key.relation} DROP CONSTRAINT {name},"
                f" ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {key.references} ({targets})"
                f" ON DELETE {action}",
            )
            if plain
            else words(f"{text}; keep its other attributes"),
            {"on delete": key.on_delete},
        )


def _by_tables(scope: Scope) -> list[tuple[object, list[Constraint]]]:
    def tables(key: Constraint) -> tuple[object, object]:
        return key.relation, key.references

    ordered = sorted(scope.foreign_keys, key=lambda key: (key.relation, key.references or (), key.name))
    return [(both, [*group]) for both, group in groupby(ordered, key=tables)]


def _pairs(key: Constraint) -> frozenset[tuple[str, str]]:
    return frozenset(zip(key.columns, key.referenced_columns, strict=True))
