"""Rules on partitions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import evidence_of, impacts
from toolkit.migrate.lint.impact import impact_of, is_empty, is_in_use
from toolkit.migrate.lint.rule import ERROR, WARNING, Found, Said, statement_rule
from toolkit.migrate.lint.world import Table
from toolkit.migrate.lint.world.definitions import constants_in
from toolkit.sql.classify import ConstraintKind, RelationName, Role, StatementKind
from toolkit.sql.classify.reading import fields_named

_K = StatementKind
_SAFE_SQL: Final = """
CREATE TABLE events_2026 (LIKE events);
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
"""
_SAFE_OPERATIONS: Final = """
op.execute("CREATE TABLE events_2026 (LIKE events)")
op.execute("ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
"""


@statement_rule(
    "partition-create-of",
    WARNING,
    name="Partition made in place",
    why="CREATE TABLE ... PARTITION OF takes the strongest lock on the parent; a default partition is "
    "read, too, "
    "for rows that belong in the new one.",
    example="CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    safe="Make the table, then ATTACH it, which lets everybody read and write the parent.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def partition_create_of(act: Act) -> Found:
    """CREATE TABLE ... PARTITION OF a table that an earlier revision made; an error if it has a default
    partition.
    """
    for impact in impacts(act, _K.CREATE_TABLE_PARTITION_OF):
        for one in impact.part.named(Role.PARENT):
            if not is_in_use(act, one):
                continue
            table = act.before.table(one)
            reads = table is not None and table.default_partition is not None
            more = (
                f", while the rows of {table.default_partition[1]} are read"
                if table and table.default_partition
                else ""
            )
            sentence = f"Readers and writers of {one} wait until the transaction ends{more}."
            yield Said(sentence, str(one), evidence_of(impact), ERROR if reads else None, about=(one,))


@statement_rule(
    "partition-attach-unproven",
    ERROR,
    name="ATTACH PARTITION that reads the rows",
    why="Unless a valid check of the new partition says what its bounds say, all of its rows are read "
    "under the strongest lock on it; so are those of a default partition. An index of the parent "
    "that it lacks is built.",
    example="ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO "
    "('2026-01-01');",
    safe="Add a check that says the same NOT VALID, VALIDATE it, then attach, then drop the check.",
    safe_sql="""
ALTER TABLE events_2025 ADD CONSTRAINT ck_bounds CHECK (at >= '2025-01-01' AND at < '2026-01-01') NOT VALID;
-- next revision
ALTER TABLE events_2025 VALIDATE CONSTRAINT ck_bounds;
COMMIT;
CREATE INDEX CONCURRENTLY events_2025_id ON events_2025 (id);
-- next revision
ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
""",
    safe_operations="""
op.create_check_constraint(
    "ck_bounds", "events_2025", "at >= '2025-01-01' AND at < '2026-01-01'", postgresql_not_valid=True
)
# in the next revision
op.execute("ALTER TABLE events_2025 VALIDATE CONSTRAINT ck_bounds")
with op.get_context().autocommit_block():
    op.create_index("events_2025_id", "events_2025", ["id"], postgresql_concurrently=True)
# in the next revision
op.execute("ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')")
""",
)
def partition_attach_unproven(act: Act) -> Found:
    """ATTACH PARTITION of a table in use without a valid check, or to a table with a default partition."""
    for part, verdict in act.parts:
        if part.kind is not _K.ALTER_TABLE_ATTACH_PARTITION:
            continue
        parent, child = part.named(Role.TABLE)[0], part.named(Role.PARTITION)[0]
        table = act.before.table(parent)
        default = table.default_partition if table else None
        evidence = evidence_of(impact_of(act, part, verdict))
        if is_in_use(act, child) and not is_empty(act, child) and not _has_check(act, table, child):
            yield Said(
                f"Every row of {child} is read while nobody else can.", str(child), evidence, about=(child,)
            )
        elif (
            is_in_use(act, child)
            and not is_empty(act, child)
            and (missing := _missing_index(act, parent, child))
        ):
            sentence = f"An index on {missing} of {child} is built while nobody else can use it."
            yield Said(sentence, str(child), evidence, about=(child,))
        elif default is not None and is_in_use(act, RelationName(*default)):
            sentence = f"Every row of the default partition {default[1]} is read while nobody else can."
            yield Said(sentence, str(parent), evidence, about=(parent,))


def _missing_index(act: Act, parent: RelationName, child: RelationName) -> str | None:
    """The columns of the first index of the parent that the child lacks: attaching builds it."""
    parent_table, child_table = act.before.table(parent), act.before.table(child)
    if parent_table is None or child_table is None:
        return None
    indexed = {one.columns for one in act.before.indexes_of(child_table.name)}
    keyed = set(_keys(child_table))
    lacking = next(
        chain(
            (one.columns for one in act.before.indexes_of(parent_table.name) if one.columns not in indexed),
            (columns for columns in _keys(parent_table) if columns not in keyed),
        ),
        None,
    )
    return None if lacking is None else ", ".join(one or "an expression" for one in lacking)


def _keys(table: Table) -> Iterator[tuple[str | None, ...]]:
    for one in table.constraints.values():
        if one.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
            yield one.columns


def _has_check(act: Act, parent: Table | None, relation: RelationName) -> bool:
    """Whether a valid check of the child names the key's columns and the constants of the bounds.

    That it implies the bounds is for the server to prove; one that names them not cannot.
    """
    table = act.before.table(relation)
    if table is None or parent is None:
        return False
    bounds = {one for bound in fields_named(act.statement.tree, "bound") for one in constants_in(bound)}
    return any(
        one.kind is ConstraintKind.CHECK
        and one.valid
        and parent.partition_key <= one.mentions
        and all(any(said.startswith(bound) for said in one.constants) for bound in bounds)
        for one in table.constraints.values()
    )


@statement_rule(
    "partition-detach-blocking",
    WARNING,
    name="DETACH PARTITION without CONCURRENTLY",
    why="It takes the strongest lock on the parent and the partition.",
    example="ALTER TABLE events DETACH PARTITION events_2024;",
    safe="DETACH PARTITION ... CONCURRENTLY, in an autocommit block.",
    safe_sql="COMMIT; ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY")
""",
)
def partition_detach_blocking(act: Act) -> Found:
    """DETACH PARTITION without CONCURRENTLY."""
    for impact in impacts(act, _K.ALTER_TABLE_DETACH_PARTITION_BLOCKING):
        parent = impact.part.named(Role.TABLE)[0]
        if impact.blocks_reads:
            sentence = f"Readers and writers of {parent} wait until the transaction ends."
            yield Said(sentence, evidence=evidence_of(impact), about=(parent,))


