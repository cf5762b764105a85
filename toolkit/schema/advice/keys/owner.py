"""The column that says whose a row is: present, indexed, and part of the references between owned tables."""

from __future__ import annotations

from toolkit.schema.advice.fixes import create_index, set_not_null, words
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Qualified


@rule(
    "tenant-column-nullable",
    WARNING,
    name="A row may belong to nobody",
    why="A row without an owner is seen by nobody or by everybody, as each query happens to treat null. "
    "On a table with policies it is an error.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint);",
    fix="Fill in the owner, then NOT NULL; on a large table by a check constraint that is validated first.",
)
def tenant_column_nullable(scope: Scope) -> Found:
    """A column with one of the names of owner columns that accepts nulls."""
    for table in scope.tables:
        column = scope.owner_column(table.qualified)
        if column is not None and column.nullable:
            policies = len(scope.policies(table.qualified))
            yield Advice(
                column.key,
                f"{table.qualified} may hold rows without {column.name}: nobody owns them.",
                set_not_null(
                    "fill in the owner of every row, then refuse nulls", table.qualified, column.name
                ),
                {"policies": policies},
                ERROR if policies else None,
            )


@rule(
    "tenant-column-not-leading",
    WARNING,
    name="No index begins with the owner",
    why="Every query of an application with users asks for the rows of one of them; without such an index "
    "each reads the rows of all.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);",
    fix="An index that begins with the owner column, followed by what lists are ordered or filtered by.",
)
def tenant_column_not_leading(scope: Scope) -> Found:
    """A table with an owner column that is the first key of no valid index."""
    for table in scope.tables:
        column = scope.owner_column(table.qualified)
        indexes = [*scope.usable_indexes(table.qualified)]
        if column is None or any(index.keys[0].column == column.name for index in indexes):
            continue
        name = scope.free_name(table.schema, f"ix_{table.name}_{column.name}")
        yield Advice(
            column.key,
            f"No index of {table.qualified} begins with {column.name}.",
            create_index("index the owner", table, [column.name], name),
            {"indexes": [index.name for index in indexes], "rows": scope.rows(table.qualified)},
        )


@rule(
    "fk-leaves-out-owner",
    INFO,
    name="Reference between owned tables without the owner",
    why="Both tables know whose their rows are, and the reference does not ask: a row of one user may "
    "refer to a row of another.",
    example="CREATE TABLE projects (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL,\n"
    "  project_id bigint REFERENCES projects);",
    fix="Make (id, owner) unique in the referenced table and refer to both columns.",
)
def fk_leaves_out_owner(scope: Scope) -> Found:
    """A foreign key between two tables with the same owner column that does not include it."""
    for key in scope.foreign_keys:
        if key.references is None:
            continue
        owner, other = scope.owner_column(key.relation), scope.owner_column(key.references)
        if owner is None or other is None or owner.name != other.name or owner.name in key.columns:
            continue
        if other.name in key.referenced_columns or _wider(scope, key.relation, key.columns, owner.name):
            continue
        yield Advice(
            key.key,
            f"{key.relation} refers to {key.references} by ({', '.join(key.columns)}), without {owner.name}:"
            " the two rows may have different owners.",
            words(f"refer to (id, {owner.name}) of {key.references}, which must be unique"),
            {"owner": owner.name},
        )


def _wider(scope: Scope, relation: Qualified, columns: tuple[str, ...], owner: str) -> bool:
    """Whether another foreign key of the table joins these columns with the owner."""
    return any({*columns, owner} <= {*one.columns} for one in scope.parts(relation).foreign_keys)
