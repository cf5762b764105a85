"""Rules on dropping and rebuilding indexes."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import about, each_blocking, each_hurting
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import StatementKind

_K = StatementKind


@statement_rule(
    "index-drop-blocking",
    WARNING,
    name="Index dropped without CONCURRENTLY",
    why="DROP INDEX is quick, but takes the strongest lock on the table: it waits for every query that runs, "
    "and every new query waits for it.",
    example="DROP INDEX ix_tasks_status;",
    safe="DROP INDEX CONCURRENTLY, in an autocommit block.",
    safe_sql="COMMIT; DROP INDEX CONCURRENTLY ix_tasks_status;",
    safe_operations="""
with op.get_context().autocommit_block():
    op.drop_index("ix_tasks_status", "tasks", postgresql_concurrently=True)
""",
)
def index_drop_blocking(act: Act) -> Found:
    """DROP INDEX without CONCURRENTLY, of a table that others use."""
    yield from each_blocking(act, "Dropping {0}", _K.DROP_INDEX_BLOCKING)


@statement_rule(
    "reindex-blocking",
    ERROR,
    name="REINDEX without CONCURRENTLY",
    why="It keeps writers out for the whole build, and holds the strongest lock on each index that it "
    "rebuilds, so that even the planning of reads stalls.",
    example="REINDEX TABLE tasks;",
    safe="REINDEX CONCURRENTLY, in an autocommit block.",
    safe_sql="COMMIT; REINDEX TABLE CONCURRENTLY tasks;",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("REINDEX TABLE CONCURRENTLY tasks")
""",
)
def reindex_blocking(act: Act) -> Found:
    """REINDEX of an index, table, schema or database without CONCURRENTLY."""
    kinds = (_K.REINDEX_INDEX, _K.REINDEX_TABLE, _K.REINDEX_SCHEMA, _K.REINDEX_DATABASE, _K.REINDEX_SYSTEM)
    yield from each_hurting(act, "Rebuilding the indexes of {0}", *kinds)


@statement_rule(
    "reindex-concurrently-leftovers",
    INFO,
    name="REINDEX CONCURRENTLY may leave indexes behind",
    why="If it is interrupted, an index whose name ends in _ccnew or _ccold stays, which nothing uses and "
    "every write keeps up.",
    example="COMMIT; REINDEX INDEX CONCURRENTLY ix_tasks_status;",
    safe="Look for invalid indexes after the run: `neonkit repair` shows them.",
)
def reindex_concurrently_leftovers(act: Act) -> Found:
    """REINDEX CONCURRENTLY."""
    for part in act.of(
        _K.REINDEX_INDEX_CONCURRENTLY,
        _K.REINDEX_TABLE_CONCURRENTLY,
        _K.REINDEX_SCHEMA_CONCURRENTLY,
        _K.REINDEX_DATABASE_CONCURRENTLY,
    ):
        yield Said("An interrupted run leaves an index that ends in _ccnew behind.", about=about(part))
