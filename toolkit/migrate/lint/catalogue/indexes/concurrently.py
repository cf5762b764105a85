"""Rules on what CONCURRENTLY asks for in return."""

from __future__ import annotations

import re
from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import about
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind
_CONCURRENT: Final = (
    _K.CREATE_INDEX_CONCURRENTLY,
    _K.DROP_INDEX_CONCURRENTLY,
    _K.REINDEX_INDEX_CONCURRENTLY,
    _K.REINDEX_TABLE_CONCURRENTLY,
    _K.ALTER_TABLE_DETACH_PARTITION_CONCURRENTLY,
)
_SAFE_SQL: Final = """
COMMIT;
DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_due;
CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);
"""
_SAFE_OPERATIONS: Final = """
with op.get_context().autocommit_block():
    op.drop_index("ix_tasks_due", "tasks", postgresql_concurrently=True, if_exists=True)
    op.create_index("ix_tasks_due", "tasks", ["due"], postgresql_concurrently=True)
"""


@statement_rule(
    "concurrently-on-partitioned-parent",
    ERROR,
    name="CONCURRENTLY on a partitioned table",
    why="PostgreSQL refuses it (0A000): a partitioned table's indexes are built partition by partition.",
    example="COMMIT; CREATE INDEX CONCURRENTLY ix_events_at ON events (at);",
    safe="Make the index ON ONLY the parent, build one CONCURRENTLY on each partition, attach each.",
    safe_sql="""
CREATE INDEX ix_events_at ON ONLY events (at);
COMMIT;
CREATE INDEX CONCURRENTLY ix_events_2024_at ON events_2024 (at);
ALTER INDEX ix_events_at ATTACH PARTITION ix_events_2024_at;
""",
    safe_operations="""
op.execute("CREATE INDEX ix_events_at ON ONLY events (at)")
with op.get_context().autocommit_block():
    op.create_index("ix_events_2024_at", "events_2024", ["at"], postgresql_concurrently=True)
    op.execute("ALTER INDEX ix_events_at ATTACH PARTITION ix_events_2024_at")
""",
)
def concurrently_on_partitioned_parent(act: Act) -> Found:
    """CREATE or DROP INDEX CONCURRENTLY on a table that is known to be partitioned."""
    for part in act.of(_K.CREATE_INDEX_CONCURRENTLY, _K.DROP_INDEX_CONCURRENTLY):
        for one in about(part):
            index = act.before.indexes.get(name_of(one))
            table = act.before.tables.get(index.table) if index else act.before.table(one)
            if table is not None and table.partitioned:
                yield Said(f"{one} is partitioned, and PostgreSQL refuses CONCURRENTLY there.", about=(one,))


@statement_rule(
    "concurrently-short-lock-timeout",
    WARNING,
    name="lock_timeout over CONCURRENTLY",
    why="Concurrent work waits for old transactions and snapshots as for locks, so a lock_timeout "
    "cancels it. "
    "A cancelled build leaves an invalid index; a cancelled drop leaves the good index marked invalid.",
    example="""
COMMIT;
SET lock_timeout = '3s';
CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);
""",
    safe="Switch it off for this statement. `neonkit upgrade` bounds such statements by other means.",
    safe_sql="COMMIT; SET lock_timeout = 0; CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("SET lock_timeout = 0")
    op.create_index("ix_tasks_due", "tasks", ["due"], postgresql_concurrently=True)
    op.execute("RESET lock_timeout")
""",
)
def concurrently_short_lock_timeout(act: Act) -> Found:
    """CONCURRENTLY while the revision's own lock_timeout is in force."""
    value = act.settings.get("lock_timeout")
    if value is None or not re.search(r"[1-9]", value):
        return
    for part in act.of(*_CONCURRENT):
        yield Said(f"lock_timeout is {value}: waiting for an old transaction cancels it.", about=about(part))


@revision_rule(
    "concurrently-if-not-exists-hides-invalid",
    WARNING,
    name="IF NOT EXISTS takes an invalid index for done",
    why="A build that failed leaves an invalid index of that name. IF NOT EXISTS finds it, does nothing, and "
    "the revision counts as run.",
    example="COMMIT; CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_tasks_due ON tasks (due);",
    safe="Drop whatever has the name first, then create it without the guard.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def concurrently_if_not_exists_hides_invalid(scope: RevisionScope) -> Found:
    """CREATE INDEX CONCURRENTLY IF NOT EXISTS with no drop of that index before it."""
    for act, name, guarded in _builds(scope):
        if guarded:
            yield Said(f"An invalid {name} from a failed run would satisfy IF NOT EXISTS.", name, act=act)


@revision_rule(
    "concurrently-not-repeatable",
    WARNING,
    name="Concurrent build that cannot be run again",
    why="It runs outside of a transaction: when a later step fails, the index stays while the version does "
    "not move, and the next run dies on an index that is there already.",
    example="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due); DROP INDEX CONCURRENTLY "
    "ix_tasks_status;",
    safe="One concurrent step per revision, or drop whatever has the name before building.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def concurrently_not_repeatable(scope: RevisionScope) -> Found:
    """CREATE INDEX CONCURRENTLY followed by other statements, with no drop of that index before it."""
    for act, name, guarded in _builds(scope):
        if not guarded and act.number < len(scope.acts) - 1:
            yield Said(f"When a later step fails, {name} is there already at the next run.", name, act=act)


def _builds(scope: RevisionScope) -> list[tuple[Act, str, bool]]:
    """Concurrent builds with no drop of the same name before, and whether each is guarded."""
    dropped: set[str] = set()
    found = []
    for act in scope.acts:
        for part in act.of(_K.DROP_INDEX_CONCURRENTLY, _K.DROP_INDEX_BLOCKING):
            dropped |= {one.name for one in part.named(Role.INDEX)}
        for part in act.of(_K.CREATE_INDEX_CONCURRENTLY):
            name = part.attributes.get("index")
            if name is not None and name not in dropped:
                found.append((act, name, "if_not_exists" in part.attributes))
    return found
