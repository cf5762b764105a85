"""Rules on building indexes in one go."""

from __future__ import annotations

import re

from toolkit.findings import Fix
from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import hurting, said_of
from toolkit.migrate.lint.impact import is_in_use
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import ConstraintKind, RelationName, Role, StatementKind
from toolkit.sql.quoting import qualified

_K = StatementKind
_WORD = re.compile(r"\bindex\b", re.IGNORECASE)


@statement_rule(
    "index-create-blocking",
    ERROR,
    name="Index built without CONCURRENTLY",
    why="The build holds a share lock on the table from its first to its last row: nobody writes until then.",
    example="CREATE INDEX ix_tasks_due ON tasks (due);",
    safe="Build it CONCURRENTLY in an autocommit block, in a revision of its own.",
    safe_sql="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_due ON tasks (due);",
    safe_operations="""
with op.get_context().autocommit_block():
    op.create_index("ix_tasks_due", "tasks", ["due"], postgresql_concurrently=True)
""",
)
def index_create_blocking(act: Act) -> Found:
    """CREATE INDEX without CONCURRENTLY on a table that an earlier revision made."""
    for impact in hurting(act, _K.CREATE_INDEX_BLOCKING):
        partitioned = any(
            (table := act.before.table(one)) is not None and table.partitioned
            for one in impact.part.named(Role.TABLE)
        )
        fix = None
        if not partitioned:
            sql = _WORD.sub(lambda found: f"{found[0]} CONCURRENTLY", act.text, count=1)
            fix = Fix("build it in an autocommit block, without a transaction", (sql,), (_concurrent(sql),))
        said = said_of(impact, "Building the index")
        yield Said(said.sentence, about=said.about, evidence=said.evidence, severity=said.severity, fix=fix)


def _concurrent(sql: str) -> str:
    return f"with op.get_context().autocommit_block():\n    op.execute({sql!r})"


@statement_rule(
    "unique-index-duplicates",
    WARNING,
    name="Unique index over rows that may not be unique",
    why="The build reads all rows and then fails on the first pair; built CONCURRENTLY it leaves an invalid "
    "index behind that every write still keeps up.",
    example="COMMIT; CREATE UNIQUE INDEX CONCURRENTLY uq_users_email ON users (email);",
    safe="Look for duplicates first: `SELECT email FROM users GROUP BY email HAVING count(*) > 1`. `neonkit "
    "plan` counts them.",
)
def unique_index_duplicates(act: Act) -> Found:
    """A unique index or key, made on a table that may hold rows."""
    for part in act.of(
        _K.CREATE_INDEX_BLOCKING, _K.CREATE_INDEX_CONCURRENTLY, _K.ALTER_TABLE_ADD_UNIQUE_INLINE
    ):
        if part.kind is not _K.ALTER_TABLE_ADD_UNIQUE_INLINE and "unique" not in part.attributes:
            continue
        for table in part.named(Role.TABLE):
            if is_in_use(act, table) and not _is_unique_already(act, table):
                yield Said(f"It fails if two rows of {table} have the same values.", about=(table,))


def _is_unique_already(act: Act, relation: RelationName) -> bool:
    """Whether a key of the table lies within the columns, so that no two rows can have the same ones."""
    table = act.before.table(relation)
    new = [
        set(index.columns)
        for name, index in act.after.indexes.items()
        if name not in act.before.indexes and table is not None and index.table == table.name
    ]
    if table is None or not new:
        return False
    keys = [
        set(one.columns)
        for one in table.constraints.values()
        if one.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    ]
    return any(key <= new[0] for key in keys)


@revision_rule(
    "index-only-parent-left-invalid",
    WARNING,
    name="Index on a partitioned table alone, never completed",
    why="An index made ON ONLY the parent is invalid until an index of every partition is attached; until "
    "then no query uses it and new partitions still get one.",
    example="CREATE INDEX ix_events_at ON ONLY events (at);",
    safe="Build one index CONCURRENTLY on each partition and attach each.",
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
def index_only_parent_left_invalid(scope: RevisionScope) -> Found:
    """CREATE INDEX ON ONLY a partitioned table, with nothing attached to it in the same revision."""
    for act in scope.acts:
        for part in act.of(_K.CREATE_INDEX_ON_ONLY):
            table = part.named(Role.TABLE)[0]
            name = (name_of(table)[0], part.attributes.get("index", ""))
            index = scope.end.indexes.get(name)
            if index is not None and not index.valid:
                written = qualified(name[0] or None, name[1])
                yield Said(f"{written} stays invalid: nothing is attached to it.", written, act=act)
