"""Rules on new columns."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import each_hurting
from toolkit.migrate.lint.impact import is_empty, is_in_use
from toolkit.migrate.lint.rule import ERROR, Found, Said, statement_rule
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind
_SAFE_SQL: Final = """
ALTER TABLE tasks ADD COLUMN token uuid;
ALTER TABLE tasks ALTER COLUMN token SET DEFAULT gen_random_uuid();
"""
_SAFE_OPERATIONS: Final = """
op.add_column("tasks", sa.Column("token", sa.Uuid()))
op.alter_column("tasks", "token", server_default=sa.text("gen_random_uuid()"))
# in later revisions: fill the old rows in batches, prove and set NOT NULL
"""


@statement_rule(
    "column-add-required",
    ERROR,
    name="Required column without a default",
    why="It fails on the first row that is there already (23502), and old code that inserts without the "
    "column "
    "fails from then on.",
    example="ALTER TABLE tasks ADD COLUMN colour text NOT NULL;",
    safe="Add it nullable or with a constant default, fill it, prove it, then SET NOT NULL.",
    safe_sql="ALTER TABLE tasks ADD COLUMN colour text NOT NULL DEFAULT 'none';",
    safe_operations="""
colour = sa.Column("colour", sa.Text(), nullable=False, server_default="none")
op.add_column("tasks", colour)
""",
)
def column_add_required(act: Act) -> Found:
    """ADD COLUMN ... NOT NULL without a default, on a table that may hold rows."""
    for part in act.of(_K.ALTER_TABLE_ADD_COLUMN_REQUIRED):
        for one in part.named(Role.TABLE):
            if is_in_use(act, one) and not is_empty(act, one):
                column = part.attributes["column"]
                yield Said(f"Rows of {one} have no value for {column}.", f"{one}.{column}")


@statement_rule(
    "column-add-volatile-default",
    ERROR,
    name="New column with a default of its own for each row",
    why="A constant, or now(), is kept once for all old rows. A volatile function has to be called for each: "
    "the whole table and its indexes are written anew while nobody reads or writes.",
    example="ALTER TABLE tasks ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    safe="Add the column without a default, set the default for new rows, fill the old ones in batches.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def column_add_volatile_default(act: Act) -> Found:
    """ADD COLUMN with a default that calls a volatile function."""
    yield from each_hurting(act, "Adding {column} to {0}", _K.ALTER_TABLE_ADD_COLUMN_VOLATILE_DEFAULT)


@statement_rule(
    "column-add-unknown-default",
    ERROR,
    name="New column with a default that nothing is known of",
    why="If the function is volatile, which functions are unless they say otherwise, the table is "
    "written anew "
    "while nobody reads or writes.",
    example="ALTER TABLE tasks ADD COLUMN token text DEFAULT make_token();",
    safe="Add the column without a default, set the default for new rows, fill the old ones in batches.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def column_add_unknown_default(act: Act) -> Found:
    """ADD COLUMN with a default that calls a function no revision made."""
    yield from each_hurting(act, "Adding {column} to {0}", _K.ALTER_TABLE_ADD_COLUMN_UNKNOWN_DEFAULT)


@statement_rule(
    "column-add-serial-or-identity",
    ERROR,
    name="New serial or identity column on a table in use",
    why="Every old row gets a number, so the table is written anew while nobody reads or writes.",
    example="ALTER TABLE notes ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;",
    safe="Add a plain bigint with nextval as the default for new rows, fill the old ones in batches.",
    safe_sql="""
ALTER TABLE notes ADD COLUMN number bigint;
ALTER TABLE notes ALTER COLUMN number SET DEFAULT nextval('counter');
""",
    safe_operations="""
