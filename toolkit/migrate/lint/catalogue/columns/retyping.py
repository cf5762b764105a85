"""Rules on changing a column's type or how it is generated."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.columns.narrowing import why_narrower
from toolkit.migrate.lint.catalogue.speaking import each_hurting, hurting, said_of
from toolkit.migrate.lint.impact import is_empty, is_in_use
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import Part, RelationName, Role, StatementKind

_K = StatementKind
_CHANGES: Final = tuple(kind for kind in _K if kind.value.startswith("alter_table.alter_column_type"))
_ZONES: Final = (
    _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TIMESTAMP_TO_TIMESTAMPTZ_SHIFTED,
    _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TIMESTAMP_TO_TIMESTAMPTZ_UTC,
)
_COLLATION: Final = _K.ALTER_TABLE_ALTER_COLUMN_TYPE_COLLATION
_REWRITES: Final = tuple(kind for kind in _CHANGES if kind not in (*_ZONES, _COLLATION))
_SAFE_SQL: Final = """
ALTER TABLE tasks ADD COLUMN position_new bigint;
-- later revisions: a trigger that keeps both equal, batches that fill old rows, a swap of the names
"""
_SAFE_OPERATIONS: Final = """
op.add_column("tasks", sa.Column("position_new", sa.BigInteger()))
# in later revisions: a trigger that keeps both equal, batches that fill old rows, a swap of the names
"""


def _place(part: Part) -> tuple[RelationName, str]:
    return part.named(Role.TABLE)[0], part.attributes["column"]


@statement_rule(
    "type-change-rewrite",
    ERROR,
    name="Type change that writes the table anew",
    why="Unless old and new type are stored alike, every row and every index on the column is written "
    "anew, or "
    "at least read, while nobody reads or writes. Where the old type is not known, it may be so.",
    example="ALTER TABLE tasks ALTER COLUMN position TYPE bigint;",
    safe="A new column beside the old one, kept equal by a trigger, filled in batches, then swapped. Free of "
    "all that are a longer varchar, varchar to text, and more digits of numeric before the point.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def type_change_rewrite(act: Act) -> Found:
    """ALTER COLUMN TYPE that rewrites or reads the table, or of which that is not known."""
    for impact in hurting(act, *_REWRITES):
        table, column = _place(impact.part)
        old = act.before.column_type(table, column)
        known = f"from {old} " if old else "from a type that is not known here "
        said = said_of(impact, f"Changing {table}.{column} {known}")
        yield Said(said.sentence.replace("  ", " "), f"{table}.{column}", said.evidence, about=said.about)


@statement_rule(
    "type-change-index-rebuild",
    ERROR,
    name="Collation change that builds indexes anew",
    why="The rows stay, but every index on the column is built anew while nobody reads or writes.",
    example='ALTER TABLE tasks ALTER COLUMN title TYPE varchar(200) COLLATE "C";',
    safe="Build an index with the new collation CONCURRENTLY, and have queries ask for that collation.",
    safe_sql='COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_title_c ON tasks (title COLLATE "C");',
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute('CREATE INDEX CONCURRENTLY ix_tasks_title_c ON tasks (title COLLATE "C")')
""",
)
def type_change_index_rebuild(act: Act) -> Found:
    """ALTER COLUMN TYPE to the same type with another collation."""
    yield from each_hurting(act, "Changing the collation of {0}.{column}", _COLLATION)


@statement_rule(
    "type-change-timezone",
    WARNING,
    name="timestamp becomes timestamptz",
    why="It is free, and right, only if the session's time zone is the one that the times were meant in. "
    "In any "
    "zone but UTC the table is written anew.",
    example="ALTER TABLE tasks ALTER COLUMN due TYPE timestamptz;",
    safe="Say the zone: SET LOCAL TIME ZONE 'UTC' before it, or USING due AT TIME ZONE '...'.",
    safe_sql="SET LOCAL TIME ZONE 'UTC'; ALTER TABLE tasks ALTER COLUMN due TYPE timestamptz;",
    safe_operations="""
op.execute("SET LOCAL TIME ZONE 'UTC'")
op.alter_column("tasks", "due", type_=sa.DateTime(timezone=True))
""",
)
def type_change_timezone(act: Act) -> Found:
    """ALTER COLUMN TYPE timestamptz of a timestamp, with no UTC session in the revision."""
    for part in act.of(*_CHANGES):
        table, column = _place(part)
        old = (act.before.column_type(table, column) or "").replace(
            "timestamp without time zone", "timestamp"
        )
        new = (act.after.column_type(table, column) or "").replace("timestamp with time zone", "timestamptz")
        zones = old.startswith("timestamp") and not old.startswith("timestamptz")
        if not (zones and new.startswith("timestamptz")) or part.kind is _ZONES[1]:
            continue
        if is_in_use(act, table) and "at time zone" not in act.text.lower():
            sentence = "The times are read in the session's time zone, which the revision does not set."
            yield Said(sentence, f"{table}.{column}", about=(table,))


