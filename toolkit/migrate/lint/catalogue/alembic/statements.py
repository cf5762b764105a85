"""Rules on how a revision's statements are committed."""

from __future__ import annotations

from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, revision_rule
from toolkit.sql.classify import StatementKind

_K = StatementKind
_QUIET = (_K.SET, _K.SET_LOCAL, _K.RESET, _K.SHOW, _K.SELECT, _K.UNKNOWN)


@revision_rule(
    "revision-mixes-commit-modes",
    WARNING,
    name="Changes before an autocommit block",
    why="They are committed when the block begins. If the block fails the version has not moved, and the "
    "next run "
    "dies on what is there already.",
    example="ALTER TABLE tasks ADD COLUMN colour text; COMMIT; "
    "CREATE INDEX CONCURRENTLY ix_tasks_colour ON tasks (colour);",
    safe="One revision for what runs in a transaction, another for what does not.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN colour text;
-- next revision
COMMIT;
CREATE INDEX CONCURRENTLY ix_tasks_colour ON tasks (colour);
""",
    safe_operations="""
op.add_column("tasks", sa.Column("colour", sa.Text()))
# in the next revision
with op.get_context().autocommit_block():
    op.create_index("ix_tasks_colour", "tasks", ["colour"], postgresql_concurrently=True)
""",
)
def revision_mixes_commit_modes(scope: RevisionScope) -> Found:
    """A change in a transaction that an autocommit block of the same revision follows."""
    if scope.is_file:
        return
    earlier = False
    for act in scope.acts:
        changes = any(part.kind not in _QUIET for part in act.classified.parts)
        if act.transaction is None and earlier and changes:
            yield Said("What stands before it is committed, though the revision is not done.", act=act)
            return
        earlier = earlier or (act.transaction is not None and changes)


@revision_rule(
    "autocommit-not-alone",
    INFO,
    name="Several steps in autocommit blocks",
    why="Each is committed by itself; a failure leaves those before it done and the version where it was.",
    example="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due); "
    "CREATE INDEX CONCURRENTLY ix_tasks_price ON tasks (price);",
    safe="One step per revision, or steps that can be run again.",
    safe_sql="""
COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);
-- next revision
COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_price ON tasks (price);
""",
    safe_operations="""
with op.get_context().autocommit_block():
    op.create_index("ix_tasks_due", "tasks", ["due"], postgresql_concurrently=True)
# in the next revision
with op.get_context().autocommit_block():
    op.create_index("ix_tasks_price", "tasks", ["price"], postgresql_concurrently=True)
""",
)
def autocommit_not_alone(scope: RevisionScope) -> Found:
    """More than one statement that makes something outside of a transaction."""
    if scope.is_file:
        return
    alone = [
        act for act in scope.acts if act.transaction is None and not set(act.classified.kinds) <= set(_QUIET)
    ]
    made = [
        act
        for act in alone
        if any(part.kind is not _K.DROP_INDEX_CONCURRENTLY for part in act.classified.parts)
    ]
    if len(made) > 1:
        yield Said(f"{len(made)} steps are committed one by one.", act=made[1])
