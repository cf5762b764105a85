"""Rules on which indexes there are and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.migrate.lint.world import Constraint, Index, Table
from toolkit.migrate.lint.world.world import World
from toolkit.sql.classify import ConstraintKind, StatementKind
from toolkit.sql.classify.reading import fields_named
from toolkit.sql.quoting import qualified

_K = StatementKind
_BUILDS: Final = (_K.CREATE_INDEX_BLOCKING, _K.CREATE_INDEX_CONCURRENTLY, _K.CREATE_INDEX_ON_ONLY)
_WIDEST: Final = 4
_LONGEST: Final = 63
_NAMED: Final = re.compile(r'"((?:[^"]|"")+)"|\b[A-Za-z_]\w*')


def _new_indexes(act: Act) -> Iterator[Index]:
    for name, index in act.after.indexes.items():
        if name not in act.before.indexes and any(True for _ in act.of(*_BUILDS)):
            yield index


@statement_rule(
    "index-redundant",
    WARNING,
    name="Index that another one covers",
    why="Every write keeps both up, and no query needs the shorter one.",
    example="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_owner ON tasks (user_id);",
    safe="Leave the new one out; or drop the old one where the new one is longer.",
)
def index_redundant(act: Act) -> Found:
    """A plain index whose columns are the first ones of another index of the table."""
    for new in _new_indexes(act):
        if new.partial or new.unique or new.method != "btree" or None in new.columns:
            continue
        for old in act.before.indexes_of(new.table):
            covers = old.columns[: len(new.columns)] == new.columns and not old.partial
            if covers and old.method == "btree" and old.valid:
                yield Said(f"{_name(old)} begins with the same columns already.", _name(new))


@statement_rule(
    "index-wide",
    INFO,
    name="Index of many columns",
    why="It is nearly a copy of the table, and every write pays for it; queries seldom use more than the "
    "first few columns.",
    example="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_all ON tasks (user_id, status, due, title, price);",
    safe="Index the columns that narrow down; put what is only read into INCLUDE.",
)
def index_wide(act: Act) -> Found:
    """An index of more than four columns."""
    for new in _new_indexes(act):
        if len(new.columns) > _WIDEST:
            yield Said(f"The index has {len(new.columns)} columns.", _name(new))


@statement_rule(
    "index-duplicate-column",
    WARNING,
    name="Column twice in an index",
    why="The second one orders nothing and is stored in every entry.",
    example="COMMIT; CREATE INDEX CONCURRENTLY ix_tasks_twice ON tasks (status, due, status);",
    safe="Name each column once.",
)
def index_duplicate_column(act: Act) -> Found:
    """An index that names a column more than once."""
    for new in _new_indexes(act):
        plain = [one for one in new.columns if one is not None]
        for column in sorted({one for one in plain if plain.count(one) > 1}):
            yield Said(f"{column} stands in the index more than once.", _name(new))


@revision_rule(
    "fk-unindexed",
    WARNING,
    name="Foreign key without an index",
    why="Each delete from the other table, and each change of its key, reads the whole table to look for "
    "rows that refer to it, holding its locks meanwhile.",
    example="ALTER TABLE diaries ADD COLUMN user_id bigint; "
    "ALTER TABLE diaries ADD CONSTRAINT fk_diaries_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
    safe="Build an index that begins with the referring columns, CONCURRENTLY, before the key.",
    safe_sql="""
ALTER TABLE diaries ADD COLUMN user_id bigint;
COMMIT;
CREATE INDEX CONCURRENTLY ix_diaries_user_id ON diaries (user_id);
BEGIN;
ALTER TABLE diaries ADD CONSTRAINT fk_diaries_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
""",
    safe_operations="""
op.add_column("diaries", sa.Column("user_id", sa.BigInteger()))
with op.get_context().autocommit_block():
    op.create_index("ix_diaries_user_id", "diaries", ["user_id"], postgresql_concurrently=True)
op.create_foreign_key("fk_diaries_user", "diaries", "users", ["user_id"], ["id"], postgresql_not_valid=True)
""",
)
def fk_unindexed(scope: RevisionScope) -> Found:
    """A foreign key of this revision whose columns no index begins with, when the revision has ended."""
    for act in scope.acts:
        for table, constraint in _new_keys(act.before, act.after):
            now = scope.end.tables.get(table.name)
            if now is not None and not _is_indexed(scope.end, now, constraint):
                columns = ", ".join(constraint.columns)
                name = qualified(table.name[0] or None, table.name[1])
                yield Said(f"No index of {name} begins with {columns}.", f"{name}.{columns}", act=act)


def _new_keys(before: World, after: World) -> Iterator[tuple[Table, Constraint]]:
    for name, table in after.tables.items():
        old = before.tables.get(name)
        if old is table:
            continue
        for key, constraint in table.constraints.items():
            if constraint.kind is ConstraintKind.FOREIGN_KEY and (old is None or key not in old.constraints):
                yield table, constraint


def _is_indexed(world: World, table: Table, key: Constraint) -> bool:
    wanted = set(key.columns)
    orders: list[tuple[str | None, ...]] = [
        one.columns for one in world.indexes_of(table.name) if not one.partial
    ]
    orders += [
        one.columns
        for one in table.constraints.values()
        if one.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    ]
    return any(set(columns[: len(wanted)]) == wanted for columns in orders)


@statement_rule(
    "name-truncated",
    WARNING,
    name="Name longer than PostgreSQL keeps",
    why="It is cut to 63 bytes without an error. A downgrade that names it in full may miss it, and two long "
    "names may become one.",
    example="COMMIT; CREATE INDEX CONCURRENTLY "
    "ix_tasks_user_id_status_due_title_price_position_done_and_created_at ON tasks (due);",
    safe="Give it a name of at most 63 bytes.",
)
def name_truncated(act: Act) -> Found:
    """A new name of more than 63 bytes."""
    fields = ("idxname", "conname", "relname", "colname", "newname", "subname", "trigname", "policy_name")
    long = {
        name
        for field in fields
        for name in fields_named(act.statement.tree, field)
        if isinstance(name, str) and len(name.encode()) > _LONGEST
    }
    # The parser cuts long names as the server does, so the text is looked at, too.
    cut = {
        name
        for field in fields
        for name in fields_named(act.statement.tree, field)
        if isinstance(name, str) and len(name.encode()) == _LONGEST
    }
    written = (found[1] or found[0] for found in _NAMED.finditer(act.text)) if cut else ()
    long |= {one for one in written if len(one.encode()) > _LONGEST}
    for name in sorted(long):
        yield Said(f"PostgreSQL cuts {name!r} to 63 bytes.", name)


def _name(index: Index) -> str:
    return qualified(index.name[0] or None, index.name[1])
