"""Foreign keys without an index on the side that refers."""

from __future__ import annotations

from toolkit.findings import Severity
from toolkit.schema.advice.fixes import create_index
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Constraint


@rule(
    "fk-without-index",
    WARNING,
    name="Foreign key without an index",
    why="Every delete in the referenced table, and every update of its key, reads the whole referring "
    "table, row by row deleted; so does a query for the rows of one parent. Where statistics show a small "
    "table, or a referenced table that is never deleted from, it is information.",
    example="CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint REFERENCES users);",
    fix="Index the referring columns, concurrently.",
)
def fk_without_index(scope: Scope) -> Found:
    """A foreign key whose columns lead no valid index over all rows, in any order."""
    for key in scope.foreign_keys:
        table = scope.table(key.relation)
        if table is None or key.temporal or scope.covering_index(key.relation, key.columns) is not None:
            continue
        name = scope.free_name(key.schema, f"ix_{key.table}_{'_'.join(key.columns)}")
        columns = ", ".join(key.columns)
        yield Advice(
            key.key,
            f"No index begins with ({columns}), which {key.relation} refers to {key.references} by.",
            create_index("index the referring columns", table, key.columns, name),
            {"columns": [*key.columns], "on delete": key.on_delete, "rows": scope.rows(key.relation)},
            _severity(scope, key),
        )


def _severity(scope: Scope, key: Constraint) -> Severity | None:
    """Less where statistics show that nobody pays for it."""
    if not scope.has_statistics or key.references is None:
        return None
    rows = scope.rows(key.relation)
    parent = scope.table_statistics(key.references)
    age = scope.statistics.age
    long_enough = age is not None and age.days >= scope.settings.statistics_days
    never_deleted = parent is not None and long_enough and parent.deleted == parent.updated == 0
    tiny = rows is not None and 0 < rows <= scope.settings.small_rows
    return INFO if tiny or never_deleted else None
