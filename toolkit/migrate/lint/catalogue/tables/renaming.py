"""Rules on tables that get another name or home."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import names, used
from toolkit.migrate.lint.rule import WARNING, Found, Said, statement_rule
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind


@statement_rule(
    "table-rename",
    WARNING,
    name="Table or view renamed",
    why="Code that runs with the old name fails at once, and code with the new one failed until then.",
    example="ALTER TABLE notes RENAME TO remarks;",
    safe="Rename it and make a view of the old name in the same transaction; drop the view later.",
)
def table_rename(act: Act) -> Found:
    """RENAME of a table, view or materialized view, with no view of the old name after it."""
    for part in used(
        act, _K.ALTER_TABLE_RENAME_TABLE, _K.RENAME_VIEW, _K.RENAME_MATERIALIZED_VIEW, _K.RENAME_SEQUENCE
    ):
        sentence = f"Code that still says {names(part)} fails at once."
        yield Said(sentence, about=part.named(Role.TABLE))


@statement_rule(
    "schema-change",
    WARNING,
    name="Moved to another schema, or schema renamed",
    why="Code that names the schema, or finds the table over its search_path, fails at once.",
    example="ALTER TABLE notes SET SCHEMA archive;",
    safe="Leave a view behind in the old schema, and drop it later.",
)
def schema_change(act: Act) -> Found:
    """ALTER TABLE SET SCHEMA and ALTER SCHEMA RENAME."""
    for part in act.of(_K.RENAME_SCHEMA):
        yield Said("Code that names the schema fails at once.", part.attributes.get("name", ""))
    for part in used(act, _K.ALTER_TABLE_SET_SCHEMA):
        yield Said(
            f"Code that looks for {names(part)} where it was fails at once.", about=part.named(Role.TABLE)
        )
