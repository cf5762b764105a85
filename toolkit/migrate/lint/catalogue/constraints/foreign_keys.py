"""Rules on foreign keys."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import each_hurting, evidence_of, impacts
from toolkit.migrate.lint.impact import is_in_use
from toolkit.migrate.lint.rule import ERROR, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import ConstraintKind, Role, StatementKind

_K = StatementKind
_SAFE_SQL: Final = """
ALTER TABLE tasks ADD CONSTRAINT fk_tasks_owner FOREIGN KEY (user_id) REFERENCES users NOT VALID;
-- next revision
ALTER TABLE tasks VALIDATE CONSTRAINT fk_tasks_owner;
"""
_SAFE_OPERATIONS: Final = """
op.create_foreign_key("fk_tasks_owner", "tasks", "users", ["user_id"], ["id"], postgresql_not_valid=True)
# in the next revision
op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT fk_tasks_owner")
"""


@statement_rule(
    "fk-add-validated",
    ERROR,
    name="Foreign key added and proven in one step",
    why="Writers of both tables wait while every row of the referring one is looked up.",
    example="ALTER TABLE tasks ADD CONSTRAINT fk_tasks_owner FOREIGN KEY (user_id) REFERENCES users;",
    safe="Add it NOT VALID, and VALIDATE it in a later revision.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def fk_add_validated(act: Act) -> Found:
    """ADD FOREIGN KEY without NOT VALID on a table that an earlier revision made."""
    yield from each_hurting(act, "Adding the foreign key to {0}", _K.ALTER_TABLE_ADD_FOREIGN_KEY_VALIDATED)


@statement_rule(
    "fk-not-valid-on-partitioned",
    ERROR,
    name="NOT VALID foreign key on a partitioned table",
    why="PostgreSQL refuses it up to version 17. Where it is taken, from 18 on, this rule is silent.",
    example="ALTER TABLE events ADD CONSTRAINT fk_events FOREIGN KEY (id) REFERENCES users NOT VALID;",
    major=17,
    safe="Add the key to each partition NOT VALID and validate it there, then add it to the parent.",
)
def fk_not_valid_on_partitioned(act: Act) -> Found:
    """ADD FOREIGN KEY ... NOT VALID on a table that is known to be partitioned, up to PostgreSQL 17."""
    if act.major >= 18:
        return
    for part in act.of(_K.ALTER_TABLE_ADD_FOREIGN_KEY_NOT_VALID):
        for one in part.named(Role.TABLE):
            if (table := act.before.table(one)) is not None and table.partitioned:
                yield Said(
                    f"PostgreSQL {act.major} refuses NOT VALID on the partitioned {one}.", about=(one,)
                )


@statement_rule(
    "fk-drop-locks-parent",
    WARNING,
    name="Dropping a foreign key locks both tables",
    why="The referenced table is locked as strongly as the referring one, though the statement does not name "
    "it; two such statements in opposite order deadlock.",
    example="ALTER TABLE tasks DROP CONSTRAINT tasks_user_id_fkey;",
    safe="A transaction of its own, under a short lock_timeout that is retried, as `neonkit upgrade` does.",
)
def fk_drop_locks_parent(act: Act) -> Found:
    """DROP CONSTRAINT of a foreign key, or DROP TABLE of a table that has one."""
    for part in act.of(_K.ALTER_TABLE_DROP_CONSTRAINT_FOREIGN_KEY, _K.DROP_TABLE):
        for one in part.named(Role.TABLE):
            table = act.before.table(one)
            if table is None or not is_in_use(act, one):
                continue
            wanted = part.attributes.get("constraint")
            others = {
                constraint.refers_to[1]
                for key, constraint in table.constraints.items()
                if constraint.kind is ConstraintKind.FOREIGN_KEY
                and constraint.refers_to is not None
                and constraint.refers_to != table.name
                and wanted in (None, key)
            }
            for other in sorted(others):
                yield Said(f"Readers and writers of {other} wait, too.", about=(one,))


@statement_rule(
    "fk-inline-new-table",
    WARNING,
    name="New table that refers to a table in use",
    why="The referenced table is locked against writers until the transaction ends, though only its "
    "neighbour is made.",
    example="CREATE TABLE tags (id bigint PRIMARY KEY, task_id bigint REFERENCES tasks);",
    safe="Make the table alone, and add the key at the end, in a transaction of its own with a lock_timeout.",
    safe_sql="""
CREATE TABLE tags (id bigint PRIMARY KEY, task_id bigint);
-- next revision
ALTER TABLE tags ADD CONSTRAINT fk_tags_task FOREIGN KEY (task_id) REFERENCES tasks NOT VALID;
""",
    safe_operations="""
op.create_table(
    "tags", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("task_id", sa.BigInteger())
)
# in the next revision
op.create_foreign_key("fk_tags_task", "tags", "tasks", ["task_id"], ["id"], postgresql_not_valid=True)
""",
)
def fk_inline_new_table(act: Act) -> Found:
    """CREATE TABLE with REFERENCES to a table that an earlier revision made."""
    for impact in impacts(act, _K.CREATE_TABLE_FOREIGN_KEY):
        for one in impact.part.named(Role.REFERENCED):
            if impact.blocks_writes and is_in_use(act, one):
                sentence = f"Writers of {one} wait until the transaction ends."
                yield Said(sentence, str(one), about=(one,), evidence=evidence_of(impact))


@statement_rule(
    "fk-inline-new-column",
    WARNING,
    name="New column that refers to a table in use",
    why="Both tables are locked until the transaction ends.",
    example="ALTER TABLE tasks ADD COLUMN helper_id bigint REFERENCES users;",
    safe="Add the column alone, then the key NOT VALID in a transaction of its own.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN helper_id bigint;
-- next revision
ALTER TABLE tasks ADD CONSTRAINT fk_tasks_helper FOREIGN KEY (helper_id) REFERENCES users NOT VALID;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("helper_id", sa.BigInteger()))
# in the next revision
op.create_foreign_key("fk_tasks_helper", "tasks", "users", ["helper_id"], ["id"], postgresql_not_valid=True)
""",
)
def fk_inline_new_column(act: Act) -> Found:
    """ADD COLUMN ... REFERENCES a table that an earlier revision made."""
    for impact in impacts(act, _K.ALTER_TABLE_ADD_COLUMN_INLINE_FOREIGN_KEY):
        for one in impact.part.named(Role.REFERENCED):
            if is_in_use(act, one) and impact.locks:
                sentence = f"Writers of {one} wait until the transaction ends."
                yield Said(sentence, str(one), about=(one,), evidence=evidence_of(impact))