op.add_column("notes", sa.Column("number", sa.BigInteger()))
op.alter_column("notes", "number", server_default=sa.text("nextval('counter')"))
""",
)
def column_add_serial_or_identity(act: Act) -> Found:
    """ADD COLUMN of a serial type or GENERATED AS IDENTITY."""
    kinds = (_K.ALTER_TABLE_ADD_COLUMN_SERIAL, _K.ALTER_TABLE_ADD_COLUMN_IDENTITY)
    yield from each_hurting(act, "Numbering the rows of {0} in {column}", *kinds)


@statement_rule(
    "column-add-stored-generated",
    ERROR,
    name="New stored generated column on a table in use",
    why="It is computed for every old row: the table is written anew while nobody reads or writes.",
    example="ALTER TABLE tasks ADD COLUMN cents bigint GENERATED ALWAYS AS (price * 100) STORED;",
    safe="A virtual column (PostgreSQL 18); or a plain one with a trigger, filled in batches.",
    safe_sql="ALTER TABLE tasks ADD COLUMN cents bigint GENERATED ALWAYS AS (price * 100) VIRTUAL;",
    safe_operations='op.add_column("tasks", sa.Column("cents", sa.BigInteger(), '
    'sa.Computed("price * 100", persisted=False)))',
)
def column_add_stored_generated(act: Act) -> Found:
    """ADD COLUMN ... GENERATED ALWAYS AS (...) STORED."""
    yield from each_hurting(act, "Computing {column} of {0}", _K.ALTER_TABLE_ADD_COLUMN_STORED_GENERATED)


@statement_rule(
    "column-add-inline-check",
    ERROR,
    name="New column with its check",
    why="Though every old row has no value, or the default, all of them are read to prove the check, while "
    "nobody reads or writes.",
    example="ALTER TABLE tasks ADD COLUMN weight int CHECK (weight > 0);",
    safe="Add the column, then the check NOT VALID, and VALIDATE it in a later revision.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN weight int;
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_weight CHECK (weight > 0) NOT VALID;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("weight", sa.Integer()))
op.create_check_constraint("ck_tasks_weight", "tasks", "weight > 0", postgresql_not_valid=True)
""",
)
def column_add_inline_check(act: Act) -> Found:
    """ADD COLUMN with a CHECK beside it."""
    yield from each_hurting(act, "Proving the check of {column}", _K.ALTER_TABLE_ADD_COLUMN_INLINE_CHECK)


@statement_rule(
    "column-add-constrained-domain",
    ERROR,
    name="New column of a domain with a constraint",
    why="Even without a default the table is written anew while nobody reads or writes.",
    example="ALTER TABLE tasks ADD COLUMN weight positive;",
    safe="Take the base type, and add the domain's check NOT VALID.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN weight int;
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_weight CHECK (weight > 0) NOT VALID;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("weight", sa.Integer()))
op.create_check_constraint("ck_tasks_weight", "tasks", "weight > 0", postgresql_not_valid=True)
""",
)
def column_add_constrained_domain(act: Act) -> Found:
    """ADD COLUMN of a domain that has a constraint, or of a type that no revision made and that may be
    one.
    """
    for kind in (_K.ALTER_TABLE_ADD_COLUMN_CONSTRAINED_DOMAIN, _K.ALTER_TABLE_ADD_COLUMN_USER_TYPE):
        yield from each_hurting(act, "Adding {column} of type {type} to {0}", kind)


@statement_rule(
    "column-add-inline-unique",
    ERROR,
    name="New column with its unique or primary key",
    why="The index is built while nobody reads or writes.",
    example="ALTER TABLE tasks ADD COLUMN slug text UNIQUE;",
    safe="Add the column, build a unique index CONCURRENTLY, then take it over with USING INDEX.",
    safe_sql="""
ALTER TABLE tasks ADD COLUMN slug text;
COMMIT;
CREATE UNIQUE INDEX CONCURRENTLY uq_tasks_slug ON tasks (slug);
-- next revision
ALTER TABLE tasks ADD CONSTRAINT uq_tasks_slug UNIQUE USING INDEX uq_tasks_slug;
""",
    safe_operations="""
op.add_column("tasks", sa.Column("slug", sa.Text()))
# in the next revision
with op.get_context().autocommit_block():
    op.create_index("uq_tasks_slug", "tasks", ["slug"], unique=True, postgresql_concurrently=True)
# in the next revision
op.execute("ALTER TABLE tasks ADD CONSTRAINT uq_tasks_slug UNIQUE USING INDEX uq_tasks_slug")
""",
)
def column_add_inline_unique(act: Act) -> Found:
    """ADD COLUMN with UNIQUE or PRIMARY KEY beside it."""
    kinds = (_K.ALTER_TABLE_ADD_COLUMN_INLINE_UNIQUE, _K.ALTER_TABLE_ADD_COLUMN_INLINE_PRIMARY_KEY)
    yield from each_hurting(act, "Adding the key over {column} to {0}", *kinds)
