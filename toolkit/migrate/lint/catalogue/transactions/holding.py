"""Rules on what happens while a strong lock is held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.migrate.lint.act import Act, in_transactions
from toolkit.migrate.lint.impact import Impact, impact_of, is_in_use
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, revision_rule
from toolkit.sql.classify import RelationName, Role, StatementKind
from toolkit.sql.locks.modes import LockMode
from toolkit.sql.locks.verdict import Answer

_K = StatementKind
_ROWS: Final = (
    _K.UPDATE,
    _K.UPDATE_EVERYTHING,
    _K.DELETE,
    _K.DELETE_EVERYTHING,
    _K.MERGE,
    _K.INSERT,
    _K.COPY_FROM,
)


def strongly_locked(act: Act) -> Iterator[tuple[RelationName, Impact]]:
    """The tables in use on which the act takes the strongest lock."""
    for part, verdict in act.parts:
        impact = impact_of(act, part, verdict)
        for lock in impact.locks:
            if lock.mode is LockMode.ACCESS_EXCLUSIVE and lock.role is not Role.INDEX:
                for relation in lock.relations:
                    if is_in_use(act, relation):
                        yield relation, impact


@revision_rule(
    "work-after-strong-lock",
    WARNING,
    name="Rows changed while a strong lock is held",
    why="The lock is held until the commit, so nobody reads or writes the table for as long as the rows "
    "take.",
    example="ALTER TABLE tasks ADD COLUMN colour text; UPDATE tasks SET colour = 'red' WHERE id < 1000;",
    safe="One revision for the change of the table, another for the rows, in batches.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN colour text;
-- next revision
UPDATE tasks SET colour = 'red' WHERE id < 1000;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("colour", sa.Text()))
# in the next revision
op.execute("UPDATE tasks SET colour = 'red' WHERE id < 1000")
""",
)
def work_after_strong_lock(scope: RevisionScope) -> Found:
    """UPDATE, DELETE, INSERT or an index build after a statement of the transaction took the strongest
    lock on a table in use.
    """
    for acts in in_transactions(scope.acts):
        held: dict[RelationName, int | None] = {}
        for act in acts:
            works = any(
                True for part in act.of(*_ROWS) for one in part.named(Role.TABLE)[:1] if is_in_use(act, one)
            )
            if works and held:
                tables = tuple(held)
                sentence = f"{', '.join(map(str, tables))} stays locked for everybody meanwhile."
                yield Said(sentence, about=tables, act=act)
            held |= {relation: act.line for relation, _ in strongly_locked(act)}


@revision_rule(
    "many-strong-locks",
    WARNING,
    name="Several tables locked in one transaction",
    why="All stay locked until the commit, each waits for its own readers, and another transaction that "
    "takes "
    "them in another order deadlocks with it.",
    example="ALTER TABLE tasks ADD COLUMN colour text; ALTER TABLE notes ADD COLUMN colour text;",
    safe="One revision per table, with transaction_per_migration=True in env.py.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN colour text;
-- next revision
ALTER TABLE notes ADD COLUMN colour text;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("colour", sa.Text()))
# in the next revision
op.add_column("notes", sa.Column("colour", sa.Text()))
""",
)
def many_strong_locks(scope: RevisionScope) -> Found:
    """The strongest lock on more than one table in use, in one transaction."""
    for acts in in_transactions(scope.acts):
        held: dict[str, RelationName] = {}
        for act in acts:
            for relation, _ in strongly_locked(act):
                if held and str(relation) not in held:
                    sentence = f"{', '.join(held)} is locked already when {relation} is."
                    yield Said(sentence, about=(relation, *held.values()), act=act)
                held[str(relation)] = relation


@revision_rule(
    "combine-alters",
    INFO,
    name="Table read several times",
    why="Each ALTER TABLE that reads or writes all rows goes over the table by itself; in one statement "
    "they go "
    "over it together.",
    example="ALTER TABLE tasks ALTER COLUMN position TYPE bigint; ALTER TABLE tasks ALTER COLUMN done "
    "TYPE text;",
    safe="One ALTER TABLE with both commands.",
    safe_sql="ALTER TABLE tasks ALTER COLUMN position TYPE bigint, ALTER COLUMN done TYPE text;",
    safe_operations="""
op.execute("ALTER TABLE tasks ALTER COLUMN position TYPE bigint, ALTER COLUMN done TYPE text")
""",
)
def combine_alters(scope: RevisionScope) -> Found:
    """A second ALTER TABLE on one table that works through its rows."""
    seen: set[RelationName] = set()
    for act in scope.acts:
        if act.statement.node_type != "AlterTableStmt":
            continue
        impacts = [impact_of(act, part, verdict) for part, verdict in act.parts]
        working = [one for one in impacts if one.grows in (Answer.YES, Answer.DEPENDS) and one.blocks_reads]
        tables = {relation for one in working for relation in one.part.named(Role.TABLE)}
        for relation in sorted(tables & seen, key=str):
            yield Said(f"{relation} is gone over once more.", about=(relation,), act=act)
        seen |= tables