@statement_rule(
    "type-change-referenced",
    WARNING,
    name="Type of a key that others refer to",
    why="The tables with foreign keys to the column are locked as well, and their keys are proven anew.",
    example="ALTER TABLE users ALTER COLUMN id TYPE numeric;",
    safe="New columns on both sides, then a swap; the referring tables first.",
)
def type_change_referenced(act: Act) -> Found:
    """ALTER COLUMN TYPE of a column that a foreign key, as far as revisions show, points to or is made of."""
    for part in act.of(*_CHANGES):
        if part.kind is _K.ALTER_TABLE_ALTER_COLUMN_TYPE_SAME_TYPE:
            continue
        table, column = _place(part)
        found = act.before.table(table)
        if found is None or not is_in_use(act, table):
            continue
        primary = {
            name for one in found.constraints.values() if one.kind == "primary_key" for name in one.columns
        }
        for other, constraint in act.before.referring_to(found.name):
            if column in (constraint.refers_to_columns or primary):
                sentence = f"{other.name[1]} refers to it ({constraint.name}) and is locked, too."
                yield Said(sentence, f"{table}.{column}", about=(table,))


@statement_rule(
    "type-change-blocked-by-view",
    ERROR,
    name="Type of a column that a view uses",
    why="PostgreSQL refuses it (0A000) as long as a view, materialized view or rule uses the column.",
    example="ALTER TABLE tasks ALTER COLUMN title TYPE text;",
    safe="Drop the views, change the type, make the views and their grants again, in one revision.",
    safe_sql="""
DROP VIEW open_tasks;
ALTER TABLE tasks ALTER COLUMN title TYPE text;
CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE NOT done;
""",
    safe_operations="""
op.execute("DROP VIEW open_tasks")
op.alter_column("tasks", "title", type_=sa.Text())
op.execute("CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE NOT done")
""",
)
def type_change_blocked_by_view(act: Act) -> Found:
    """ALTER COLUMN TYPE of a column that a view of earlier revisions names."""
    for part in act.of(*_CHANGES):
        table, column = _place(part)
        for view in act.before.views_on(name_of(table)):
            if column in view.words or "*" in view.words:
                sentence = f"The view {view.name[1]} uses {column}: PostgreSQL refuses the change."
                yield Said(sentence, f"{table}.{column}")


@statement_rule(
    "type-narrowing-data-loss",
    ERROR,
    name="Type that holds less than the old one",
    why="Values that do not fit end the run (22001, 22003), and digits or fractions of seconds are "
    "rounded away "
    "without a word.",
    example="ALTER TABLE tasks ALTER COLUMN price TYPE numeric(10, 1);",
    safe="Count what does not fit first (`neonkit plan` does), and keep the old values in a column of "
    "their own.",
)
def type_narrowing_data_loss(act: Act) -> Found:
    """ALTER COLUMN TYPE to a type that cannot hold every value of the old one."""
    for part in act.of(*_CHANGES):
        table, column = _place(part)
        old, new = act.before.column_type(table, column), act.after.column_type(table, column)
        if old is None or new is None or not is_in_use(act, table) or is_empty(act, table):
            continue
        if (why := why_narrower(old, new)) is not None:
            yield Said(f"From {old} to {new}: {why}.", f"{table}.{column}")


@statement_rule(
    "generated-expression-change",
    ERROR,
    name="Other expression of a generated column",
    why="A stored one is computed anew for every row while nobody reads or writes.",
    example="ALTER TABLE tasks ALTER COLUMN price SET EXPRESSION AS (position * 3);",
    safe="A new column with the new expression, virtual where the server is new enough, then a swap.",
)
def generated_expression_change(act: Act) -> Found:
    """ALTER COLUMN SET EXPRESSION."""
    yield from each_hurting(act, "Computing {0}.{column} anew", _K.ALTER_TABLE_SET_EXPRESSION)


@revision_rule(
    "stats-lost",
    INFO,
    name="No ANALYZE after a type change",
    why="The column's statistics are gone with the old type, and plans are made without them until "
    "autovacuum comes by.",
    example="ALTER TABLE tasks ALTER COLUMN position TYPE bigint;",
    safe="ANALYZE the table at the end.",
    safe_sql="ALTER TABLE tasks ALTER COLUMN position TYPE bigint; ANALYZE tasks;",
    safe_operations="""
op.alter_column("tasks", "position", type_=sa.BigInteger())
op.execute("ANALYZE tasks")
""",
)
def stats_lost(scope: RevisionScope) -> Found:
    """ALTER COLUMN TYPE that writes rows anew, with no ANALYZE of the table after it."""
    for act in scope.acts:
        for impact in hurting(act, *_REWRITES):
            table, column = _place(impact.part)
            later = scope.acts[act.number + 1 :]
            analyzed = [part for one in later for part in one.of(_K.ANALYZE, _K.VACUUM_ANALYZE)]
            if not any(not part.relations or table in part.named(Role.TABLE) for part in analyzed):
                yield Said(f"The statistics of {column} are lost.", f"{table}.{column}", act=act)
