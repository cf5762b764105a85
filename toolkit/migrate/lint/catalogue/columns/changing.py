"""Rules on defaults and identities of columns that are there already."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import used
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind


@statement_rule(
    "default-change",
    INFO,
    name="Default changed or taken away",
    why="Old rows keep what they have. Code that leaves the column out gets another value, or none, at once.",
    example="ALTER TABLE tasks ALTER COLUMN created_at DROP DEFAULT;",
    safe="Deploy code that gives the value itself before a default goes.",
)
def default_change(act: Act) -> Found:
    """DROP DEFAULT, or SET DEFAULT where there was one."""
    for part in used(act, _K.ALTER_TABLE_SET_DEFAULT, _K.ALTER_TABLE_DROP_DEFAULT):
        table, column = part.named(Role.TABLE)[0], part.attributes["column"]
        found = act.before.table(table)
        had = found.columns[column].has_default if found and column in found.columns else False
        if part.kind is _K.ALTER_TABLE_DROP_DEFAULT or had:
            yield Said(
                "Old rows keep their value; new ones get another.", f"{table}.{column}", about=(table,)
            )


@statement_rule(
    "identity-change",
    WARNING,
    name="Identity added to or taken from a column",
    why="GENERATED ALWAYS refuses inserts that give a value, and a new identity begins at 1 whatever the "
    "rows "
    "hold: the next insert may collide.",
    example="ALTER TABLE notes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;",
    safe="BY DEFAULT rather than ALWAYS, with START WITH beyond the largest value.",
)
def identity_change(act: Act) -> Found:
    """ADD, SET or DROP IDENTITY of a column of a table in use."""
    kinds = (_K.ALTER_TABLE_ADD_IDENTITY, _K.ALTER_TABLE_SET_IDENTITY, _K.ALTER_TABLE_DROP_IDENTITY)
    for part in used(act, *kinds):
        table, column = part.named(Role.TABLE)[0], part.attributes["column"]
        yield Said("Inserts behave differently at once.", f"{table}.{column}", about=(table,))
