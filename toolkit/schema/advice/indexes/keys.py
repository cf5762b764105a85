"""Index keys and predicates that do not do what they are there for."""

from __future__ import annotations

import re
from typing import Final

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Index, Qualified
from toolkit.sql.quoting import quote_identifier

_RANGED: Final = re.compile(r"timestamp.*|date|time .*")


@rule(
    "index-low-selectivity",
    INFO,
    name="Index whose first key has hardly any values",
    why="Half of the table is found by each value: reading it in order is cheaper, and the index is kept "
    "up to date for nothing.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, done boolean NOT NULL);\n"
    "CREATE INDEX by_done ON tasks (done);",
    fix="A partial index on what is looked for, `WHERE NOT done`, over the column that is ordered by.",
)
def index_low_selectivity(scope: Scope) -> Found:
    """An index over all rows whose first key is boolean, or has a single value as statistics show."""
    for index, column in _leading(scope):
        known = scope.statistics.columns.get(column.key.path) if scope.has_statistics else None  # type: ignore[arg-type]
        single = known is not None and known.distinct == 1
        if index.predicate is None and not index.unique and (column.type == "boolean" or single):
            yield Advice(
                index.key,
                f"{index.name} begins with {column.name}, which has"
                f" {'one value' if single else 'two values'}.",
                words("replace it by a partial index on the value that is looked for"),
                {"column": column.name, "type": column.type, "distinct": known.distinct if known else None},
            )


@rule(
    "index-null-heavy",
    INFO,
    name="Index that is mostly nulls",
    why="A B-tree keeps an entry for each null; queries for a value never look at them.",
    example="-- done_at is null in more than half of the rows\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, done_at timestamptz);\n"
    "CREATE INDEX by_done_at ON tasks (done_at);",
    fix="The same index `WHERE column IS NOT NULL`.",
    needs_statistics=True,
)
def index_null_heavy(scope: Scope) -> Found:
    """A B-tree index over all rows with one key, a nullable column that is null in more than half of the
    rows.
    """
    for index, column in _leading(scope):
        known = scope.statistics.columns.get((column.schema, column.table, column.name))
        plain = (
            index.predicate is None and not index.unique and len(index.keys) == 1 and index.method == "btree"
        )
        if plain and column.nullable and known is not None and known.null_fraction > 0.5:
            yield Advice(
                index.key,
                f"{index.name} holds an entry for each null: {known.null_fraction:.0%} of {column.name}.",
                words(f"build it again WHERE {quote_identifier(column.name)} IS NOT NULL"),
                {"null share": round(known.null_fraction, 3)},
            )


@rule(
    "index-pointless-predicate",
    INFO,
    name="Partial index that leaves nothing out",
    why="The predicate is always true, and only hinders: the planner has to prove it for every query.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, title text NOT NULL);\n"
    "CREATE INDEX by_title ON tasks (title) WHERE title IS NOT NULL;",
    fix="The same index without a predicate.",
)
def index_pointless_predicate(scope: Scope) -> Found:
    """An index with the predicate `column IS NOT NULL` for a column that is NOT NULL."""
    for index in scope.indexes:
        for column in scope.parts(index.relation).columns if index.predicate else []:
            name = quote_identifier(column.name)
            if column.not_null and column.not_null.validated and index.predicate == f"({name} IS NOT NULL)":
                yield Advice(
                    index.key,
                    f"{index.name} is limited to rows where {column.name} is not null, which are all.",
                    words("build it again without the predicate"),
                    {"predicate": index.predicate},
                )


@rule(
    "index-range-column-in-middle",
    INFO,
    name="A time in front of other keys",
    why="Times are searched by ranges, and after a range the keys behind it only filter what was read.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint, due date);\n"
    "CREATE INDEX by_due_user ON tasks (due, user_id);",
    fix="Put what is compared by equality first and the time last.",
)
def index_range_column_in_middle(scope: Scope) -> Found:
    """A B-tree index, not unique, that has a date or timestamp before a key of another type."""
    for index in scope.indexes:
        columns = [key.column and scope.column(index.relation, key.column) for key in index.keys]
        if index.method != "btree" or index.unique or not all(columns):
            continue
        types = [column.type for column in columns if isinstance(column, Column)]
        ranged = [place for place, type_ in enumerate(types) if _RANGED.fullmatch(type_)]
        if ranged and any(not _RANGED.fullmatch(type_) for type_ in types[ranged[0] + 1 :]):
            if _is_key_at_end(scope, index):
                continue
            keys = [key.column for key in index.keys]
            yield Advice(
                index.key,
                f"{index.name} has {keys[ranged[0]]} before {', '.join(map(str, keys[ranged[0] + 1 :]))}.",
                words("put the columns compared by equality first and the time last"),
                {"keys": keys},
            )


@rule(
    "array-with-btree",
    WARNING,
    name="B-tree over an array",
    why="It finds whole arrays that are equal or sort before another. `@>`, `&&` and `= ANY` cannot use it.",
    example="CREATE TABLE posts (id bigint PRIMARY KEY, tags text[]);\nCREATE INDEX by_tags ON posts (tags);",
    fix="A GIN index.",
)
def array_with_btree(scope: Scope) -> Found:
    """A B-tree index, not unique, with one key that is an array."""
    for index, column in _leading(scope):
        single = index.method == "btree" and not index.unique and len(index.keys) == 1
        if single and column.type.endswith("[]"):
            table = scope.table(index.relation)
            concurrently = "CONCURRENTLY " if table is not None and table.partition_key is None else ""
            name = scope.free_name(index.schema, f"{index.name}_gin")
            where = f" WHERE {index.predicate}" if index.predicate else ""
            yield Advice(
                index.key,
                f"{index.name} compares whole arrays of {column.name}.",
                statements(
                    "look into the arrays instead",
                    f"CREATE INDEX {concurrently}{quote_identifier(name)} ON {index.relation}"
                    f" USING gin ({quote_identifier(column.name)}){where}",
                    f"DROP INDEX {concurrently}{Qualified(index.schema, index.name)}",
                ),
                {"type": column.type},
            )


def _leading(scope: Scope) -> list[tuple[Index, Column]]:
    return [
        (index, column)
        for index in scope.indexes
        if index.keys[0].column is not None
        and (column := scope.column(index.relation, index.keys[0].column)) is not None
    ]


def _is_key_at_end(scope: Scope, index: Index) -> bool:
    """Whether all behind the first time is the primary key: the order of a list, made unique for paging."""
    key = scope.primary_keys.get(index.relation)
    columns = [one.column for one in index.keys]
    return key is not None and columns[-len(key.columns) :] == [*key.columns]
