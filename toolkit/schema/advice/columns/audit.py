"""Columns that say when a row was made and last changed."""

from __future__ import annotations

from toolkit.schema.advice.fixes import alter, words
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Table
from toolkit.sql.quoting import quote_identifier


@rule(
    "missing-audit-columns",
    INFO,
    name="Rows do not say when they were made or changed",
    why="Without them nobody can tell which rows a fault touched, fetch what is new, or order by age. A "
    "table that only links others needs the first one at most.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, title text NOT NULL);",
    fix="`timestamptz NOT NULL DEFAULT now()`: a constant default, the table is not rewritten.",
)
def missing_audit_columns(scope: Scope) -> Found:
    """A table without the configured columns for the time of creation and of the last change, or with one
    that is no point in time.
    """
    settings = scope.settings
    for table in scope.tables:
        wanted = [settings.created_column, None if _links(scope, table) else settings.updated_column]
        missing = [name for name in wanted if name and scope.column(table.qualified, name) is None]
        if missing and not table.inherits:
            yield Advice(
                table.key,
                f"{table.qualified} has no {' and no '.join(missing)}.",
                alter(
                    "add them; rows from before get the time of this change",
                    table.qualified,
                    *(
                        f"ADD COLUMN {quote_identifier(name)} timestamptz NOT NULL DEFAULT now()"
                        for name in missing
                    ),
                ),
                {"missing": missing},
            )
        for name in wanted:
            column = scope.column(table.qualified, name) if name else None
            if column is not None and not column.type.startswith("timestamp"):
                yield Advice(
                    column.key,
                    f"{table.qualified}.{name} is {column.type}, not a point in time.",
                    words("change it to timestamptz, saying how the old values are to be read"),
                    {"type": column.type},
                )


@rule(
    "soft-delete-column-missing",
    INFO,
    name="Users' rows are deleted for good",
    why="A row that only says that it was deleted can be brought back, and what refers to it stays whole. "
    "Where the law wants rows gone, they have to go.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);",
    fix="A nullable `deleted_at`, and every query leaves such rows out. Named rules only: it is a custom, "
    "not a law.",
    opt_in=True,
)
def soft_delete_column_missing(scope: Scope) -> Found:
    """A table with an owner column and none of `deleted_columns`."""
    names = scope.settings.deleted_columns
    for table in scope.tables:
        has_one = any(scope.column(table.qualified, name) for name in names)
        if not names or has_one or table.inherits or scope.owner_column(table.qualified) is None:
            continue
        yield Advice(
            table.key,
            f"{table.qualified} has none of {', '.join(names)}: its rows are deleted for good.",
            alter(
                "add it, and leave such rows out of every query",
                table.qualified,
                f"ADD COLUMN {quote_identifier(names[0])} timestamptz",
            ),
            {"names": [*names]},
        )


@rule(
    "updated-at-without-trigger",
    INFO,
    name="Time of the last change is left to the application",
    why="An update that does not go through the models, by hand or from another program, leaves the old "
    "time.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now());",
    fix="A trigger BEFORE UPDATE that sets the column. Named rules only: many projects leave it to the "
    "models.",
    opt_in=True,
)
def updated_at_without_trigger(scope: Scope) -> Found:
    """A table with the configured column for the last change and no row trigger BEFORE UPDATE,
    that the models, where they are known, do not set either."""
    name = scope.settings.updated_column
    for table in scope.tables:
        if name is None or (column := scope.column(table.qualified, name)) is None:
            continue
        if scope.declared and (*table.qualified, name) in scope.declared.set_on_update:
            continue
        triggers = scope.parts(table.qualified).triggers
        if not any(
            one.timing == "before" and "update" in one.events and one.level == "row" for one in triggers
        ):
            yield Advice(
                column.key,
                f"Nothing in the database sets {table.qualified}.{name} when a row changes.",
                words("make a trigger BEFORE UPDATE FOR EACH ROW that sets it, unless every writer does"),
                {"triggers": len(triggers)},
            )


def _links(scope: Scope, table: Table) -> bool:
    """Whether every column but the time of creation is part of a foreign key."""
    referring = {name for key in scope.parts(table.qualified).foreign_keys for name in key.columns}
    columns = {column.name for column in scope.parts(table.qualified).columns}
    return bool(referring) and columns - {scope.settings.created_column} <= referring
