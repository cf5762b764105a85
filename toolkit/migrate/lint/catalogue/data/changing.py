"""Rules on INSERT, UPDATE and DELETE in revisions."""

from __future__ import annotations

from typing import Any, Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.transactions.holding import strongly_locked
from toolkit.migrate.lint.impact import is_empty, is_in_use
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.sql.classify import RelationName, Role, StatementKind
from toolkit.sql.classify.reading import fields_named

_K = StatementKind
_SAFE_SQL: Final = "UPDATE tasks SET done = false WHERE done IS NULL AND id BETWEEN 1 AND 10000;"
_SAFE_OPERATIONS: Final = """
with op.get_context().autocommit_block():
    for start in range(0, HIGHEST, 10_000):
        batch = f"id BETWEEN {start} AND {start + 9_999}"
        op.execute(f"UPDATE tasks SET done = false WHERE done IS NULL AND {batch}")
"""


@statement_rule(
    "dml-unbounded",
    ERROR,
    name="UPDATE or DELETE of every row",
    why="Every row is locked until the commit: whoever writes one of them waits for all of them. The "
    "table grows "
    "to twice its size, and a DELETE loses all there is.",
    example="UPDATE tasks SET done = false;",
    safe="Batches by key, each committed by itself, that touch only rows that still need it.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def dml_unbounded(act: Act) -> Found:
    """UPDATE or DELETE without WHERE on a table that an earlier revision made."""
    for part in act.of(_K.UPDATE_EVERYTHING, _K.DELETE_EVERYTHING):
        for one in part.named(Role.TABLE)[:1]:
            if is_in_use(act, one) and not is_empty(act, one):
                lost = part.kind is _K.DELETE_EVERYTHING
                what = (
                    f"Every row of {one} is lost."
                    if lost
                    else f"Every row of {one} is locked until the commit."
                )
                yield Said(what, str(one) if lost else "", about=(one,) if not lost else ())


@statement_rule(
    "dml-tautology",
    ERROR,
    name="WHERE that every row passes",
    why="It reads as if rows were chosen, and none is.",
    example="UPDATE tasks SET done = false WHERE 1 = 1;",
    safe="Say which rows, or leave the WHERE out so that everybody sees it.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def dml_tautology(act: Act) -> Found:
    """UPDATE or DELETE whose WHERE names no column."""
    where = act.statement.node.get("whereClause")
    for part in act.of(_K.UPDATE, _K.DELETE):
        for one in part.named(Role.TABLE)[:1]:
            chooses = any(True for name in ("ColumnRef", "CurrentOfExpr") for _ in fields_named(where, name))
            if where is not None and is_in_use(act, one) and not chooses:
                yield Said(f"Every row of {one} passes it.", about=(one,))


@statement_rule(
    "dml-not-convergent",
    INFO,
    name="Backfill that does not look at what it sets",
    why="Run again after a failure, it changes every row once more instead of those that are left.",
    example="UPDATE tasks SET done = false WHERE id < 1000;",
    safe="Add the condition that says that a row still needs it.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def dml_not_convergent(act: Act) -> Found:
    """UPDATE of a table in use whose WHERE names none of the columns that it sets."""
    node = act.statement.node
    for part in act.of(_K.UPDATE):
        if act.statement.node_type != "UpdateStmt":
            continue
        for one in part.named(Role.TABLE)[:1]:
            sets = {target["ResTarget"].get("name") for target in node.get("targetList", ())}
            if is_in_use(act, one) and not sets & _columns(node["whereClause"]):
                yield Said("Run again, it changes the same rows again.", about=(one,))


def _columns(tree: Any) -> set[str]:
    return {
        part["String"]["sval"]
        for reference in fields_named(tree, "ColumnRef")
        for part in reference.get("fields", ())
        if "String" in part
    }


@revision_rule(
    "ddl-plus-backfill",
    ERROR,
    name="Column added and filled in one transaction",
    why="The strong lock of ADD COLUMN is held while every old row is written.",
    example="ALTER TABLE tasks ADD COLUMN colour text; UPDATE tasks SET colour = 'red' WHERE colour IS NULL;",
    safe="The column in one revision, the rows in another, in batches.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN colour text;
-- next revision
UPDATE tasks SET colour = 'red' WHERE colour IS NULL AND id BETWEEN 1 AND 10000;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("colour", sa.Text()))
# in the next revision
op.execute("UPDATE tasks SET colour = 'red' WHERE colour IS NULL AND id BETWEEN 1 AND 10000")
""",
)
def ddl_plus_backfill(scope: RevisionScope) -> Found:
    """UPDATE of a table in use in the transaction that altered it."""
    locked: dict[tuple[int, str], RelationName] = {}
    for act in scope.acts:
        if act.transaction is None:
            continue
        for part in act.of(_K.UPDATE, _K.UPDATE_EVERYTHING):
            for one in part.named(Role.TABLE)[:1]:
                if (act.transaction, str(one)) in locked:
                    sentence = f"{one} was altered in the same transaction and is locked for everybody."
                    yield Said(sentence, about=(one,), act=act)
        locked |= {(act.transaction, str(relation)): relation for relation, _ in strongly_locked(act)}


@statement_rule(
    "insert-copies-table",
    WARNING,
    name="Rows copied in one statement",
    why="The transaction lasts as long as the copy, holds back VACUUM in the whole database, and has to "
    "begin "
    "anew if it fails.",
    example="INSERT INTO notes (id, body) SELECT id, title FROM tasks;",
    safe="Batches by key, each committed by itself.",
    safe_sql="INSERT INTO notes (id, body) SELECT id, title FROM tasks WHERE id BETWEEN 1 AND 10000;",
    safe_operations="""
op.execute("INSERT INTO notes (id, body) SELECT id, title FROM tasks WHERE id BETWEEN 1 AND 10000")
""",
)
def insert_copies_table(act: Act) -> Found:
    """INSERT ... SELECT or CREATE TABLE AS from a table in use, without WHERE or LIMIT."""
    node = act.statement.node
    query = (node.get("selectStmt") or node.get("query") or {}).get("SelectStmt", {})
    for part in act.of(_K.INSERT, _K.CREATE_TABLE_AS):
        sources = [one for one in part.named(Role.SOURCE) if is_in_use(act, one)]
        if sources and not {"whereClause", "limitCount"} & set(query):
            yield Said(
                f"All of {', '.join(map(str, sources))} is read in one transaction.", about=tuple(sources)
            )


@statement_rule(
    "insert-not-repeatable",
    INFO,
    name="Rows inserted without ON CONFLICT",
    why="Where somebody has put the row there already, or the step commits by itself and is run again, "
    "it fails "
    "or makes a second one.",
    example="INSERT INTO users (id, email) VALUES (1, 'root@example.org');",
    safe="ON CONFLICT DO NOTHING, or a WHERE NOT EXISTS.",
    safe_sql="INSERT INTO users (id, email) VALUES (1, 'root@example.org') ON CONFLICT DO NOTHING;",
    safe_operations="op.execute(\"INSERT INTO users (id, email) VALUES (1, 'root@example.org') "
    'ON CONFLICT DO NOTHING")',
)
def insert_not_repeatable(act: Act) -> Found:
    """INSERT ... VALUES into a table that an earlier revision made, without ON CONFLICT."""
    node = act.statement.node
    values = "valuesLists" in (node.get("selectStmt") or {}).get("SelectStmt", {})
    for part in act.of(_K.INSERT):
        one = part.named(Role.TABLE)[0]
        if (
            act.statement.node_type == "InsertStmt"
            and values
            and "onConflictClause" not in node
            and is_in_use(act, one)
        ):
            yield Said("A row that is there already makes it fail, or is there twice.", about=(one,))
