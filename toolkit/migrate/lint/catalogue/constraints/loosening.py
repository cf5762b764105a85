"""Rules on taking constraints away, and on changing a table with checks still to come."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act, in_transactions
from toolkit.migrate.lint.catalogue.speaking import names, used
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind


@statement_rule(
    "constraint-drop",
    WARNING,
    name="Constraint taken away",
    why="What it kept out comes in from then on, and the way back fails on it; CASCADE takes the foreign "
    "keys "
    "of other tables along.",
    example="ALTER TABLE tasks DROP CONSTRAINT ck_tasks_position;",
    safe="Make sure that what takes its place is valid first; do not use CASCADE.",
)
def constraint_drop(act: Act) -> Found:
    """DROP CONSTRAINT of a constraint that nothing valid replaces."""
    for part in used(
        act,
        _K.ALTER_TABLE_DROP_CONSTRAINT,
        _K.ALTER_TABLE_DROP_CONSTRAINT_CHECK,
        _K.ALTER_TABLE_DROP_CONSTRAINT_FOREIGN_KEY,
        _K.ALTER_TABLE_DROP_CONSTRAINT_UNIQUE,
        _K.ALTER_TABLE_DROP_CONSTRAINT_PRIMARY_KEY,
        _K.ALTER_TABLE_DROP_CONSTRAINT_NOT_NULL,
    ):
        table = act.before.table(part.named(Role.TABLE)[0])
        name = part.attributes["constraint"]
        found = table.constraints.get(name) if table else None
        cascade = " and what leans on it" if "cascade" in part.attributes else ""
        proven = table.columns.get(found.proves_not_null or "") if table and found else None
        if proven is not None and proven.not_null:
            continue
        yield Said(f"{name}{cascade} guards {names(part)} no more.", about=part.named(Role.TABLE))


@statement_rule(
    "not-null-drop",
    INFO,
    name="Nulls allowed from now on",
    why="Code that reads the column may not expect them, and the way back has to prove that there are none.",
    example="ALTER TABLE tasks ALTER COLUMN title DROP NOT NULL;",
    safe="Deploy readers that can take a null first.",
)
def not_null_drop(act: Act) -> Found:
    """ALTER COLUMN DROP NOT NULL."""
    for part in used(act, _K.ALTER_TABLE_DROP_NOT_NULL):
        column = part.attributes["column"]
        yield Said(f"{names(part)}.{column} may be null from now on.", about=part.named(Role.TABLE))


@revision_rule(
    "trigger-deferred-pending",
    WARNING,
    name="Table changed while checks of its rows are still to come",
    why="A deferred constraint is checked at the commit. ALTER TABLE before that fails with 55006 as "
    "soon as a "
    "row was changed.",
    example="""
ALTER TABLE diaries ADD COLUMN user_id bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED;
UPDATE diaries SET user_id = 1 WHERE id = 1;
ALTER TABLE diaries ADD COLUMN place text;
""",
    safe="Change rows and table in different revisions.",
    safe_sql="""
ALTER TABLE diaries ADD COLUMN user_id bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE diaries ADD COLUMN place text;
-- next revision
UPDATE diaries SET user_id = 1 WHERE id = 1;
""",
    safe_operations="""
op.add_column("diaries", sa.Column("place", sa.Text()))
# in the next revision
op.execute("UPDATE diaries SET user_id = 1 WHERE id = 1")
""",
)
def trigger_deferred_pending(scope: RevisionScope) -> Found:
    """ALTER TABLE after rows of a table with a deferrable constraint were changed in the same transaction."""
    changes = (_K.INSERT, _K.UPDATE, _K.UPDATE_EVERYTHING, _K.DELETE, _K.DELETE_EVERYTHING, _K.MERGE)
    for acts in in_transactions(scope.acts):
        changed: set[str] = set()
        for act in acts:
            for part in act.classified.parts:
                for one in part.named(Role.TABLE)[:1]:
                    table = act.before.table(one)
                    if part.kind in changes:
                        deferrable = table is not None and any(
                            each.deferrable for each in table.constraints.values()
                        )
                        changed |= {str(one)} if deferrable else set()
                    elif part.kind.value.startswith("alter_table.") and str(one) in changed:
                        sentence = f"Rows of {one} were changed before, and their checks wait for the commit."
                        yield Said(sentence, about=(one,), act=act)
