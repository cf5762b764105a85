"""Rules on primary, unique and exclusion keys."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import each_hurting
from toolkit.migrate.lint.impact import is_in_use
from toolkit.migrate.lint.rule import ERROR, Found, Said, statement_rule
from toolkit.sql.classify import RelationName, Role, StatementKind

_K = StatementKind
_SAFE_SQL: Final = """
COMMIT;
CREATE UNIQUE INDEX CONCURRENTLY uq_users_email ON users (email);
-- next revision
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email;
"""
_SAFE_OPERATIONS: Final = """
with op.get_context().autocommit_block():
    op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)
# in the next revision
op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email")
"""


@statement_rule(
    "unique-inline",
    ERROR,
    name="Unique key that builds its index under lock",
    why="Nobody reads or writes the table until the index is built.",
    example="ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);",
    safe="Build a unique index CONCURRENTLY, then take it over with USING INDEX, which is instant.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def unique_inline(act: Act) -> Found:
    """ADD UNIQUE without USING INDEX."""
    yield from each_hurting(act, "Adding the unique key to {0}", _K.ALTER_TABLE_ADD_UNIQUE_INLINE)


@statement_rule(
    "pk-inline",
    ERROR,
    name="Primary key that builds its index under lock",
    why="Nobody reads or writes the table until the index is built and every row was looked at for nulls.",
    example="ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY (id);",
    safe="Build a unique index CONCURRENTLY, prove NOT NULL, then take the index over with USING INDEX.",
    safe_sql="ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY USING INDEX notes_id;",
    safe_operations="""
op.execute("ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY USING INDEX notes_id")
""",
)
def pk_inline(act: Act) -> Found:
    """ADD PRIMARY KEY without USING INDEX on a table that an earlier revision made."""
    yield from each_hurting(act, "Adding the primary key to {0}", _K.ALTER_TABLE_ADD_PRIMARY_KEY_INLINE)


@statement_rule(
    "pk-using-index-nullable",
    ERROR,
    name="Primary key over columns that may be null",
    why="USING INDEX is instant only if the columns are NOT NULL already; else they are made so, reading "
    "every "
    "row while nobody else can.",
    example="ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY USING INDEX notes_code;",
    safe="Prove NOT NULL first: a check NOT VALID, VALIDATE, SET NOT NULL, each in its own transaction.",
    safe_sql="""
ALTER TABLE notes ADD CONSTRAINT ck_notes_code CHECK (code IS NOT NULL) NOT VALID;
-- next revision
ALTER TABLE notes VALIDATE CONSTRAINT ck_notes_code;
-- next revision
ALTER TABLE notes ALTER COLUMN code SET NOT NULL;
ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY USING INDEX notes_code;
""",
    safe_operations="""
op.create_check_constraint("ck_notes_code", "notes", "code IS NOT NULL", postgresql_not_valid=True)
# in the next revision
op.execute("ALTER TABLE notes VALIDATE CONSTRAINT ck_notes_code")
# in the next revision
op.alter_column("notes", "code", nullable=False)
op.execute("ALTER TABLE notes ADD CONSTRAINT pk_notes PRIMARY KEY USING INDEX notes_code")
""",
)
def pk_using_index_nullable(act: Act) -> Found:
    """ADD PRIMARY KEY USING INDEX where a column of the index is not known to be NOT NULL."""
    for part in act.of(_K.ALTER_TABLE_ADD_PRIMARY_KEY_USING_INDEX):
        for one in part.named(Role.TABLE):
            table = act.before.table(one)
            index = _index(act, one, part.attributes["using_index"])
            if table is None or index is None or not is_in_use(act, one):
                continue
            open_ = [each for each in index if each and not act.before.is_proven_not_null(one, each)]
            if open_:
                sentence = f"{', '.join(open_)} may be null: every row of {one} is read under lock."
                yield Said(sentence, about=(one,))


def _index(act: Act, table: RelationName, name: str) -> tuple[str | None, ...] | None:
    schema = "" if table.schema in (None, "public") else str(table.schema)
    found = act.before.indexes.get((schema, name))
    return None if found is None else found.columns


@statement_rule(
    "unique-using-unfit-index",
    ERROR,
    name="USING INDEX with an index that cannot serve",
    why="A constraint takes over only a unique btree index over plain columns, without a WHERE, and valid. "
    "PostgreSQL refuses any other (42809).",
    example="ALTER TABLE notes ADD CONSTRAINT uq_notes UNIQUE USING INDEX notes_code_big;",
    safe="Build a fitting index CONCURRENTLY first.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def unique_using_unfit_index(act: Act) -> Found:
    """ADD UNIQUE or PRIMARY KEY USING INDEX, with an index known to be partial, over an expression or not
    unique.
    """
    for part in act.of(_K.ALTER_TABLE_ADD_PRIMARY_KEY_USING_INDEX, _K.ALTER_TABLE_ADD_UNIQUE_USING_INDEX):
        for one in part.named(Role.TABLE):
            schema = "" if one.schema in (None, "public") else str(one.schema)
            index = act.before.indexes.get((schema, part.attributes["using_index"]))
            if index is None:
                continue
            faults = {
                "partial": index.partial,
                "over an expression": None in index.columns,
                "not unique": not index.unique,
                "not a btree": index.method != "btree",
            }
            for fault in (word for word, holds in faults.items() if holds):
                yield Said(f"The index {index.name[1]} is {fault}.", about=(one,))


@statement_rule(
    "exclusion-add",
    ERROR,
    name="Exclusion constraint on a table in use",
    why="Its index is built while nobody reads or writes, and there is no way to build it beforehand.",
    example="ALTER TABLE notes ADD CONSTRAINT ex_notes EXCLUDE USING btree (code WITH =);",
    safe="A new table with the constraint, filled in batches and swapped; or a quiet hour.",
)
def exclusion_add(act: Act) -> Found:
    """ADD EXCLUDE on a table that an earlier revision made."""
    yield from each_hurting(act, "Adding the exclusion constraint to {0}", _K.ALTER_TABLE_ADD_EXCLUSION)
