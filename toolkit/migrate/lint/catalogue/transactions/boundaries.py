"""Rules on where transactions begin and end, and on what cannot be inside one."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import about
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import StatementKind
from toolkit.sql.locks.verdict import Answer

_K = StatementKind
_MAKES: Final = {
    _K.ALTER_TABLE_ADD_COLUMN_PLAIN: "if_not_exists",
    _K.CREATE_TABLE_PLAIN: "if_not_exists",
    _K.DROP_TABLE: "if_exists",
    _K.DROP_INDEX_CONCURRENTLY: "if_exists",
}


@statement_rule(
    "not-in-transaction",
    ERROR,
    name="Statement that cannot run in a transaction",
    why="PostgreSQL refuses it there (25001), and Alembic runs revisions in one.",
    example="CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);",
    safe="An autocommit block, in a revision of its own.",
    safe_sql="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);",
    safe_operations="""
with op.get_context().autocommit_block():
    op.create_index("ix_tasks_due", "tasks", ["due"], postgresql_concurrently=True)
""",
)
def not_in_transaction(act: Act) -> Found:
    """CONCURRENTLY, VACUUM, CREATE or DROP DATABASE, ALTER SYSTEM and the like inside a transaction."""
    if act.transaction is None:
        return
    for part, verdict in act.parts:
        if verdict.known and verdict.transactional is Answer.NO:
            yield Said("PostgreSQL refuses it inside a transaction.", ", ".join(map(str, about(part))))


@statement_rule(
    "not-on-this-version",
    ERROR,
    name="Statement that this version does not know",
    why="The server refuses it. `--server-version` says for which major version to judge.",
    major=15,
    example="ALTER TABLE tasks ADD COLUMN cents bigint GENERATED ALWAYS AS (price * 100) VIRTUAL;",
    safe="A form that the oldest server you run knows.",
)
def not_on_this_version(act: Act) -> Found:
    """A statement that the measured server of this version refused as unknown."""
    for part, verdict in act.parts:
        if verdict.refused:
            states = ", ".join(verdict.refused)
            sentence = f"PostgreSQL {act.verdicts.measured_major} refuses it ({states})."
            severity = None if act.verdicts.is_exact else WARNING
            yield Said(sentence, ", ".join(map(str, about(part))), severity=severity)


@statement_rule(
    "explicit-transaction",
    ERROR,
    name="COMMIT, ROLLBACK or BEGIN in a revision",
    why="It ends the transaction that Alembic opened: what comes after runs in one that nobody commits, "
    "or the "
    "version is written although the rest failed.",
    example="""
def upgrade():
    op.execute("COMMIT")
    op.execute("ALTER TABLE tasks ADD COLUMN colour text")

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="`with op.get_context().autocommit_block():`, which Alembic knows of.",
)
def explicit_transaction(act: Act) -> Found:
    """BEGIN, COMMIT or ROLLBACK that a revision executes itself. In a SQL file they are boundaries like
    any others.
    """
    for _ in act.of(_K.BEGIN, _K.COMMIT, _K.ROLLBACK):
        yield Said("Alembic does not know that its transaction ended.")


@statement_rule(
    "guards-missing",
    WARNING,
    name="Step outside of a transaction without a guard",
    why="When a later step fails, this one stays while the version does not move: the next run dies on it.",
    example="COMMIT; DROP INDEX CONCURRENTLY ix_tasks_status;",
    safe="IF EXISTS or IF NOT EXISTS on steps that commit by themselves.",
    safe_sql="COMMIT; DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_status;",
    safe_operations="""
with op.get_context().autocommit_block():
    op.drop_index("ix_tasks_status", "tasks", postgresql_concurrently=True, if_exists=True)
""",
)
def guards_missing(act: Act) -> Found:
    """CREATE TABLE, ADD COLUMN, DROP TABLE or DROP INDEX CONCURRENTLY that commits by itself, without IF
    [NOT] EXISTS.
    """
    if act.transaction is not None:
        return
    for part in act.of(*_MAKES):
        if _MAKES[part.kind] not in part.attributes:
            yield Said("It fails when it is run a second time.", about=about(part))


@statement_rule(
    "guard-misleading",
    INFO,
    name="IF NOT EXISTS inside a transaction",
    why="A table or column of that name but of another shape satisfies it, and the revision counts as run. "
    "In a transaction nothing is half done, so there is nothing to guard against.",
    example="CREATE TABLE IF NOT EXISTS remarks (id bigint PRIMARY KEY);",
    safe="Leave the guard out, and let it fail where something unexpected is in the way.",
    safe_sql="CREATE TABLE remarks (id bigint PRIMARY KEY);",
    safe_operations='op.create_table("remarks", sa.Column("id", sa.BigInteger(), primary_key=True))',
)
def guard_misleading(act: Act) -> Found:
    """CREATE TABLE or ADD COLUMN with IF NOT EXISTS in a transaction."""
    if act.transaction is None:
        return
    for part in act.classified.parts:
        if "if_not_exists" in part.attributes and part.kind.value.startswith(
            ("create_table", "alter_table.add_column")
        ):
            yield Said(
                "Something else of that name would satisfy it.",
                ", ".join(str(n.relation) for n in part.relations),
            )
            return
