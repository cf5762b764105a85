"""Rules on commands that write a whole table anew."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import about, blocking, each_hurting, names, said_of
from toolkit.migrate.lint.rule import ERROR, Found, statement_rule
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import Part, StatementKind
from toolkit.sql.classify.reading import fields_named

_K = StatementKind


@statement_rule(
    "table-rewrite-command",
    ERROR,
    name="VACUUM FULL or CLUSTER",
    why="The table is written anew while nobody reads or writes, and needs its size once more on disk.",
    example="COMMIT; VACUUM FULL tasks;",
    safe="Plain VACUUM; against bloat a tool that rebuilds beside the running table.",
    safe_sql="COMMIT; VACUUM tasks;",
    safe_operations='with op.get_context().autocommit_block():\n    op.execute("VACUUM tasks")',
)
def table_rewrite_command(act: Act) -> Found:
    """VACUUM FULL and CLUSTER."""
    yield from each_hurting(act, "Writing {0} anew", _K.VACUUM_FULL, _K.CLUSTER)


@statement_rule(
    "table-logged-switch",
    ERROR,
    name="SET LOGGED or UNLOGGED",
    why="The table is written anew while nobody reads or writes; an unlogged table is empty after a crash.",
    example="ALTER TABLE notes SET UNLOGGED;",
    safe="A new table of the other kind, filled in batches, then swapped.",
)
def table_logged_switch(act: Act) -> Found:
    """ALTER TABLE SET LOGGED or SET UNLOGGED."""
    kinds = (_K.ALTER_TABLE_SET_LOGGED, _K.ALTER_TABLE_SET_UNLOGGED)
    yield from each_hurting(act, "Switching the log of {0}", *kinds)


@statement_rule(
    "table-move",
    ERROR,
    name="Table moved to another tablespace or access method",
    why="Every block is copied while nobody reads or writes.",
    example="ALTER TABLE tasks SET TABLESPACE fast;",
    safe="A new table there, filled in batches, then swapped; or a quiet hour.",
)
def table_move(act: Act) -> Found:
    """SET TABLESPACE or SET ACCESS METHOD, unless it is known to be there already."""
    kinds = (
        _K.ALTER_TABLE_SET_TABLESPACE,
        _K.ALTER_TABLE_SET_ACCESS_METHOD,
        _K.ALTER_INDEX_SET_TABLESPACE,
    )
    for impact in blocking(act, *kinds):
        if not _is_there(act, impact.part):
            yield said_of(impact, f"Moving {names(impact.part)}")


def _is_there(act: Act, part: Part) -> bool:
    goals = {str(one.get("name", "heap")) for one in fields_named(act.statement.tree, "AlterTableCmd")}
    for relation in about(part):
        table = act.before.table(relation)
        index = act.before.indexes.get(name_of(relation))
        known = {table.tablespace, table.access_method} if table else {index.tablespace} if index else set()
        if not goals <= known:
            return False
    return True