@statement_rule(
    "partition-detach-refused",
    ERROR,
    name="DETACH CONCURRENTLY beside a default partition",
    why="PostgreSQL refuses it (55000) as long as the parent has a default partition.",
    example="COMMIT; ALTER TABLE logs DETACH PARTITION logs_2024 CONCURRENTLY;",
    safe="Detach the default partition first, or detach without CONCURRENTLY under a short lock_timeout.",
)
def partition_detach_refused(act: Act) -> Found:
    """DETACH PARTITION CONCURRENTLY from a table that is known to have a default partition."""
    for part in act.of(_K.ALTER_TABLE_DETACH_PARTITION_CONCURRENTLY):
        for one in part.named(Role.TABLE):
            if (table := act.before.table(one)) is not None and table.default_partition is not None:
                yield Said(f"{one} has a default partition, so it is refused.", about=(one,))


@statement_rule(
    "partition-drop",
    WARNING,
    name="Partition dropped in place",
    why="DROP TABLE of a partition takes the strongest lock on the parent, too.",
    example="DROP TABLE events_2024;",
    safe="DETACH it CONCURRENTLY, then drop the table by itself.",
    safe_sql="""
COMMIT;
ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;
DROP TABLE events_2024;
""",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY")
    op.drop_table("events_2024")
""",
)
def partition_drop(act: Act) -> Found:
    """DROP TABLE of a table that is known to be a partition."""
    for part in act.of(_K.DROP_TABLE):
        for one in part.named(Role.TABLE):
            table = act.before.table(one)
            if table is not None and table.partition_of is not None and is_in_use(act, one):
                yield Said(f"Readers and writers of {table.partition_of[1]} wait, too.", about=(one,))
